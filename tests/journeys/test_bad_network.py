"""A phone with little network or none: pages are light, and an answer stays on the phone and arrives with its true time (safety.md S2)."""

import pytest
from django.utils import timezone
from playwright.sync_api import Request, expect

from safety.addresses import answer_path, check_in_path
from safety.models import Answer, CheckIn, SignOfLife
from safety.states import CheckInState, LifeSource, Standing
from tests.cast import Cast, make_cast
from tests.factories.helpline import NumberFactory
from tests.factories.own import CheckInFactory
from tests.factories.safety import DAY, HOUR, recipient, sent
from tests.journeys.browsers import Person

KILOBYTE = 1000
# Until so many things are kept on the phone.
UNTIL_KEPT = "async (number) => { while ((await ossmaKept.all()).length !== number) await new Promise(requestAnimationFrame); }"


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
    assert before <= answer.said_at <= back <= answer.received_at
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
    assert before <= row.ended_at <= back


def test_a_number_of_the_helpline_pressed_without_network_is_a_sign_of_life_once_it_is_back(people, cast):
    NumberFactory()
    aya = people.somebody()
    session = cast.client(cast.aya).cookies["sessionid"].value
    aya.page.context.add_cookies([{"name": "sessionid", "value": session, "url": people.base_url}])
    aya.page.goto("/helpline/", wait_until="networkidle")
    with aya.page.expect_response("**/helpline/call/"):
        aya.main.locator("a[href^='tel:']").first.click()
    first = SignOfLife.objects.get(member=cast.aya)
    assert first.source == LifeSource.HELPLINE
    aya.page.context.set_offline(True)
    before = timezone.now()
    aya.main.locator("a[href^='tel:']").first.click()
    aya.page.evaluate(UNTIL_KEPT, 1)
    back = timezone.now()
    aya.page.context.set_offline(False)
    # The page sends it, or the browser's own background sync.
    aya.page.evaluate(UNTIL_KEPT, 0)
    first.refresh_from_db()
    assert before <= first.at <= back


def test_the_answer_page_and_the_registration_are_light(people, cast):
    check = sent(cast.viewer(cast.doi), at=timezone.now(), audience={"named": [cast.aya.pk]})
    assert weight(people.somebody(), answer_path(recipient(check, cast.aya).pk)) < 30 * KILOBYTE
    assert weight(people.somebody(), "/signup/") < 100 * KILOBYTE
