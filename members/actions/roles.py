"""The end of a role: removed by the school or the office, or left by the person (contracts.md A1)."""

from datetime import datetime

from allauth.account.models import EmailAddress
from django.db import transaction
from django.db.models.functions import Lower

from members import role_mails, rules
from members.actions.invitation_records import move_invitation
from members.models import Group, Invitation, SchoolRole
from members.queries import staff
from members.role_locks import lock_people_of
from members.school_access import school_act
from members.states import LIVE_INVITATIONS, InvitationState, SchoolAct, SchoolRoleKind
from ossma.core import audit
from ossma.core.duties import Duty, not_for_office, office_duty
from ossma.core.refusals import NotFound, Refused, first_or_404
from ossma.core.viewer import Viewer


@office_duty(Duty.MANAGE_CONTRACTS)
@school_act(SchoolAct.REVOKE)
@transaction.atomic
def end_role(*, school_id: int, user_id: int, actor: Viewer, at: datetime) -> None:
    """Take somebody's role away; the account stays and is told by mail.

    What could bring them back goes as well: open invitations to their addresses, and those that they had sent themselves.
    Refused for the school's last owner or administrator, unless the office does it. Raises NotFound for an owner whom an administrator names.
    """
    staff.school(actor, school_id)
    lock_people_of(school_id)
    role = _held(school_id, user_id)
    by_office = staff.is_contract_office(actor)
    if not by_office:
        if role.kind not in staff.invitable_kinds(actor) or user_id == actor.user_id:
            raise NotFound
        _ask_last(role)
    for invitation in _invitations_of(role):
        move_invitation(invitation=invitation, state=InvitationState.WITHDRAWN, actor=actor, at=at)
    role_mails.role_ended(role, left=False, at=at)
    _end(role, actor, at, how="removed")


@not_for_office
@transaction.atomic
def leave_school(*, school_id: int, actor: Viewer, at: datetime) -> None:
    """Give up one's own role; the school's administrators are told. Refused for its last owner or administrator."""
    lock_people_of(school_id)
    role = _held(school_id, actor.user_id or 0)
    _ask_last(role)
    role_mails.role_ended(role, left=True, at=at)
    _end(role, actor, at, how="left")


def _held(school_id: int, user_id: int) -> SchoolRole:
    rows = SchoolRole.objects.select_for_update(of=("self",)).filter(school_id=school_id, user_id=user_id)
    return first_or_404(list(rows.select_related("user", "school")))


def _ask_last(role: SchoolRole) -> None:
    refusal = rules.refuse_to_end(SchoolRoleKind(role.kind), staff.managing_besides(role.user_id, role.school_id))
    if refusal:
        raise Refused(refusal)


def _invitations_of(role: SchoolRole) -> list[Invitation]:
    addresses = EmailAddress.objects.filter(user_id=role.user_id).annotate(low=Lower("email")).values("low")
    live = Invitation.objects.filter(school_id=role.school_id, state__in=LIVE_INVITATIONS)
    return list(live.filter(email__in=addresses) | live.filter(invited_by_id=role.user_id) | live.filter(accepted_by_id=role.user_id))


def _end(role: SchoolRole, actor: Viewer, at: datetime, *, how: str) -> None:
    Group.supporters.through.objects.filter(user_id=role.user_id, group__school_id=role.school_id).delete()
    number, detail = role.pk, {"user_id": role.user_id, "kind": role.kind, "how": how}
    role.delete()
    audit.record(actor=actor, at=at, action="school_role.ended", subject=("school_role", number), school_id=role.school_id, detail=detail)
