"""Every address of the resolver against every kind of stranger. A new address with a new kind of argument fails until it is thought of."""

import pytest
from django.test import Client
from django.urls import reverse

from tests.walls.world import OPEN, OPEN_NAMESPACES, OWN_ACCOUNT, Address, World, addresses, make_world

pytestmark = pytest.mark.django_db
LOGIN = "/login/"
# Shared facts of the feed: every school may read every advisory, so only people outside the school side are strangers to it.
SHARED_WITH_SCHOOLS = {"school:notices:advisory", "school:safety:from_advisory"}


@pytest.fixture
def world() -> World:
    return make_world()


def of_face(face: str, *, with_object: bool | None = None) -> list[Address]:
    """The addresses under one face; only those that name an object, or only those that do not."""
    found = [address for address in addresses() if address.name.startswith(f"{face}:")]
    return found if with_object is None else [address for address in found if bool(address.keywords) == with_object]


def answers(client: Client, url: str) -> list[tuple[str, int, str]]:
    """What GET and POST of an address give: method, status, and where it sends one."""
    replies = [("GET", client.get(url)), ("POST", client.post(url, {}))]
    return [(method, reply.status_code, reply.headers.get("Location", "")) for method, reply in replies]


def leaks(client: Client, face: str, world: World, found: list[Address], *, to_login: bool = False) -> list[str]:
    """Addresses that did not turn this client away. 405 says nothing about the object."""
    faults = []
    for address in found:
        url = reverse(address.name, kwargs=world.arguments(address))
        for method, status, location in answers(client, url):
            away = status in {403, 404, 405} or (to_login and status == 302 and location.startswith(LOGIN))
            if not away:
                faults.append(f"{method} {address.name} {url} → {status} {location}")
    return faults


def test_every_address_belongs_to_a_face_or_is_open_on_purpose():
    strays = [
        address.name
        for address in addresses()
        if address.name not in OPEN and not address.name.startswith((*OPEN_NAMESPACES, *OWN_ACCOUNT, "member:", "school:", "office:"))
    ]
    assert strays == []


@pytest.mark.parametrize("face", ["member", "school", "office"])
def test_a_stranger_who_is_not_logged_in_is_led_to_the_login(world, face):
    assert leaks(Client(), face, world, of_face(face), to_login=True) == []


@pytest.mark.parametrize("who", ["ben", "chika"])
def test_another_member_finds_nothing_of_ayas(world, who):
    client = world.cast.client(getattr(world.cast, who))
    assert leaks(client, "member", world, of_face("member", with_object=True)) == []


@pytest.mark.parametrize("face", ["school", "office"])
def test_a_member_finds_no_staff_pages(world, face):
    assert leaks(world.cast.client(world.cast.aya), face, world, of_face(face)) == []


def test_another_schools_administrator_finds_nothing_of_ayas(world):
    found = [address for address in of_face("school", with_object=True) if address.name not in SHARED_WITH_SCHOOLS]
    assert leaks(world.cast.client(world.strange_administrator), "school", world, found) == []


def test_a_supporter_of_another_group_finds_nothing_of_ayas(world):
    assert leaks(world.cast.client(world.strange_supporter), "school", world, of_face("school", with_object=True)) == []


def test_a_schools_administrator_finds_no_pages_of_the_office_or_of_members(world):
    client = world.cast.client(world.cast.doi)
    assert leaks(client, "office", world, of_face("office")) == []
    assert leaks(client, "member", world, of_face("member", with_object=True)) == []


def test_the_supporter_of_ayas_group_changes_nothing(world):
    client = world.cast.client(world.cast.emi)
    faults = []
    for address in of_face("school"):
        url = reverse(address.name, kwargs=world.arguments(address))
        status = client.post(url, {}).status_code
        if status not in {403, 404, 405}:
            faults.append(f"POST {address.name} → {status}")
    assert faults == []


def test_those_who_may_are_not_turned_away(world):
    """Without this the walls above could pass because nothing works at all."""
    faults = []
    for face, who in (("member", world.cast.aya), ("school", world.cast.doi), ("office", world.cast.office)):
        client = world.cast.client(who)
        for address in of_face(face):
            url = reverse(address.name, kwargs=world.arguments(address))
            status = client.get(url).status_code
            if status not in {200, 302, 303, 405}:
                faults.append(f"GET {address.name} {url} → {status}")
    assert faults == []


def test_the_office_site_turns_everybody_else_away(world):
    for who in (world.cast.aya, world.cast.doi, world.cast.emi):
        assert world.cast.client(who).get("/admin/").status_code in {302, 403, 404}
    reply = Client().get("/admin/")
    assert reply.status_code == 302
    assert reply.headers["Location"].startswith((LOGIN, "/admin/login/"))
