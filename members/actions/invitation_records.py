"""Writing an invitation's state with its audit line, for the actions that decide about it."""

from datetime import datetime

from django.utils.translation import gettext as _

from members.models import Invitation
from members.states import INVITATION_MOVES, InvitationState
from ossma.core import audit
from ossma.core.duties import inner_action
from ossma.core.refusals import Refused
from ossma.core.viewer import Viewer


@inner_action
def note_invitation(*, action: str, invitation: Invitation, actor: Viewer, at: datetime, **detail: object) -> None:
    """One line about an invitation: figures and kinds, never the address or the name."""
    subject = ("invitation", invitation.pk)
    audit.record(actor=actor, at=at, action=action, subject=subject, school_id=invitation.school_id, detail=detail)


@inner_action
def move_invitation(*, invitation: Invitation, state: InvitationState, actor: Viewer, at: datetime) -> None:
    """Move it on by the table, on record; every state without a way on is its end. The caller holds the school's lock. Raises Refused."""
    if state not in INVITATION_MOVES[InvitationState(invitation.state)]:
        raise Refused(_("This invitation has been answered or withdrawn in the meantime."), code=str(invitation.state))
    invitation.state = state
    invitation.ended_at = None if INVITATION_MOVES[state] else at
    invitation.save(update_fields=["state", "ended_at"])
    note_invitation(action=f"invitation.{state}", invitation=invitation, actor=actor, at=at)
