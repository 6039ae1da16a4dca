"""Building the viewer of a request: which of a user's faces looks, and what it may see."""

from enum import StrEnum

from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from members.models import User
from members.queries import faces
from members.school_access import portal_state
from members.states import SchoolRoleKind
from ossma.core.viewer import Face, Viewer

CHOOSER = "/account/portals/"


class Side(StrEnum):
    """The three parts of the address space; each has faces of its own."""

    SCHOOL = "school"
    OFFICE = "office"
    MEMBER = "member"


def side_of(path: str) -> Side:
    """Which part an address belongs to."""
    if path.startswith("/school/"):
        return Side.SCHOOL
    if path.startswith("/admin/"):
        return Side.OFFICE
    return Side.MEMBER


def portal_of(user: User, portal: int | None) -> faces.OwnRole | None:
    """The role in which the account acts now: the one of the school it chose (`portal`), else its only one.

    None for an account without a role, and until a choice is made: with several schools nobody acts in one by chance, and whose role in the
    chosen school has ended is not carried over into another one.
    """
    roles = faces.roles_of(user.pk)
    if portal is not None:
        return next((role for role in roles if role.school_id == portal), None)
    return roles[0] if len(roles) == 1 else None


def _school_viewer(user: User, address: str, portal: int | None) -> Viewer:
    role = portal_of(user, portal)
    if role is None:
        return Viewer(user_id=user.pk, address=address)
    supports = role.kind is SchoolRoleKind.SUPPORTER
    return Viewer(
        face=Face.SUPPORTER if supports else Face.SCHOOL,
        user_id=user.pk,
        name=user.get_full_name(),
        school_id=role.school_id,
        group_ids=faces.followed_groups(user.pk, role.school_id) if supports else frozenset(),
        roles=frozenset({str(role.kind)}),
        address=address,
        school_name=role.school_name,
        school_state=portal_state(role.state, role.ended_at, timezone.now()),
    )


def _office_viewer(user: User, address: str) -> Viewer:
    """An account without a role, a superuser's included, sees nothing of the office (office.md, "Duties and roles")."""
    roles = faces.office_roles(user) if user.is_staff else frozenset()
    if not roles:
        return Viewer(user_id=user.pk, address=address)
    return Viewer(face=Face.OFFICE, user_id=user.pk, name=user.get_full_name(), roles=roles, address=address)


def _member_viewer(user: User, address: str) -> Viewer:
    own = faces.membership_of(user.pk)
    if own is None:
        return Viewer(user_id=user.pk, name=user.get_full_name(), address=address)
    return Viewer(
        face=Face.MEMBER,
        user_id=user.pk,
        name=own.name,
        member_id=own.member_id,
        school_id=own.school_id,
        address=address,
        school_name=own.school_name,
    )


BUILDERS = {Side.OFFICE: _office_viewer, Side.MEMBER: _member_viewer}


def viewer_for(user: User | AnonymousUser, side: Side, address: str, portal: int | None = None) -> Viewer:
    """The viewer of `user` on that side; `portal` is the school chosen in this session, asked anew on each request.

    The second factor is the gate's business (members.middleware), not asked here.
    """
    if not isinstance(user, User):
        return Viewer(address=address)
    if side is Side.SCHOOL:
        return _school_viewer(user, address, portal)
    return BUILDERS[side](user, address)


def home_of(user: User) -> str:
    """Where an account belongs after login: members home, the office to its work list, staff to their school; else on with the registration.

    Whoever acts for several schools chooses. An office account is never led into a school's portal: it goes there on purpose or not at all.
    """
    if faces.membership_of(user.pk):
        return "/"
    if user.is_staff:
        return "/admin/"
    roles = faces.roles_of(user.pk)
    if not roles:
        return "/signup/school/"
    return "/school/" if len(roles) == 1 else CHOOSER
