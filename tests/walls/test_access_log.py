"""Every page of the school portal and the office that shows a member leaves a line that names them; what is shown is looked for on the page."""

import re
from collections.abc import Iterator

import pytest
from django.contrib import admin
from django.db import transaction
from django.http import HttpResponseBase
from django.test import Client
from django.urls import reverse

from members.models import Member, User
from ossma.core.duties import OfficeRole
from ossma.core.models import AuditEntry
from safety.models import Recipient
from tests.walls.world import World, addresses, make_world

pytestmark = pytest.mark.django_db
# Files: streamed pieces are joined to be searched; a PDF's text is compressed, its line is tested with the export.
SHOWN = (200, 400, 403, 422)


@pytest.fixture
def world() -> World:
    return make_world()


def body(reply: HttpResponseBase) -> str:
    """What the reader gets, as text."""
    content = b"".join(reply.streaming_content) if reply.streaming else reply.content
    return content.decode("utf-8", "replace")


def names(member: Member) -> set[str]:
    """What gives a member away on a page."""
    roman = {f"{member.given_roman} {member.family_roman}", f"{member.family_roman} {member.given_roman}"}
    return {f"{member.family_name} {member.given_name}", member.number, member.user.email, *roman}


def named_by_lines(since: int) -> set[int]:
    """The members named by the lines that were written after line number `since`. A file of a check stands for the recipients of the check."""
    found: set[int] = set()
    for line in AuditEntry.objects.filter(pk__gt=since):
        found |= {line.member_id} | set(line.detail.get("member_ids", []))
        if line.action == "safety.exported":
            found |= set(Recipient.objects.filter(check_row=line.subject_id).values_list("member_id", flat=True))
    return found


class Reader:
    """Opens pages as one person and counts what was shown and what was written. Each page is the first of its session: nothing is kept."""

    def __init__(self, world: World, who: object) -> None:
        self.client: Client = world.cast.client(who)
        self.marks = {member.pk: names(member) for member in Member.objects.select_related("user")}
        self.opened = self.expected = self.found = 0
        self.faults: list[str] = []

    def read(self, method: str, url: str, data: dict[str, str] | None = None) -> str:
        """One request and its text; what it changes, the session included, is taken back."""
        # What a page before it had to say belongs to that page.
        self.client.cookies.pop("messages", None)
        with transaction.atomic():
            since = AuditEntry.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
            reply = getattr(self.client, method)(url, data or {})
            text = body(reply) if reply.status_code in SHOWN and not reply.headers.get("Content-Type", "").startswith("application/pdf") else ""
            if text:
                self._compare(f"{method.upper()} {url}", text, named_by_lines(since))
            transaction.set_rollback(True)
        return text

    def read_all(self, portal: str, world: World) -> None:
        """Every address of a portal, with a form that has nothing in it, and with a search where there is one."""
        for method, url in pages(world, portal):
            text = self.read(method, url)
            if method == "get" and re.search(r'name="(q|who)"', text):
                self.read(method, url, {"q": "山田", "who": "山田"})

    def _compare(self, page: str, text: str, named: set[int]) -> None:
        shown = {pk for pk, marks in self.marks.items() if any(mark in text for mark in marks)}
        self.opened += 1
        self.expected += len(shown)
        self.found += len(shown & named)
        self.faults += [f"{page}: member {pk} is shown and no line names them" for pk in sorted(shown - named)]


def pages(world: World, portal: str) -> Iterator[tuple[str, str]]:
    """(method, address) of everything in one portal."""
    for address in addresses():
        if address.name.startswith(f"{portal}:"):
            url = reverse(address.name, kwargs=world.arguments(address))
            yield from (("get", url), ("post", url))


def admin_pages() -> Iterator[tuple[str, str, dict[str, str]]]:
    """(method, address, data) of every table's pages: list, search, file, history, a form with mistakes, choosing by typing."""
    for model, table in admin.site._registry.items():
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        yield "get", reverse(f"{name}_changelist"), {}
        yield "get", reverse(f"{name}_changelist"), {"q": "山田"}
        yield "post", reverse(f"{name}_changelist"), {"action": "none"}
        yield "get", reverse(f"{name}_add"), {}
        yield "post", reverse(f"{name}_add"), {}
        for row in model._default_manager.all()[:2]:
            for page in ("change", "history", "delete"):
                yield "get", reverse(f"{name}_{page}", args=[row.pk]), {}
            yield "post", reverse(f"{name}_change", args=[row.pk]), {}
        for field in table.autocomplete_fields:
            found = {"app_label": model._meta.app_label, "model_name": model._meta.model_name, "field_name": field, "term": ""}
            yield "get", reverse("admin:autocomplete"), found
    yield "get", "/admin/", {}


@pytest.mark.parametrize("who", ["doi", "emi"])
def test_every_page_of_the_school_portal_that_shows_a_member_names_them_in_a_line(world, who, record_property):
    reader = Reader(world, getattr(world.cast, who))
    reader.read_all("school", world)
    assert reader.faults == []
    assert reader.expected > (15 if who == "doi" else 5)
    record_property("access lines", f"{who}: {reader.opened} pages, {reader.expected} expected, {reader.found} found")
    assert reader.found == reader.expected


@pytest.mark.parametrize("role", list(OfficeRole))
def test_every_page_of_the_office_that_shows_a_member_names_them_in_a_line(world, role, record_property):
    reader = Reader(world, world.cast.colleague(role))
    reader.read_all("office", world)
    for method, url, data in admin_pages():
        reader.read(method, url, data)
    assert reader.faults == []
    record_property("access lines", f"{role}: {reader.opened} pages, {reader.expected} expected, {reader.found} found")
    assert reader.found == reader.expected
    assert (reader.expected > 20) == (role != OfficeRole.PUBLISHER)


def test_a_form_with_mistakes_is_a_look_too(world):
    """The way around the trail that was found first: the library's change page answered a wrong POST with the whole file."""
    browser = world.cast.client(world.cast.colleague(OfficeRole.CLERK))
    reply = browser.post(reverse("admin:members_member_change", args=[world.cast.aya.pk]), {"family_name": ""})
    assert world.cast.aya.family_name in reply.content.decode()
    assert AuditEntry.objects.filter(action="page.read", detail__member_ids__contains=[world.cast.aya.pk]).exists()


def test_accounts_that_a_table_shows_by_their_address_are_named(world):
    world.cast.client(world.cast.office).get(reverse("admin:members_user_changelist"))
    line = AuditEntry.objects.filter(action="page.read").latest("pk")
    assert set(line.detail["user_ids"]) == set(User.objects.exclude(pk=world.cast.office.pk).values_list("pk", flat=True))
    assert world.cast.aya.pk in line.detail["member_ids"]


def test_whoever_is_sent_on_or_finds_nothing_has_read_nothing(world):
    client = world.cast.client(world.strange_administrator)
    before = AuditEntry.objects.count()
    assert client.get(reverse("school:members:file", args=[world.cast.aya.pk])).status_code == 404
    assert AuditEntry.objects.count() == before


def test_a_member_reading_their_own_pages_leaves_no_line_of_staff(world):
    world.cast.client(world.cast.aya).get("/me/")
    assert not AuditEntry.objects.filter(action="page.read").exists()
