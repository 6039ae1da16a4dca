"""Writing an invitation's state with its audit line, for the actions that decide about it."""

from datetime import datetime

from members.models import Invitation
from members.states import InvitationState
from ossma.core import audit
from ossma.core.duties import inner_action
from ossma.core.viewer import Viewer


@inner_action
def note_invitation(*, action: str, invitation: Invitation, actor: Viewer, at: datetime, **detail: object) -> None:
    """One line about an invitation: figures and kinds, never the address or the name."""
    subject = ("invitation", invitation.pk)
    audit.record(actor=actor, at=at, action=action, subject=subject, school_id=invitation.school_id, detail=detail)


@inner_action
def close_invitation(*, invitation: Invitation, state: InvitationState, actor: Viewer, at: datetime) -> None:
    """Bring it to an end, on record. The caller holds the school's lock and has asked the table of moves."""
    invitation.state, invitation.ended_at = state, at
    invitation.save(update_fields=["state", "ended_at"])
    note_invitation(action=f"invitation.{state}", invitation=invitation, actor=actor, at=at)
