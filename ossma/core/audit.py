"""Writing the audit trail. Entries can be added, never changed: the database itself refuses (see the first migration)."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from psycopg.types.json import Jsonb

from ossma.core import access_log
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
    if member_id is not None:
        access_log.mark_recorded([member_id])
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


# A line as a part of a larger statement, for an act that a whole crowd does at once: `INTO`, then a SELECT of `columns()`, its values from `line()`.
INTO = """
INSERT INTO core_auditentry (at, actor_face, actor_user_id, actor_name, address, action, subject_kind, subject_id, member_id, school_id, detail)
"""


def columns(
    *, action: str = "%(audit_action)s", subject: tuple[str, str] = ("%(audit_kind)s", "%(audit_subject)s"), detail: str = "%(audit_detail)s::jsonb"
) -> str:
    """What is selected into a line; another line of the same statement may name another act and subject, as SQL."""
    actor = "%(audit_at)s::timestamptz, %(audit_face)s::text, %(audit_user)s::bigint, %(audit_name)s::text, %(audit_address)s::inet"
    return f"{actor}, {action}::text, {subject[0]}::text, {subject[1]}::text, %(audit_member)s::bigint, %(audit_school)s::bigint, {detail}"


def line(
    *, actor: Viewer, at: datetime, action: str, subject: tuple[str, object], member_id: int, school_id: int | None, detail: dict[str, Any]
) -> dict[str, Any]:
    """The values of such a line. The same rules as for `record`."""
    return {
        "audit_at": at, "audit_face": actor.face, "audit_user": actor.user_id, "audit_name": actor.name, "audit_address": actor.address or None,
        "audit_action": action, "audit_kind": subject[0], "audit_subject": str(subject[1]), "audit_member": member_id,
        "audit_school": school_id if school_id is not None else actor.school_id, "audit_detail": Jsonb(detail),
    }  # fmt: skip


def record_looks(*, actor: Viewer, at: datetime, action: str, member_ids: Iterable[int], school_id: int | None = None) -> None:
    """Note that staff looked at these members' personal data: one row per page seen, naming every member on it."""
    ids = sorted(set(member_ids))
    access_log.mark_recorded(ids)
    if ids and actor.is_staff_side:
        record(actor=actor, at=at, action=action, subject=("members", len(ids)), school_id=school_id, detail={"member_ids": ids})
