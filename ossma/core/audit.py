"""Writing the audit trail. Entries can be added, never changed: the database itself refuses (see the first migration)."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from ossma.core.models import AuditEntry
from ossma.core.viewer import Viewer


def record(
    *,
    actor: Viewer,
    at: datetime,
    action: str,
    subject: tuple[str, object] = ("", ""),
    member_id: int | None = None,
    school_id: int | None = None,
    detail: dict[str, Any] | None = None,
) -> None:
    """Note that `actor` did `action` ("application.submitted") to `subject` (kind, id) at `at`, about that member.

    `detail` must not hold personal data in clear: field names and figures, not values (quality.md, "Security and privacy").
    """
    AuditEntry.objects.create(
        at=at,
        actor_face=actor.face,
        actor_user_id=actor.user_id,
        actor_name=actor.name,
        address=actor.address or None,
        action=action,
        subject_kind=subject[0],
        subject_id=str(subject[1]),
        member_id=member_id,
        school_id=school_id if school_id is not None else actor.school_id,
        detail=detail or {},
    )


def record_looks(*, actor: Viewer, at: datetime, action: str, member_ids: Iterable[int], school_id: int | None = None) -> None:
    """Note that staff looked at these members' personal data: one row per page seen, naming every member on it."""
    ids = sorted(set(member_ids))
    if ids and actor.is_staff_side:
        record(actor=actor, at=at, action=action, subject=("members", len(ids)), school_id=school_id, detail={"member_ids": ids})
