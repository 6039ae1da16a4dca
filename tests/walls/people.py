"""Everybody who walks the addresses: each kind of person with what they may open."""

from collections.abc import Callable
from dataclasses import dataclass

from django.test import Client

from members.models import User
from ossma.core.duties import OfficeRole
from tests.cast import signed_in
from tests.factories.members import LONG_AGO, InvitationFactory, MemberFactory, RoleFactory, UserFactory
from tests.walls.world import World


@dataclass(frozen=True)
class Person:
    """A kind of person: how their browser comes about, and what they may do. `roles`: in the office."""

    name: str
    browser: Callable[[World], Client]
    roles: frozenset[str] = frozenset()


def _withdrawn(world: World) -> Client:
    return signed_in(MemberFactory(school=world.cast.aoba, withdrawn_at=LONG_AGO).user)


def _administrator(**user) -> Callable[[World], User]:
    return lambda world: RoleFactory(school=world.cast.aoba, **{f"user__{name}": value for name, value in user.items()}).user


def _colleague(*roles: str) -> Person:
    return Person("-".join(roles) or "no role", lambda world: world.cast.client(world.cast.colleague(*roles)), frozenset(roles))


def _invited(world: World) -> Client:
    user = UserFactory(totp=True)
    InvitationFactory(school=world.cast.aoba, email=user.email)
    return signed_in(user)


def _of_two_schools(world: World) -> Client:
    """Acts for the other school now; for Aya's too, but has not chosen it."""
    user = _administrator(totp=True)(world)
    RoleFactory(school=world.cast.kohoku, user=user)
    client = signed_in(user)
    client.post("/account/portals/", {"school": world.cast.kohoku.pk})
    return client


# Who must find nothing of Aya's in the member portal, and nothing at all in the portals of staff.
OUTSIDERS = [
    Person("anonymous", lambda world: Client(headers={"accept-language": "ja"})),
    Person("member of the same school", lambda world: world.cast.client(world.cast.ben)),
    Person("member of another school", lambda world: world.cast.client(world.cast.chika)),
    Person("half registered", lambda world: signed_in(UserFactory())),
    Person("withdrawn member", _withdrawn),
    Person("closed account", lambda world: signed_in(UserFactory(is_active=False))),
    Person("closed administrator", lambda world: signed_in(_administrator(is_active=False, totp=True)(world))),
    Person("administrator without a second factor", lambda world: signed_in(RoleFactory(school=world.cast.aoba, user__totp=False).user)),
    Person("administrator who has not shown it", lambda world: signed_in(_administrator(totp=True)(world), second_factor=False)),
    Person("invited administrator who has not accepted", _invited),
    Person("superuser without a role", lambda world: signed_in(UserFactory(is_staff=True, is_superuser=True, totp=True))),
    _colleague(),
]
# Of the school's side: at home in the school portal, but not in every part of it.
SCHOOL_SIDE = [
    Person("administrator of another school", lambda world: world.cast.client(world.strange_administrator)),
    Person("administrator of another school, and of Aya's without having chosen it", _of_two_schools),
    Person("supporter of another group", lambda world: world.cast.client(world.strange_supporter)),
    Person("supporter of Aya's group", lambda world: world.cast.client(world.cast.emi)),
    Person("administrator of Aya's school", lambda world: world.cast.client(world.cast.doi)),
]
OFFICE = [_colleague(role) for role in OfficeRole] + [_colleague(OfficeRole.OPERATOR, OfficeRole.CLERK)]
EVERYBODY = [*OUTSIDERS, *SCHOOL_SIDE, *OFFICE]
