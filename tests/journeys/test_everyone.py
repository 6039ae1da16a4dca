"""Everyone can use it (quality.md): every page, both languages, 320 and 1280 px, no fault that axe finds; the first steps by keyboard alone."""

from collections.abc import Iterator

import pytest
from django.urls import reverse
from playwright.sync_api import Page

from members.states import LegalKind
from safety.addresses import answer_path
from tests.cast import signed_in
from tests.factories.applications import make_fees
from tests.factories.helpline import EmergencyFactory, FaqFactory, NumberFactory
from tests.factories.members import LegalDocumentFactory
from tests.journeys.browsers import DESK, Person, axe_faults
from tests.walls.world import OWN_ACCOUNT, Address, World, addresses, make_world

NARROW = {"width": 320, "height": 720}
# What is no page: bare answers to scripts, addresses that take a POST only, parts of pages.
NO_PAGES = ("healthz", "manifest", "sw", "set_language")


@pytest.fixture
def world(transactional_db) -> World:
    """One of everything, with documents, fees and numbers to call."""
    for kind in LegalKind:
        LegalDocumentFactory(kind=kind)
    make_fees()
    NumberFactory()
    EmergencyFactory()
    FaqFactory()
    return make_world()


def paths(world: World, *faces: str) -> Iterator[str]:
    """The addresses of these faces, with the world's objects where one has to be named; each path once."""
    found = [address for address in addresses() if address.name.startswith(faces)]
    return iter(dict.fromkeys(reverse(address.name, kwargs=arguments(world, address)) for address in found))


def arguments(world: World, address: Address) -> dict[str, object]:
    """As for the walls; the public pages open with a signed address or a country."""
    return {keyword: PUBLIC[keyword](world) if keyword in PUBLIC else world.objects[address.app, keyword] for keyword in address.keywords}


PUBLIC = {
    "signed": lambda world: answer_path(world.objects["safety", "r"]).split("/")[2],
    "iso2": lambda _world: "fr",
}


def walk(person: Person, urls: Iterator[str]) -> list[str]:
    """What is wrong with these pages, all of it: structure and axe at 1280 and 320 px without loading twice, and nothing wider than the phone."""
    faults = []
    for url in urls:
        reply = person.page.goto(url)
        if reply is None or reply.status != 200 or "text/html" not in reply.headers.get("content-type", ""):
            continue
        faults += [f"{url} {fault}" for fault in faults_of(person)]
    return faults


def faults_of(person: Person) -> Iterator[str]:
    """What is wrong with the page as it is now."""
    page = person.page
    yield from structure(page, person.words.language)
    for size in (DESK, NARROW):
        page.set_viewport_size(size)
        yield from (f"{size['width']} px {fault}" for fault in axe_faults(page))
    wide = page.evaluate("document.documentElement.scrollWidth")
    if wide > NARROW["width"]:
        yield f"is {wide} px wide on a phone of {NARROW['width']}"


def structure(page: Page, language: str) -> Iterator[str]:
    """One main heading, a title, the true language."""
    if page.locator("h1").count() != 1:
        yield f"has {page.locator('h1').count()} main headings"
    if page.locator("html").get_attribute("lang") != language:
        yield f"says it speaks {page.locator('html').get_attribute('lang')}"
    if not page.title():
        yield "has no title"


def visitor(people, language: str, user=None) -> Person:
    """Somebody at a desk, logged in unless nobody is named."""
    person = people.somebody(viewport=DESK, language=language)
    if user is not None:
        session = signed_in(user).cookies["sessionid"].value
        person.page.context.add_cookies([{"name": "sessionid", "value": session, "url": people.base_url}])
    return person


@pytest.mark.parametrize("language", ["ja", "en"])
def test_nobody_is_kept_out_of_a_page_for_everybody(people, world, language):
    found = walk(visitor(people, language), paths(world, "home", "account_", "mfa_", "public:"))
    assert found == []


@pytest.mark.parametrize("language", ["ja", "en"])
def test_nobody_is_kept_out_of_a_members_page(people, world, language):
    found = walk(visitor(people, language, world.cast.aya.user), paths(world, "home", "member:", *OWN_ACCOUNT))
    assert found == []


@pytest.mark.parametrize("language", ["ja", "en"])
def test_nobody_is_kept_out_of_a_schools_page(people, world, language):
    found = walk(visitor(people, language, world.cast.doi.user), paths(world, "school:"))
    assert found == []
