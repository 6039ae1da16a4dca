"""Building the viewer of a request: which of a user's faces looks, and what it may see."""

from enum import StrEnum

from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from members.models import User
from members.queries import faces
from members.school_access import portal_state
from members.states import SchoolRoleKind
from ossma.core.viewer import Face, Viewer


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


def _school_viewer(user: User, address: str) -> Viewer:
    role = faces.role_of(user.pk)
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


BUILDERS = {Side.SCHOOL: _school_viewer, Side.OFFICE: _office_viewer, Side.MEMBER: _member_viewer}


def viewer_for(user: User | AnonymousUser, side: Side, address: str) -> Viewer:
    """The viewer of `user` on that side. The second factor is the gate's business (members.middleware), not asked here."""
    if not isinstance(user, User):
        return Viewer(address=address)
    return BUILDERS[side](user, address)


def home_of(user: User) -> str:
    """Where an account belongs after login: members first, then their school's portal, then the office; else on with the registration."""
    if faces.membership_of(user.pk):
        return "/"
    if faces.role_of(user.pk):
        return "/school/"
    return "/admin/" if user.is_staff else "/signup/school/"
