"""Inviting people to act for a school. One answer for every address: nothing here asks whether it has an account (quality.md)."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from members import invitation_links, role_mails, rules
from members.actions.invitation_records import move_invitation, note_invitation
from members.models import Group, Invitation
from members.queries import staff
from members.queries.groups import group as group_of
from members.role_locks import lock_invitation, lock_people_of
from members.school_access import school_act
from members.states import LIVE_INVITATIONS, InvitationState, SchoolAct, SchoolRoleKind, SchoolState
from ossma.core import audit, limits
from ossma.core.duties import Duty, inner_action, not_for_office, office_duty
from ossma.core.ratelimit import Taken, TooMany, in_words, take_all
from ossma.core.refusals import NotFound, Refused
from ossma.core.viewer import Viewer


@dataclass(frozen=True, slots=True)
class Wanted:
    """What was typed: who is invited, to what. `firm` marks a delegate of an outside firm."""

    kind: SchoolRoleKind
    email: str
    name: str
    groups: frozenset[int] = frozenset()
    firm: str = ""


@contextmanager
def _counted(school_id: int, actor: Viewer, at: datetime) -> Iterator[Taken]:
    """Count one mail against the limits, outside the transaction; what is not sent after all is not counted.

    Raises TooMany, with how long to wait, when one of the limits is used up.
    """
    keys = (
        (limits.INVITATION_HOUR, actor.user_id),
        (limits.INVITATION_DAY, actor.user_id),
        (limits.INVITATION_SCHOOL_HOUR, school_id),
        (limits.INVITATION_SCHOOL_DAY, school_id),
    )
    try:
        taken = take_all(*keys, at=at)
    except TooMany as refusal:
        text = _("Too many invitations have been sent. Please wait %(wait)s. Nothing was sent, and what you entered is still here.")
        raise TooMany(refusal.wait, text % {"wait": in_words(refusal.wait)}) from refusal
    try:
        yield taken
    except Exception:
        taken.give_back()
        raise


@office_duty(Duty.MANAGE_CONTRACTS)
@school_act(SchoolAct.MANAGE)
def invite(*, school_id: int, wanted: Wanted, actor: Viewer, at: datetime) -> Invitation:
    """Ask somebody to act for a school: a row with what was typed and a promised mail, whatever the address is.

    Refused for somebody who acts for this school already, while an invitation to the address is open, and over the limits.
    """
    staff.school(actor, school_id)
    with _counted(school_id, actor, at):
        return _invite(school_id, wanted, actor, at)


@transaction.atomic
def _invite(school_id: int, wanted: Wanted, actor: Viewer, at: datetime) -> Invitation:
    if wanted.kind not in staff.invitable_kinds(actor):
        raise NotFound
    refusal = rules.refuse_delegate(wanted.kind, wanted.firm)
    if refusal:
        raise Refused(refusal, field="kind")
    school = lock_people_of(school_id)
    if school.state == SchoolState.ENDED:
        raise Refused(_("This school's contract has ended: nobody can be invited."))
    groups = list(Group.objects.filter(school_id=school_id, pk__in=wanted.groups))
    if len(groups) != len(wanted.groups):
        raise NotFound
    email = wanted.email.strip().lower()
    _ask_own_people(school_id, email, wanted.kind)
    _ask_open_invitations(school_id, email, actor, at)
    token, digest = invitation_links.new_token()
    invitation = Invitation.objects.create(
        school=school, kind=wanted.kind, email=email, name=wanted.name, firm=wanted.firm, token_digest=digest, invited_by_id=actor.user_id,
        by_office=actor.is_office, invited_at=at, sent_at=at, expires_at=at + timedelta(days=settings.INVITATION_DAYS),
    )  # fmt: skip
    invitation.groups.set(groups)
    detail: dict[str, object] = {"kind": str(wanted.kind), "groups": sorted(wanted.groups), "delegate": bool(wanted.firm)}
    note_invitation(action="invitation.sent", invitation=invitation, actor=actor, at=at, **detail)
    role_mails.invite(invitation, token, at)
    return invitation


def _ask_own_people(school_id: int, email: str, kind: SchoolRoleKind) -> None:
    role = staff.role_by_address(school_id, email)
    refusal = rules.refuse_second_role(SchoolRoleKind(role.kind) if role else None, kind)
    if refusal:
        raise Refused(refusal, field="email")


def _ask_open_invitations(school_id: int, email: str, actor: Viewer, at: datetime) -> None:
    """One that has expired makes room for the new one."""
    present = _live(school_id, email)
    if present is None:
        return
    if not present.is_expired(at):
        raise Refused(_("This address has been invited already. You can send that invitation again or withdraw it."), field="email")
    move_invitation(invitation=present, state=InvitationState.WITHDRAWN, actor=actor, at=at)


def _live(school_id: int, email: str) -> Invitation | None:
    return Invitation.objects.filter(school_id=school_id, email=email, state__in=LIVE_INVITATIONS).first()


@not_for_office
@school_act(SchoolAct.MANAGE)
def add_supporter(*, group_id: int, email: str, name: str, actor: Viewer, at: datetime) -> bool:
    """Let somebody follow a group: at once (True) where they support this school already, else by invitation (False).

    An invitation to support this school that is still open takes the group in. Refused as for `invite`.
    """
    group = group_of(actor, group_id)
    staff.school(actor, group.school_id)
    with _counted(group.school_id, actor, at) as taken:
        follows, sent = _add_supporter(group, email, name, actor, at)
        if not sent:
            taken.give_back()
    return follows


@transaction.atomic
def _add_supporter(group: Group, email: str, name: str, actor: Viewer, at: datetime) -> tuple[bool, bool]:
    """Whether the group is followed now, and whether a mail was sent."""
    lock_people_of(group.school_id)
    email = email.strip().lower()
    role = staff.role_by_address(group.school_id, email)
    if role is not None and role.kind == SchoolRoleKind.SUPPORTER:
        group.supporters.add(role.user)
        audit.record(actor=actor, at=at, action="group.supporter_added", subject=("group", group.pk), detail={"user_id": role.user_id})
        return True, False
    present = _live(group.school_id, email)
    if present is not None and present.kind == SchoolRoleKind.SUPPORTER and not present.is_expired(at):
        present.groups.add(group)
        note_invitation(action="invitation.group_added", invitation=present, actor=actor, at=at, group=group.pk)
        return False, False
    wanted = Wanted(SchoolRoleKind.SUPPORTER, email, name, frozenset({group.pk}))
    _invite(group.school_id, wanted, actor, at)
    return False, True


@office_duty(Duty.MANAGE_CONTRACTS)
@school_act(SchoolAct.MANAGE)
def resend_invitation(*, invitation_id: int, actor: Viewer, at: datetime) -> None:
    """Send it once more with a new link and a new last day; the link before stops working. Refused within the cool-down."""
    school_id = staff.invitation(actor, invitation_id).school_id
    with _counted(school_id, actor, at):
        _resend(invitation_id, actor, at)


@transaction.atomic
def _resend(invitation_id: int, actor: Viewer, at: datetime) -> None:
    invitation = lock_invitation(invitation_id)
    if invitation.state != InvitationState.OPEN:
        raise Refused(_("This invitation has been answered or withdrawn in the meantime."))
    wait = invitation.sent_at + timedelta(minutes=settings.INVITATION_RESEND_MINUTES) - at
    if wait > timedelta(0):
        raise TooMany(wait, _("The invitation has just been sent. Please wait %(wait)s.") % {"wait": in_words(wait)})
    token, invitation.token_digest = invitation_links.new_token()
    invitation.sent_at, invitation.expires_at = at, at + timedelta(days=settings.INVITATION_DAYS)
    invitation.sent_count += 1
    invitation.save(update_fields=["token_digest", "sent_at", "expires_at", "sent_count"])
    note_invitation(action="invitation.sent_again", invitation=invitation, actor=actor, at=at)
    role_mails.invite(invitation, token, at)


@office_duty(Duty.MANAGE_CONTRACTS)
@school_act(SchoolAct.REVOKE)
@transaction.atomic
def withdraw_invitation(*, invitation_id: int, actor: Viewer, at: datetime) -> None:
    """Take an invitation back; its link stops working. Refused once it was answered, so that nobody believes that a role was stopped."""
    staff.invitation(actor, invitation_id)
    invitation = lock_invitation(invitation_id)
    if invitation.state == InvitationState.WITHDRAWN:
        return
    if invitation.state not in LIVE_INVITATIONS:
        raise Refused(_("This invitation has been answered in the meantime. Please look at the list."))
    move_invitation(invitation=invitation, state=InvitationState.WITHDRAWN, actor=actor, at=at)


@inner_action
@transaction.atomic
def forget_invitations(*, actor: Viewer, at: datetime) -> int:
    """Retention: delete what is over; the trail keeps that there was an invitation, not to whom. Returns how many."""
    ids = list(staff.old_invitations(at).values_list("pk", flat=True))
    if ids:
        Invitation.objects.filter(pk__in=ids).delete()
        audit.record(actor=actor, at=at, action="invitation.forgotten", detail={"count": len(ids)})
    return len(ids)
