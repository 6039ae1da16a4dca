"""The one place where an application changes its state."""

from datetime import datetime
from typing import Any

from applications.models import Application
from applications.rules.deciding import check_move
from applications.states import ApplicationState
from members.models import Member
from ossma.core import audit
from ossma.core.viewer import Viewer

ENDS = (ApplicationState.REFUSED, ApplicationState.CANCELLED)


def move(
    *, application: Application, member: Member, to: ApplicationState, actor: Viewer, at: datetime, detail: dict[str, Any] | None = None
) -> None:
    """Move a locked application along the table, on record. Raises ValueError for a move that the table does not have."""
    before = application.state
    check_move(before, to)
    application.state = to
    if to in ENDS:
        application.ended_at = at
    application.save(update_fields=["state", "ended_at"])
    audit.record(
        actor=actor,
        at=at,
        action=f"application.{to}",
        subject=("application", application.pk),
        member_id=member.pk,
        school_id=member.school_id,
        detail={"from": before, **(detail or {})},
    )
