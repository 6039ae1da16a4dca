"""The cast of all tests: Aya and Ben of one school, Chika of another, Dr. Doi and Emi on the school's side, the office."""

import time
from dataclasses import dataclass

from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from django.test import Client

from members.models import Member, School, SchoolRole, User
from members.states import SchoolRoleKind
from members.viewers import Side, viewer_for
from ossma.core.duties import OfficeRole
from ossma.core.viewer import Face, Viewer
from tests.factories.members import ContractFactory, GroupFactory, JoinPasswordFactory, MemberFactory, RoleFactory, SchoolFactory, UserFactory

AUTHENTICATED_USER_SESSION_KEY = "account_authentication_methods_user"


@dataclass
class Cast:
    """Everybody, made once per test by `make_cast`."""

    aoba: School
    kohoku: School
    aya: Member
    ben: Member
    chika: Member
    doi: SchoolRole
    emi: SchoolRole
    office: User

    def viewer(self, who: Member | SchoolRole | User) -> Viewer:
        """The viewer that a request of this person would have."""
        if isinstance(who, Member):
            return viewer_for(who.user, Side.MEMBER, "")
        if isinstance(who, SchoolRole):
            return viewer_for(who.user, Side.SCHOOL, "", who.school_id)
        return viewer_for(who, Side.OFFICE, "")

    def colleague(self, *roles: str) -> User:
        """Somebody of the office with these roles; without any: an office account that sees its own account only."""
        name = "-".join(roles) or "none"
        known = User.objects.filter(email=f"{name}@example.jp").first()
        return known or UserFactory(email=f"{name}@example.jp", name=f"事務局 {name}", is_staff=True, totp=True, roles=roles)

    def second_manager(self) -> User:
        """Another manager than `office`: who approves what that one proposed."""
        known = User.objects.filter(email="second@example.jp").first()
        return known or UserFactory(email="second@example.jp", name="事務局 花子", is_staff=True, totp=True, roles=[OfficeRole.MANAGER])

    def client(self, who: Member | SchoolRole | User, **defaults: str) -> Client:
        """A browser in which this person is logged in, with the second factor shown."""
        return signed_in(who if isinstance(who, User) else who.user, **defaults)


def office_viewer(user_id: int, *roles: str) -> Viewer:
    """Somebody of the office as an action sees them; a manager unless other roles are named."""
    return Viewer(face=Face.OFFICE, user_id=user_id, roles=frozenset(roles or {OfficeRole.MANAGER}))


def signed_in(user: User, *, second_factor: bool = True, **defaults: str) -> Client:
    """A browser in which `user` is logged in; without the second factor if asked."""
    client = Client(headers={"accept-language": "ja"}, **defaults)
    client.force_login(user)
    session = client.session
    records = [{"method": "password", "at": time.time()}]
    if second_factor:
        records.append({"method": "mfa", "type": "totp", "at": time.time()})
    session[AUTHENTICATION_METHODS_SESSION_KEY] = records
    session[AUTHENTICATED_USER_SESSION_KEY] = str(user.pk)
    session.save()
    return client


def make_cast() -> Cast:
    """Two schools and the seven people."""
    aoba = SchoolFactory(name_ja="青葉国際大学", name_en="Aoba International University", name_kana="アオバコクサイダイガク")
    kohoku = SchoolFactory(name_ja="港北学院大学", name_en="Kohoku Gakuin University", name_kana="コウホクガクインダイガク")
    for school, clear in ((aoba, "aoba-2026"), (kohoku, "kohoku-2026")):
        ContractFactory(school=school)
        JoinPasswordFactory(school=school, clear=clear)
    aya = MemberFactory(school=aoba, user__email="aya@example.jp", given_name="あや", given_kana="アヤ", given_roman="AYA")
    ben = MemberFactory(
        school=aoba, user__email="ben@example.jp", user__language="en", family_name="ブラウン", given_name="ベン",
        family_kana="ブラウン", given_kana="ベン", family_roman="BROWN", given_roman="BEN",
    )  # fmt: skip
    chika = MemberFactory(school=kohoku, user__email="chika@example.jp", given_name="千佳", given_kana="チカ", given_roman="CHIKA")
    doi = RoleFactory(school=aoba, user__email="doi@example.jp", user__name="土井 博")
    emi = RoleFactory(school=aoba, user__email="emi@example.jp", user__name="江見 恵", kind=SchoolRoleKind.SUPPORTER)
    group = GroupFactory(school=aoba, name="国際学部")
    group.members.add(aya)
    group.supporters.add(emi.user)
    office = UserFactory(email="office@example.jp", name="事務局 太郎", is_staff=True, totp=True, roles=[OfficeRole.MANAGER])
    return Cast(aoba, kohoku, aya, ben, chika, doi, emi, office)
