"""Everyone can use it (quality.md): every page, both languages, 320 and 1280 px, no fault that axe finds; the first steps by keyboard alone."""

from collections.abc import Iterator

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Locator, Page, expect

from members.states import LegalKind
from safety.addresses import answer_path
from tests.factories.applications import make_fees
from tests.factories.helpline import EmergencyFactory, FaqFactory, NumberFactory
from tests.factories.members import LegalDocumentFactory
from tests.journeys.browsers import DESK, People, Person, axe_faults
from tests.journeys.mailbox import code_in, text_of
from tests.walls.world import OWN_ACCOUNT, Address, World, addresses, make_world

# What thumbs press, and the boxes that are lower than 48 px (links in running text may be, and what only Enter presses).
TOO_LOW = """() => [...document.querySelectorAll(
    "button, a.button, a.back, a.tile, nav a, .cards h2 a, label.choice, select, summary, textarea, " +
    "input:not([type=hidden], [type=checkbox], [type=radio])"
)].filter(one => !one.ariaHidden && one.checkVisibility({visibilityProperty: true}) && one.getBoundingClientRect().height < 47.5)
.map(one => one.outerHTML.slice(0, 160))"""
MOST_TABS = 40
NARROW = {"width": 320, "height": 720}
# Keywords of public addresses.
PUBLIC = {
    "signed": lambda world: answer_path(world.objects["safety", "r"]).split("/")[2],
    "iso2": lambda _world: "fr",
    "name": lambda _world: "gmo",
}


@pytest.fixture
def world(transactional_db, settings, tmp_path) -> World:
    """One of everything, with documents, fees and numbers to call."""
    settings.FILES_ROOT = tmp_path
    for kind in LegalKind:
        LegalDocumentFactory(kind=kind)
    make_fees()
    NumberFactory()
    EmergencyFactory()
    FaqFactory()
    return make_world()


def paths(world: World, *faces: str) -> list[str]:
    """The addresses of these faces, with the world's objects where one has to be named; each path once."""
    found = [address for address in addresses() if address.name.startswith(faces) and (":" in address.name or not address.keywords)]
    return list(dict.fromkeys(reverse(address.name, kwargs=arguments(world, address)) for address in found))


def arguments(world: World, address: Address) -> dict[str, object]:
    """As for the walls; the public pages open with a signed address or a country."""
    return {keyword: PUBLIC[keyword](world) if keyword in PUBLIC else world.objects[address.app, keyword] for keyword in address.keywords}


def pages(client: Client, urls: list[str]) -> list[str]:
    """Those that are whole pages for this person: no redirects, no parts of pages, no answers to scripts, nothing that takes a POST only."""
    replies = {url: client.get(url) for url in urls}
    return [
        url for url, reply in replies.items() if reply.status_code == 200 and not reply.streaming and reply.content[:15].lower() == b"<!doctype html>"
    ]


def walk(person: Person, urls: list[str]) -> list[str]:
    """What is wrong with these pages, all of it: structure, axe at 1280 px by day and 320 px by night, nothing wider than the phone."""
    faults = []
    for url in urls:
        person.page.goto(url)
        faults += [f"{url} {fault}" for fault in faults_of(person)]
    return faults


def faults_of(person: Person) -> Iterator[str]:
    """What is wrong with the page as it is now."""
    page = person.page
    yield from structure(page, person.words.language)
    for size, colours in ((DESK, "light"), (NARROW, "dark")):
        page.set_viewport_size(size)
        page.emulate_media(color_scheme=colours)
        yield from (f"{size['width']} px {fault}" for fault in axe_faults(page))
    yield from (f"is low for a thumb: {html}" for html in page.evaluate(TOO_LOW))
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


def logged_in(people: People, language: str, client: Client) -> Person:
    """The same person at a desk, in a browser."""
    person = people.somebody(viewport=DESK, language=language)
    # An answer page speaks its recipient's language unless its reader has chosen one.
    person.page.context.add_cookies([{"name": settings.LANGUAGE_COOKIE_NAME, "value": language, "url": people.base_url}])
    if session := client.cookies.get("sessionid"):
        person.page.context.add_cookies([{"name": "sessionid", "value": session.value, "url": people.base_url}])
    return person


@pytest.mark.parametrize("language", ["ja", "en"])
def test_nobody_is_kept_out_of_a_page_for_everybody(people, world, language):
    found = pages(Client(), paths(world, "home", "account_", "mfa_", "public:"))
    assert len(found) > 10
    assert walk(logged_in(people, language, Client()), found) == []


@pytest.mark.parametrize("language", ["ja", "en"])
def test_nobody_is_kept_out_of_a_members_page(people, world, language):
    client = world.cast.client(world.cast.aya)
    found = pages(client, paths(world, "home", "member:", *OWN_ACCOUNT))
    assert len(found) > 15
    assert walk(logged_in(people, language, client), found) == []


@pytest.mark.parametrize("language", ["ja", "en"])
def test_nobody_is_kept_out_of_a_schools_page(people, world, language):
    client = world.cast.client(world.cast.doi)
    found = pages(client, paths(world, "school:"))
    assert len(found) > 20
    assert walk(logged_in(people, language, client), found) == []


def tabs_to(person: Person, target: Locator) -> None:
    """Press the tab key until this has the focus, and see that one can see it."""
    for _ in range(MOST_TABS):
        person.page.keyboard.press("Tab")
        if target.evaluate("element => element === document.activeElement"):
            assert target.evaluate("element => element.matches(':focus-visible')")
            return
    raise AssertionError(f"the tab key never reaches {target}")


def test_the_first_steps_of_the_registration_need_no_mouse(people, world, mailbox):
    person = people.somebody()
    page, keyboard = person.page, person.page.keyboard
    page.goto("/")
    keyboard.press("Tab")
    expect(page.get_by_role("link", name=person.words("Skip to the content"))).to_be_focused()
    keyboard.press("Enter")
    tabs_to(person, person.main.get_by_role("link", name=person.words("Register as a new member")))
    keyboard.press("Enter")
    person.is_on("New member registration")
    tabs_to(person, person.field("E-mail address"))
    keyboard.type("keys@example.jp")
    tabs_to(person, person.field("Password"))
    keyboard.type("Rainy-Season-7")
    for document in ("Terms of use", "Privacy policy"):
        tabs_to(person, person.main.get_by_role("link", name=person.words(document)))
        with page.context.expect_page() as opened:
            keyboard.press("Enter")
        expect(opened.value.get_by_role("heading", level=1)).to_have_text(person.words(document))
        opened.value.close()
        page.bring_to_front()
    send = page.get_by_role("button", name=person.words("Send"), exact=True)
    expect(send).to_be_enabled()
    tabs_to(person, send)
    keyboard.press("Enter")
    person.is_on("Enter the confirmation code")
    mailbox.deliver()
    tabs_to(person, person.field("Confirmation code"))
    keyboard.type(code_in(text_of(mailbox.to("keys@example.jp")[0])))
    keyboard.press("Enter")
    person.is_on("Enter your school's password")
