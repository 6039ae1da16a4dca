"""What a request has to know about the account behind it, before there is a viewer."""

from datetime import datetime
from typing import NamedTuple

from allauth.mfa.models import Authenticator
from django.db.models import QuerySet

from members.models import Group, Member, SchoolRole, User
from members.states import SchoolRoleKind
from ossma.core.duties import DUTIES, Duty, OfficeRole


class OwnMembership(NamedTuple):
    """The member whom an account belongs to."""

    member_id: int
    school_id: int
    name: str
    school_name: str


class OwnRole(NamedTuple):
    """What an account is in one of its schools."""

    school_id: int
    kind: SchoolRoleKind
    school_name: str
    state: str
    ended_at: datetime | None
    is_delegate: bool = False


def membership_of(user_id: int) -> OwnMembership | None:
    """The account's membership, unless it was withdrawn."""
    member = Member.objects.filter(user_id=user_id, withdrawn_at=None).select_related("school").first()
    return OwnMembership(member.pk, member.school_id, member.name, member.school.name) if member else None


def was_ever_member(user_id: int) -> bool:
    """Whether a registration was finished under this account, withdrawn or not."""
    return Member.objects.filter(user_id=user_id).exists()


def roles_of(user_id: int) -> list[OwnRole]:
    """The account's roles, one per school, the oldest first."""
    roles = SchoolRole.objects.filter(user_id=user_id).select_related("school").order_by("granted_at", "pk")
    return [
        OwnRole(role.school_id, SchoolRoleKind(role.kind), role.school.name, role.school.state, role.school.ended_at, bool(role.firm))
        for role in roles
    ]


def has_role(user_id: int) -> bool:
    """Whether the account acts for any school."""
    return SchoolRole.objects.filter(user_id=user_id).exists()


def followed_groups(user_id: int, school_id: int) -> frozenset[int]:
    """The groups of that school whose members the account may follow."""
    return frozenset(Group.objects.filter(school_id=school_id, supporters=user_id).values_list("pk", flat=True))


def office_roles(user: User) -> frozenset[str]:
    """The office's roles are Django groups (office.md); a group of another name is none."""
    return frozenset(user.groups.filter(name__in=OfficeRole.values).values_list("name", flat=True))


def office_users(*duties: Duty) -> QuerySet[User]:
    """The office's accounts that have one of these duties, for messages and hand-overs."""
    roles = frozenset[OfficeRole]().union(*(DUTIES[duty] for duty in duties))
    return User.objects.filter(is_staff=True, is_active=True, groups__name__in=roles).distinct()


def superusers() -> list[str]:
    """Addresses of accounts that the shell's commands alone need (office.md); the health page names them."""
    return list(User.objects.filter(is_superuser=True, is_active=True).order_by("email").values_list("email", flat=True))


def may_drop_factor(user: User, authenticator_id: int) -> bool:
    """Whether this second factor can go: always for members, never the last one of school and office accounts."""
    if not user.is_staff and not has_role(user.pk):
        return True
    others = Authenticator.objects.filter(user=user, type__in=[Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN])
    return others.exclude(pk=authenticator_id).exists()
