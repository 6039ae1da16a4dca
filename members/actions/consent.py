"""The invited person's own answer: an account for the address, yes or no. A role begins here and nowhere else."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from members import role_mails, rules
from members.actions.accounts import open_confirmed
from members.actions.invitation_records import move_invitation, note_invitation
from members.models import Invitation, SchoolRole, User
from members.queries import staff
from members.role_locks import lock_by_token, lock_invitation
from members.rules import ROLE_RANK
from members.school_access import allows, portal_state
from members.states import InvitationState, PortalState, SchoolAct, SchoolRoleKind
from ossma.core.duties import Duty, not_for_office, office_duty
from ossma.core.refusals import NotFound, Refused, first_or_404
from ossma.core.viewer import Viewer

OTHER_ACCOUNT = "other_account"
HAS_ACCOUNT = "has_account"


def _ask_open(invitation: Invitation, at: datetime) -> None:
    if invitation.state != InvitationState.OPEN:
        raise Refused(_("This invitation has been answered or withdrawn in the meantime."), code=str(invitation.state))
    if invitation.is_expired(at):
        raise Refused(_("This invitation has expired. Please ask whoever invited you to send it again."), code="expired")
    school = invitation.school
    state = portal_state(school.state, school.ended_at, at)
    # The office may send somebody into a suspended school, to put its account in order again (contracts.md C7).
    if not allows(state, SchoolAct.MANAGE) and not (invitation.by_office and state == PortalState.SUSPENDED):
        raise Refused(_("The school's use of OSSMA is suspended or has ended: no role begins there now."), code="closed")


@not_for_office
@transaction.atomic
def open_invited_account(*, token: str, name: str, password: str, language: str, actor: Viewer, at: datetime) -> User:
    """An account for the invited address: the mail's link proves that it is the person's own. It has no role yet.

    Refused when the address has an account (`code` HAS_ACCOUNT): then its own login is asked for.
    """
    invitation = lock_by_token(token)
    _ask_open(invitation, at)
    try:
        with transaction.atomic():
            user = open_confirmed(
                email=invitation.email, password=password, name=name, language=language, event="opened_by_invitation", actor=actor, at=at
            )
    except IntegrityError as error:
        raise Refused(_("There is an account for this address. Please log in."), code=HAS_ACCOUNT) from error
    note_invitation(action="invitation.account_opened", invitation=invitation, actor=actor, at=at, user_id=user.pk)
    return user


@not_for_office
@transaction.atomic
def accept_invitation(*, token: str, actor: Viewer, at: datetime) -> Invitation:
    """Yes: the role begins, or waits for the office where a delegate of an outside firm is concerned. A second press changes nothing.

    Refused for another account than that of the address, and for an invitation that is no longer open.
    """
    invitation = lock_by_token(token)
    user = first_or_404(list(User.objects.filter(pk=actor.user_id or 0, is_active=True)))
    if invitation.accepted_by_id == user.pk and invitation.state in {InvitationState.ACCEPTED, InvitationState.WAITING}:
        return invitation
    if not staff.is_for(invitation, user.pk):
        raise Refused(_("This invitation was sent to another address than that of your account."), code=OTHER_ACCOUNT)
    _ask_open(invitation, at)
    present = SchoolRole.objects.filter(user=user, school_id=invitation.school_id).first()
    invitation.accepted_by, invitation.accepted_at = user, at
    # A delegate stays one: a second invitation that does not name the firm is no way around the office.
    invitation.firm = invitation.firm or (present.firm if present else "")
    refusal = rules.refuse_delegate(SchoolRoleKind(invitation.kind), invitation.firm)
    if refusal:
        raise Refused(refusal, code="delegate")
    invitation.save(update_fields=["accepted_by", "accepted_at", "firm"])
    if invitation.firm:
        move_invitation(invitation=invitation, state=InvitationState.WAITING, actor=actor, at=at)
    else:
        _begin(invitation, user, actor, at)
    return invitation


def _begin(invitation: Invitation, user: User, actor: Viewer, at: datetime) -> None:
    role, made = SchoolRole.objects.get_or_create(
        user=user, school_id=invitation.school_id, defaults={"kind": invitation.kind, "granted_at": at, "firm": invitation.firm}
    )
    if not made and ROLE_RANK[SchoolRoleKind(invitation.kind)] > ROLE_RANK[SchoolRoleKind(role.kind)]:
        role.kind, role.granted_at, role.firm = invitation.kind, at, invitation.firm
        role.save(update_fields=["kind", "granted_at", "firm"])
    for group in invitation.groups.filter(school_id=invitation.school_id):
        group.supporters.add(user)
    move_invitation(invitation=invitation, state=InvitationState.ACCEPTED, actor=actor, at=at)
    note_invitation(action="school_role.began", invitation=invitation, actor=actor, at=at, user_id=user.pk, kind=str(role.kind))
    role_mails.role_began(invitation, user, SchoolRoleKind(role.kind), at)


@not_for_office
@transaction.atomic
def decline_invitation(*, token: str, actor: Viewer, at: datetime) -> None:
    """No. The mail's link is enough for it: nobody has to make an account to refuse one."""
    invitation = lock_by_token(token)
    if invitation.state == InvitationState.DECLINED:
        return
    _ask_open(invitation, at)
    move_invitation(invitation=invitation, state=InvitationState.DECLINED, actor=actor, at=at)


@office_duty(Duty.MANAGE_CONTRACTS)
@transaction.atomic
def approve_delegate(*, invitation_id: int, actor: Viewer, at: datetime) -> None:
    """The office lets somebody of an outside firm act for the school: the accepted role begins. Refused for whoever invited them."""
    invitation = _waiting(invitation_id, actor)
    user = invitation.accepted_by
    if user is None or not user.is_active:
        raise Refused(_("This account is closed: nothing can be approved."))
    _begin(invitation, user, actor, at)


@office_duty(Duty.MANAGE_CONTRACTS)
@transaction.atomic
def refuse_delegate(*, invitation_id: int, actor: Viewer, at: datetime) -> None:
    """The office does not let them: no role begins; the person and the inviter are told."""
    invitation = _waiting(invitation_id, actor)
    move_invitation(invitation=invitation, state=InvitationState.REFUSED, actor=actor, at=at)
    role_mails.delegate_refused(invitation, invitation.accepted_by, at)


def _waiting(invitation_id: int, actor: Viewer) -> Invitation:
    if not staff.is_contract_office(actor):
        raise NotFound
    invitation = lock_invitation(invitation_id)
    if invitation.state != InvitationState.WAITING:
        raise Refused(_("This has been decided or withdrawn in the meantime."))
    if actor.user_id in {invitation.invited_by_id, invitation.accepted_by_id}:
        raise Refused(_("Somebody else of the office decides about an invitation of yours."))
    return invitation
