"""Every address and every form of the three portals against every kind of person. A new page without an entry in the tables fails."""

from collections.abc import Iterator

import pytest
from django.contrib import admin
from django.db import transaction
from django.http import HttpResponseBase
from django.test import Client
from django.urls import resolve, reverse

from members.admin.approving import ApprovalAdmin
from ossma.core.duties import DUTIES, Duty
from tests.walls.forms_on_pages import PageForm, forms_on
from tests.walls.people import EVERYBODY, OFFICE, OUTSIDERS, SCHOOL_SIDE, Person
from tests.walls.world import World, addresses, make_world

pytestmark = pytest.mark.django_db
# Where those are sent who have to log in, finish something or set up their second factor first.
SENT_ON = ("/login/", "/signup/", "/account/security/", "/account/portals/", "/legal/accept/")
# Shared facts of the ministry's feed: every school may read every advisory and draft its own check from it.
SHARED_WITH_SCHOOLS = {"school:notices:advisory", "school:safety:from_advisory"}


@pytest.fixture
def world() -> World:
    return make_world()


def turned_away(reply: HttpResponseBase) -> bool:
    """Not found, not this method, or sent to the way in: nothing was shown or done."""
    return reply.status_code in {404, 405} or (reply.status_code == 302 and reply.headers["Location"].startswith(SENT_ON))


def ask(client: Client, method: str, url: str, data: dict[str, str] | None = None) -> HttpResponseBase:
    """One request; whatever it changed is taken back."""
    with transaction.atomic():
        reply = getattr(client, method)(url, data or {})
        transaction.set_rollback(True)
    return reply


def urls_of(world: World, portal: str, *, objects_only: bool = False) -> list[str]:
    """The addresses of a portal as they lead to what is Aya's."""
    found = [one for one in addresses() if one.name.startswith(f"{portal}:") and (one.keywords or not objects_only)]
    return [reverse(one.name, kwargs=world.arguments(one)) for one in found if one.name not in SHARED_WITH_SCHOOLS or not objects_only]


def admin_urls() -> Iterator[tuple[str, tuple[Duty, ...]]]:
    """Every page of every table with the duties that open it."""
    for model, table in admin.site._registry.items():
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        yield reverse(f"{name}_changelist"), (*table.reads, *table.writes)
        yield reverse(f"{name}_add"), table.writes
        row = model._default_manager.first()
        if row is not None:
            yield from ((reverse(f"{name}_{page}", args=[row.pk]), (*table.reads, *table.writes)) for page in ("change", "history"))
            yield reverse(f"{name}_delete", args=[row.pk]), table.writes
            if isinstance(table, ApprovalAdmin):
                yield reverse(f"{name}_decide", args=[row.pk]), table.approves
    yield "/admin/", tuple(Duty)


def desk_urls(world: World) -> Iterator[tuple[str, tuple[Duty, ...]]]:
    """The office's own pages with the duties that stand before their views."""
    for url in urls_of(world, "office"):
        yield url, getattr(resolve(url).func, "duties", ())


def leaks(client: Client, urls: list[str], methods: tuple[str, ...] = ("get", "post")) -> list[str]:
    """Addresses that did not turn this person away."""
    return [
        f"{method.upper()} {url} → {reply.status_code}" for url in urls for method in methods if not turned_away(reply := ask(client, method, url))
    ]


def offered(world: World) -> list[PageForm]:
    """Every form that somebody who may is offered, of all portals, as a browser would send it."""
    found: dict[tuple[str, tuple[str, ...]], PageForm] = {}
    manager, publisher = world.cast.office, world.cast.colleague("publisher")
    readers = [("member", world.cast.aya), ("school", world.cast.doi), ("office", manager)]
    pages = [(who, url) for portal, who in readers for url in urls_of(world, portal)]
    pages += [(who, url) for url, _duties in admin_urls() for who in (manager, publisher)]
    browsers = {id(who): world.cast.client(who) for who, _url in pages}
    for who, url in pages:
        reply = ask(browsers[id(who)], "get", url)
        if reply.status_code == 200 and not reply.streaming and "html" in reply.headers["Content-Type"]:
            for form in forms_on(url, reply.content.decode()):
                found[form.action, tuple(sorted(form.data))] = form
    own = ("/logout/", "/i18n/")
    return [form for form in found.values() if not form.action.startswith(own)]


def test_other_methods_open_nothing_that_get_and_post_do_not(world):
    client = world.cast.client(world.cast.chika)
    urls = [*urls_of(world, "member", objects_only=True), *urls_of(world, "school"), *urls_of(world, "office")]
    assert leaks(client, urls, ("put", "patch", "delete", "head")) == []


def test_every_page_of_the_office_names_its_duties(world):
    assert [url for url, duties in desk_urls(world) if not duties] == []


@pytest.mark.parametrize("person", OUTSIDERS, ids=lambda person: person.name)
def test_whoever_has_no_part_in_it_finds_nothing_and_does_nothing(world, person):
    client = person.browser(world)
    urls = [*urls_of(world, "member", objects_only=True), *urls_of(world, "school"), *urls_of(world, "office")]
    assert leaks(client, urls) == []
    assert [url for url, _duties in admin_urls() if not turned_away(ask(client, "get", url))] == []


@pytest.mark.parametrize("person", SCHOOL_SIDE, ids=lambda person: person.name)
def test_the_schools_side_finds_nothing_of_the_office_and_of_members_pages(world, person):
    client = person.browser(world)
    assert leaks(client, [*urls_of(world, "member", objects_only=True), *urls_of(world, "office")]) == []
    assert [url for url, _duties in admin_urls() if not turned_away(ask(client, "get", url))] == []


@pytest.mark.parametrize("person", SCHOOL_SIDE[:3], ids=lambda person: person.name)
def test_another_school_and_another_group_find_nothing_of_ayas(world, person):
    assert leaks(person.browser(world), urls_of(world, "school", objects_only=True)) == []


@pytest.mark.parametrize("person", OFFICE, ids=lambda person: person.name)
def test_each_role_of_the_office_opens_what_its_duties_say_and_nothing_else(world, person):
    client = person.browser(world)
    faults, opened = [], 0
    for url, duties in [*desk_urls(world), *admin_urls()]:
        allowed = any(not person.roles.isdisjoint(DUTIES[duty]) for duty in duties)
        for method in ("get", "post"):
            reply = ask(client, method, url)
            opened += not turned_away(reply)
            if not allowed and not turned_away(reply):
                faults.append(f"{method.upper()} {url} → {reply.status_code} without the duty")
        got = ask(client, "get", url)
        if allowed and "/delete/" not in url and "/add/" not in url and got.status_code not in {200, 302, 405}:
            faults.append(f"GET {url} → {got.status_code} with the duty")
    assert faults == []
    assert opened > 10
    assert leaks(client, [*urls_of(world, "school"), *urls_of(world, "member", objects_only=True)]) == []


def test_no_form_is_taken_from_somebody_to_whom_it_is_not_offered(world, record_property):
    """The bodies that a browser of those who may would send, sent by each of the others."""
    forms = offered(world)
    faults, sent = [], 0
    for person in EVERYBODY:
        client = person.browser(world)
        for form in forms:
            if not may_post(world, person, form.action):
                sent += 1
                reply = ask(client, "post", form.action, form.data)
                if not turned_away(reply):
                    faults.append(f"{person.name}: POST {form.action} {sorted(form.data)} → {reply.status_code}")
    record_property("walk", f"{len(forms)} forms, {len(EVERYBODY)} kinds of people, {sent} bodies sent by those who may not")
    assert faults == []
    assert len(forms) > 60


def may_post(world: World, person: Person, url: str) -> bool:
    """Whether this person has a part in what the form is for."""
    match = resolve(url)
    if url.startswith("/admin/"):
        duties = getattr(match.func, "duties", None) or dict(admin_urls()).get(url, tuple(Duty))
        return any(not person.roles.isdisjoint(DUTIES[duty]) for duty in duties)
    if url.startswith("/school/"):
        if person.name == "administrator of Aya's school":
            return True
        of_no_object = not match.kwargs.keys() - {"desk"} or match.view_name in SHARED_WITH_SCHOOLS
        return person.name.startswith("administrator of another school") and of_no_object
    # A member's own pages: everybody has some; only those that lead to an object of Aya's are hers.
    return not match.kwargs
