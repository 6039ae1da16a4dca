"""Who acts for a school, and who is invited to. Of an invited person nothing is known but what the inviter typed."""

from datetime import datetime, timedelta
from typing import Any

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.paginator import Page, Paginator
from django.db.models import Count, Prefetch, Q, QuerySet

from members import invitation_links
from members.models import Group, Invitation, School, SchoolRole, User
from members.queries.directory import MOST_WORDS, schools_called
from members.rules import OFFICE_INVITES, SCHOOL_INVITES
from members.states import LIVE_INVITATIONS, MANAGING_ROLES, InvitationState, SchoolRoleKind
from ossma.core.duties import Duty
from ossma.core.refusals import NotFound, first_or_404
from ossma.core.viewer import Viewer

PAGE_SIZE = 50


def is_contract_office(viewer: Viewer) -> bool:
    """Whether this viewer does the office's duty for contracts and users."""
    return viewer.may(Duty.MANAGE_CONTRACTS)


def invitable_kinds(viewer: Viewer) -> tuple[SchoolRoleKind, ...]:
    """What this viewer may invite people to be."""
    if is_contract_office(viewer):
        return OFFICE_INVITES
    kinds: list[SchoolRoleKind] = [kind for role in viewer.roles for kind in SCHOOL_INVITES[SchoolRoleKind(role)]] if viewer.is_school else []
    return tuple(kind for kind in SchoolRoleKind if kind in kinds)


def school(viewer: Viewer, school_id: int) -> School:
    """The school whose people this viewer may invite and remove. Raises NotFound for everybody else's."""
    if not is_contract_office(viewer) and not (viewer.is_school and viewer.school_id == school_id):
        raise NotFound
    return first_or_404(list(School.objects.filter(pk=school_id)))


def roles(viewer: Viewer, school_id: int) -> list[SchoolRole]:
    """Everybody who acts for the school, with the school's groups they follow as `user.followed`."""
    groups = Prefetch("user__supported_groups", queryset=Group.objects.filter(school_id=school_id), to_attr="followed")
    rows = SchoolRole.objects.filter(school=school(viewer, school_id)).select_related("user").prefetch_related(groups)
    return list(rows.order_by("user__name", "user__email"))


def role(viewer: Viewer, school_id: int, user_id: int) -> SchoolRole:
    """One of them. Raises NotFound for an account that does not act for this school."""
    rows = SchoolRole.objects.filter(school=school(viewer, school_id), user_id=user_id).select_related("user", "school")
    return first_or_404(list(rows))


def role_by_address(school_id: int, email: str) -> SchoolRole | None:
    """The role of the school's own person with this address: its list shows it to the school anyway, nobody else's."""
    return SchoolRole.objects.filter(school_id=school_id, user__email__iexact=email).select_related("user").first()


def managing_besides(user_id: int, school_id: int) -> int:
    """How many active owners and administrators the school has without this account."""
    roles = SchoolRole.objects.filter(school_id=school_id, kind__in=MANAGING_ROLES, user__is_active=True)
    return roles.exclude(user_id=user_id).count()


def invitations(viewer: Viewer, school_id: int, at: datetime) -> list[Invitation]:
    """The school's invitations that nobody has answered, and those that came to nothing, newest first. `expired` says so."""
    shown = Q(state__in=[*LIVE_INVITATIONS, InvitationState.DECLINED, InvitationState.REFUSED])
    rows = Invitation.objects.filter(shown, school=school(viewer, school_id)).select_related("invited_by").prefetch_related("groups")
    found = list(rows)
    for row in found:
        row.expired = row.is_expired(at)  # type: ignore[attr-defined]
    return found


def invitation(viewer: Viewer, invitation_id: int) -> Invitation:
    """One invitation that this viewer may deal with. Raises NotFound for another school's."""
    rows = Invitation.objects.filter(pk=invitation_id).select_related("school", "invited_by", "accepted_by")
    if not is_contract_office(viewer):
        rows = rows.filter(school_id=viewer.school_id or 0) if viewer.is_school else rows.none()
    return first_or_404(list(rows))


def invited_to(viewer: Viewer, group_id: int, at: datetime) -> list[Invitation]:
    """Who is invited to follow a group and has not answered; of the viewer's own school."""
    rows = Invitation.objects.filter(state__in=LIVE_INVITATIONS, groups=group_id, school_id=viewer.school_id or 0)
    return [row for row in rows if not row.is_expired(at)] if viewer.is_school else []


def by_token(token: str) -> Invitation:
    """The invitation behind the link of a mail. Raises NotFound for a wrong link and for one that a newer mail has replaced."""
    rows = Invitation.objects.filter(token_digest__in=invitation_links.digests(token))
    return first_or_404(list(rows.select_related("school", "invited_by").prefetch_related("groups")))


def is_for(invitation: Invitation, user_id: int) -> bool:
    """Whether the account has confirmed the address that the invitation was sent to."""
    return EmailAddress.objects.filter(user_id=user_id, email__iexact=invitation.email, verified=True).exists()


def has_account(invitation: Invitation) -> bool:
    """Whether the invited address has an account. Only for the page behind the mail's link: its reader owns the address."""
    return User.objects.filter(email__iexact=invitation.email).exists()


def delegates_waiting(viewer: Viewer) -> QuerySet[Invitation]:
    """Delegates of outside firms who have accepted and wait for the office's approval, oldest first."""
    rows = Invitation.objects.filter(state=InvitationState.WAITING).select_related("school", "invited_by", "accepted_by")
    return rows.order_by("accepted_at") if is_contract_office(viewer) else rows.none()


def waiting_delegate(viewer: Viewer, invitation_id: int) -> Invitation:
    """One of them. Raises NotFound once it was decided."""
    return first_or_404(list(delegates_waiting(viewer).filter(pk=invitation_id)))


def schools(viewer: Viewer, text: str, number: str | int, *, nothing: bool = False) -> Page[Any]:
    """For the office: the schools with their `managing` count, those without anybody first; `nothing` of them where the words cannot be read."""
    if not is_contract_office(viewer):
        raise NotFound
    managing = Count("roles", filter=Q(roles__kind__in=MANAGING_ROLES, roles__user__is_active=True))
    rows = School.objects.annotate(managing=managing).order_by("managing", "name_kana")
    rows = rows.none() if nothing else rows
    for word in text.split()[:MOST_WORDS]:
        rows = rows.filter(pk__in=schools_called(word))
    return Paginator(rows, PAGE_SIZE).get_page(number)


def old_invitations(at: datetime) -> QuerySet[Invitation]:
    """Invitations whose time in our records is over: ended, or expired without an answer, INVITATION_KEPT_DAYS ago."""
    before = at - timedelta(days=settings.INVITATION_KEPT_DAYS)
    return Invitation.objects.filter(Q(ended_at__lt=before) | Q(state=InvitationState.OPEN, expires_at__lt=before))
