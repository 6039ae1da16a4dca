"""A dashboard left open: it renews itself without taking anything out of the officer's hands, and says when it knows nothing new (safety.md S3)."""

import re

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from ossma.core.viewer import by_link
from safety import actions
from tests.cast import Cast, make_cast, signed_in
from tests.factories.safety import DAY, MINUTE, abroad, recipient, said, sent
from tests.journeys.browsers import DESK, PHONE, People, Person


@pytest.fixture
def cast(transactional_db) -> Cast:
    """Everybody; Aya, Ben and Chika are in Paris."""
    people, today = make_cast(), timezone.localdate()
    abroad(people.aya, people.ben, people.chika, first_day=today - 5 * DAY, last_day=today + 50 * DAY)
    return people


def officer(people: People, cast: Cast, viewport: dict[str, int] = DESK) -> Person:
    """Dr. Doi, logged in with the second factor."""
    doi = people.somebody(viewport=viewport)
    session = signed_in(cast.doi.user).cookies["sessionid"].value
    doi.page.context.add_cookies([{"name": "sessionid", "value": session, "url": people.base_url}])
    return doi


def answers(cast: Cast, check, member, kind="ok") -> None:
    """Somebody answers by their link."""
    row = recipient(check, member)
    actions.answer_by_link(actor=by_link(member.pk), at=timezone.now(), recipient_id=row.pk, said=said(kind), user_agent="Mozilla/5.0")


def test_it_renews_itself_and_keeps_focus_and_what_was_opened(people, cast):
    check = sent(cast.viewer(cast.office), at=timezone.now() - 20 * MINUTE)
    answers(cast, check, cast.aya)
    doi = officer(people, cast)
    doi.page.goto(f"/school/safety/{check.pk}/")
    board = doi.main.get_by_role("region", name="集計")
    expect(board.get_by_role("link", name=re.compile(r"^助け\s*0$"))).to_be_visible()
    table = doi.main.locator("[data-keep=chart]")
    table.locator("summary").click()
    held = doi.main.get_by_role("link", name="フランス", exact=True)
    held.focus()
    answers(cast, check, cast.ben, "help")
    expect(board.get_by_role("link", name=re.compile(r"^助け\s*1$"))).to_be_visible()
    expect(held).to_be_focused()
    expect(table).to_have_attribute("open", "")
    expect(doi.page.locator("[data-live-said]")).to_contain_text("助け1名")
    doi.finds_no_fault()


def test_it_says_since_when_it_knows_nothing_new_and_goes_on_with_the_network(people, cast):
    check = sent(cast.viewer(cast.office), at=timezone.now() - 20 * MINUTE)
    doi = officer(people, cast)
    doi.page.goto(f"/school/safety/{check.pk}/")
    note = doi.page.locator("[data-live-note]")
    doi.page.context.set_offline(True)
    expect(note).to_have_text(re.compile(r"^最終更新 \d\d:\d\d、再接続中$"))
    answers(cast, check, cast.ben)
    doi.page.context.set_offline(False)
    expect(doi.main.get_by_role("region", name="集計").get_by_role("link", name=re.compile(r"^無事\s*1$"))).to_be_visible()
    expect(note).not_to_contain_text("再接続中")


@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
def test_dashboard_list_and_report_have_no_fault_and_fit_the_screen(people, cast, viewport):
    office = cast.viewer(cast.office)
    check = sent(office, at=timezone.now() - 20 * MINUTE)
    answers(cast, check, cast.aya, "help")
    actions.close_check(actor=office, at=timezone.now(), check_id=check.pk)
    doi = officer(people, cast, viewport)
    for path in (f"/school/safety/{check.pk}/", f"/school/safety/{check.pk}/report/", "/school/safety/", "/school/safety/?kind=drill"):
        doi.page.goto(path)
        doi.finds_no_fault()
        assert doi.page.evaluate("document.documentElement.scrollWidth") <= viewport["width"], path
