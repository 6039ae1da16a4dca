"""A phone with little network or none: pages are light, and an answer stays on the phone and arrives with its true time (safety.md S2)."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Request, expect

from ossma.core.models import AuditEntry
from safety.addresses import answer_path, check_in_path
from safety.models import Answer, CheckIn, SignOfLife
from safety.states import CheckInState, LifeSource, Standing
from tests.cast import Cast, make_cast
from tests.factories.helpline import NumberFactory
from tests.factories.own import CheckInFactory
from tests.factories.safety import DAY, HOUR, recipient, sent
from tests.journeys.browsers import Person

KILOBYTE = 1000
# A phone's clock is read to the millisecond.
MILLISECOND = timedelta(milliseconds=1)
# Whether so many things are kept on the phone, at the latest after a quarter of a minute.
ARE_KEPT = """async (number) => {
    for (let tries = 0; tries < 300; tries++) {
        if ((await ossmaKept.all()).length === number) return true;
        await new Promise((done) => setTimeout(done, 50));
    }
    return false;
}"""


def weight(person: Person, path: str) -> int:
    """The bytes of a page and of everything it loads on a first visit, uncompressed."""
    requests: list[Request] = []

    def note(request: Request) -> None:
        requests.append(request)

    person.page.on("request", note)
    person.page.goto(path, wait_until="networkidle")
    return sum(len(request.response().body()) for request in requests)


@pytest.fixture
def cast(transactional_db) -> Cast:
    """Everybody."""
    return make_cast()


def test_an_answer_without_network_is_kept_and_sent_with_its_true_time(people, cast):
    check = sent(cast.viewer(cast.doi), at=timezone.now(), audience={"named": [cast.aya.pk]})
    asked = recipient(check, cast.aya)
    aya = people.somebody()
    aya.page.goto(answer_path(asked.pk))
    aya.page.context.set_offline(True)
    before = timezone.now()
    aya.press("I am safe")
    kept = aya.page.get_by_role("status").filter(visible=True)
    expect(kept).to_contain_text("この端末に保存")
    back = timezone.now()
    assert not Answer.objects.exists()
    aya.page.context.set_offline(False)
    aya.is_on("Received: you are safe.")
    answer = Answer.objects.get()
    assert before - MILLISECOND <= answer.said_at <= back <= answer.received_at
    assert recipient(check, cast.aya).standing == Standing.OK


@pytest.mark.parametrize("logged_in", [True, False])
def test_a_check_in_pressed_without_network_is_kept_and_reported_with_its_true_time(people, cast, logged_in):
    planned = timezone.now() - DAY
    row = CheckInFactory(member=cast.aya, due_at=timezone.now() + HOUR, created_at=planned)
    aya = people.somebody()
    if logged_in:
        session = cast.client(cast.aya).cookies["sessionid"].value
        aya.page.context.add_cookies([{"name": "sessionid", "value": session, "url": people.base_url}])
    aya.page.goto("/safety/checkins/" if logged_in else check_in_path(row.pk))
    aya.page.context.set_offline(True)
    before = timezone.now()
    aya.press("I am safe")
    expect(aya.page.get_by_role("status").filter(visible=True)).to_contain_text("この端末に保存")
    back = timezone.now()
    assert CheckIn.objects.get().state == CheckInState.PLANNED
    aya.page.context.set_offline(False)
    expect(aya.main).to_contain_text("学校にも無事が伝わりました" if logged_in else "連絡を受け取りました")
    row.refresh_from_db()
    assert row.state == CheckInState.REPORTED
    assert before - MILLISECOND <= row.ended_at <= back


@pytest.fixture
def at_the_helpline(people, cast) -> Person:
    """Aya, logged in, at the list of numbers; without background sync, as on iPhones: the page itself has to send what was kept."""
    NumberFactory()
    aya = people.somebody()
    session = cast.client(cast.aya).cookies["sessionid"].value
    aya.page.context.add_cookies([{"name": "sessionid", "value": session, "url": people.base_url}])
    aya.page.add_init_script("delete ServiceWorkerRegistration.prototype.sync")
    aya.page.goto("/helpline/", wait_until="networkidle")
    return aya


def test_a_number_of_the_helpline_that_is_pressed_is_a_sign_of_life(at_the_helpline, cast):
    with at_the_helpline.page.expect_response("**/helpline/call/"):
        at_the_helpline.main.locator("a[href^='tel:']").first.click()
    assert SignOfLife.objects.get(member=cast.aya).source == LifeSource.HELPLINE


def test_a_number_pressed_without_network_is_a_sign_of_life_of_that_moment_once_it_is_back(at_the_helpline, cast):
    page = at_the_helpline.page
    # What it needs was loaded with the first look at the page's own script.
    page.evaluate("import('/static/js/kept.js').then(() => true)")
    page.context.set_offline(True)
    before = timezone.now()
    at_the_helpline.main.locator("a[href^='tel:']").first.click()
    assert page.evaluate(ARE_KEPT, 1)
    back = timezone.now()
    assert not SignOfLife.objects.filter(member=cast.aya, source=LifeSource.HELPLINE).exists()
    with page.expect_response("**/helpline/call/"):
        page.context.set_offline(False)
    assert page.evaluate(ARE_KEPT, 0)
    told = AuditEntry.objects.get(action="helpline.call_tried").detail["pressed_at"]
    assert before - MILLISECOND <= datetime.fromisoformat(told) <= back


def test_the_answer_page_and_the_registration_are_light(people, cast):
    check = sent(cast.viewer(cast.doi), at=timezone.now(), audience={"named": [cast.aya.pk]})
    assert weight(people.somebody(), answer_path(recipient(check, cast.aya).pk)) < 30 * KILOBYTE
    assert weight(people.somebody(), "/signup/") < 100 * KILOBYTE
