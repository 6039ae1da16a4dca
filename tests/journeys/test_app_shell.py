"""The portal as an app: numbers and reports without network, push messages on a device, answers from the notification (member-portal.md M9)."""

import json
from dataclasses import asdict
from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import timezone
from playwright.sync_api import Page, Worker, expect

from helpline.seed import load_demo_helpline
from members.queries.initials import initials_of
from ossma.core.models import PushDevice
from ossma.core.tasks import send_push
from safety import pushes
from safety.addresses import answer_path
from safety.models import Answer, Delivery, SafetyCase, SafetyCheck
from safety.states import AnswerSource, Channel, Standing
from tests.cast import Cast, make_cast
from tests.factories.applications import ApplicationFactory
from tests.factories.safety import MINUTE, recipient, sent
from tests.journeys.browsers import People, Person
from tests.push import Browser, push_service

READY = "navigator.serviceWorker.ready.then(async () => (await caches.keys()).length)"
# Push services cannot be reached from here: the browser's own part is played by this, everything behind it is real.
SUBSCRIBES = """
const given = %s;
const subscription = { endpoint: given.endpoint, options: {}, toJSON: () => ({ endpoint: given.endpoint, keys: given.keys, expirationTime: null }),
  unsubscribe: async () => { localStorage.removeItem("subscribed"); return true; } };
PushManager.prototype.subscribe = async (options) => { localStorage.setItem("subscribed", options.applicationServerKey); return subscription; };
PushManager.prototype.getSubscription = async () => (localStorage.getItem("subscribed") ? subscription : null);
Notification.requestPermission = async () => "granted";
Object.defineProperty(Notification, "permission", { get: () => (localStorage.getItem("subscribed") ? "granted" : "default") });
"""


@pytest.fixture
def cast(transactional_db) -> Cast:
    """Everybody."""
    return make_cast()


def anybody(people: People) -> Person:
    """Somebody who has chosen Japanese: the worker, unlike a page, is asked for in the language of the browser itself."""
    person = people.somebody()
    person.page.context.add_cookies([{"name": settings.LANGUAGE_COOKIE_NAME, "value": "ja", "url": people.base_url}])
    return person


def signed_in(people: People, cast: Cast, member) -> Person:
    """Aya's own phone, on which she has opened the portal once before."""
    person = anybody(people)
    session = cast.client(member).cookies["sessionid"].value
    person.page.context.add_cookies([{"name": "sessionid", "value": session, "url": people.base_url}])
    return person


def earlier_by_a_tick():
    """Now, before what a browser's clock of whole milliseconds says next."""
    return timezone.now() - timedelta(milliseconds=1)


def open_and_keep(page: Page, path: str) -> None:
    """Open a page and wait until the worker has kept its own."""
    page.goto(path)
    assert page.evaluate(READY) == 1


def ask(cast: Cast) -> SafetyCheck:
    """A check to Aya, sent a minute ago."""
    return sent(cast.viewer(cast.doi), at=timezone.now() - MINUTE, audience={"named": [cast.aya.pk]})


def test_the_numbers_to_call_open_without_network(people, cast):
    load_demo_helpline(timezone.now())
    somebody = anybody(people)
    open_and_keep(somebody.page, "/helpline/")
    somebody.page.context.set_offline(True)
    somebody.page.goto("/helpline/fr/")
    somebody.sees("Helpline")
    somebody.reads("保存日時")
    assert somebody.page.locator("a[href^='tel:']").count() > 10


@pytest.mark.parametrize(("asked", "first"), [("fr", "+81300000000"), ("us", "+18000000000")])
def test_the_country_asked_for_stands_open_on_top_and_the_first_button_is_the_filled_one(people, cast, asked, first):
    load_demo_helpline(timezone.now())
    aya = signed_in(people, cast, cast.aya)
    ApplicationFactory(member=cast.aya, first_day="2020-01-01", last_day="2100-01-01")
    worker_of(people, aya, is_known=True).evaluate(KNOWN.replace("'who'", "'here'"))
    aya.page.context.set_offline(True)
    aya.page.goto(f"/helpline/{asked}/")
    opened = aya.page.locator("details[open]")
    expect(opened.first).to_have_attribute("data-country", asked.upper())
    assert "FR" in opened.evaluate_all("(all) => all.map((one) => one.dataset.country)")
    assert aya.page.locator("main a[href^='tel:']").first.get_attribute("href") == f"tel:{first}"
    assert aya.page.locator("main .button-primary").evaluate_all("(all) => all.map((one) => one.getAttribute('href'))") == [f"tel:{first}"]
    aya.finds_no_fault()


@pytest.mark.parametrize(("member", "number"), [("chika", "tel:+81300000000"), ("aya", "tel:+18000000000")])
def test_a_call_for_help_without_network_shows_the_number_to_call_above_the_buttons(people, cast, member, number):
    load_demo_helpline(timezone.now())
    trip = ApplicationFactory(member=cast.aya, first_day="2020-01-01", last_day="2100-01-01")
    trip.destinations.update(country_id="1000", city="", zone="America/New_York")
    person = signed_in(people, cast, getattr(cast, member))
    worker = worker_of(people, person, is_known=True)
    if member == "aya":
        worker.evaluate(KNOWN.replace("'who'", "'here'"))
    person.page.context.set_offline(True)
    person.page.goto("/safety/")
    card = person.page.locator("[data-help-now]")
    expect(card).to_be_hidden()
    person.tick("I need help")
    person.press("Report")
    expect(card.get_by_role("link")).to_have_attribute("href", number)
    expect(card).to_be_visible()
    assert card.evaluate("(card) => Boolean(card.compareDocumentPosition(document.querySelector('form')) & Node.DOCUMENT_POSITION_FOLLOWING)")
    person.finds_no_fault()


def test_an_answer_page_shows_the_number_of_the_place_the_moment_help_is_pressed(people, cast):
    load_demo_helpline(timezone.now())
    check = ask(cast)
    somebody = anybody(people)
    somebody.page.goto(answer_path(recipient(check, cast.aya).pk))
    somebody.page.context.set_offline(True)
    somebody.press("I need help")
    expect(somebody.page.locator("[data-help-now] a")).to_be_in_viewport()
    somebody.finds_no_fault()


def test_a_finger_on_the_page_counts_in_the_second_after_sending(people, cast):
    check = ask(cast)
    asked = recipient(check, cast.aya)
    now = timezone.now()
    Delivery.objects.create(
        recipient=asked, check_row=check, round_number=0, channel="email", to_address="aya@example.jp", language="ja", due_at=now,
        state="sent", begun_at=now, ended_at=now + MINUTE,
    )  # fmt: skip
    somebody = anybody(people)
    somebody.page.goto(answer_path(asked.pk))
    assert recipient(check, cast.aya).opened_at is None
    somebody.press("I am safe")
    expect(somebody.page).to_have_url(f"{people.base_url}{answer_path(asked.pk)}here/")
    assert recipient(check, cast.aya).standing == Standing.OK


def test_any_other_page_says_what_still_works(people, cast):
    aya = signed_in(people, cast, cast.aya)
    open_and_keep(aya.page, "/")
    aya.page.context.set_offline(True)
    aya.page.goto("/me/")
    aya.sees("No network")
    aya.follow("Show the numbers")
    aya.is_on("Helpline")


def test_a_report_without_network_arrives_with_its_true_time(people, cast):
    aya = signed_in(people, cast, cast.aya)
    open_and_keep(aya.page, "/")
    aya.page.context.set_offline(True)
    aya.page.goto("/safety/")
    aya.sees("Safety report")
    before = earlier_by_a_tick()
    aya.tick("I am safe")
    aya.press("Report")
    expect(aya.page.get_by_role("status").filter(visible=True)).to_contain_text("この端末に保存")
    back = timezone.now()
    assert not Answer.objects.exists()
    aya.page.context.set_offline(False)
    expect(aya.page).to_have_url(f"{people.base_url}/safety/done/")
    answer = Answer.objects.get()
    assert (answer.member, answer.source) == (cast.aya, AnswerSource.APP)
    assert before <= answer.said_at <= back <= answer.received_at


def test_a_report_kept_on_a_shared_device_is_not_sent_in_somebody_elses_name(people, cast):
    aya = signed_in(people, cast, cast.aya)
    open_and_keep(aya.page, "/")
    aya.page.context.set_offline(True)
    aya.page.goto("/safety/")
    aya.tick("I need help")
    aya.press("Report")
    expect(aya.page.get_by_role("status").filter(visible=True)).to_contain_text("この端末に保存")
    ben = cast.client(cast.ben).cookies["sessionid"].value
    aya.page.context.add_cookies([{"name": "sessionid", "value": ben, "url": people.base_url}])
    with aya.page.expect_response("**/safety/token/"):
        aya.page.context.set_offline(False)
    expect(aya.page.get_by_role("status").filter(visible=True)).to_contain_text("ログインすると")
    assert not Answer.objects.exists()


def test_an_answer_page_opened_without_network_takes_the_answer_all_the_same(people, cast):
    check = ask(cast)
    asked = recipient(check, cast.aya)
    somebody = anybody(people)
    open_and_keep(somebody.page, "/helpline/")
    somebody.page.context.set_offline(True)
    somebody.page.goto(answer_path(asked.pk))
    somebody.tick("I need help")
    somebody.press("Report")
    expect(somebody.page.get_by_role("status").filter(visible=True)).to_contain_text("この端末に保存")
    somebody.page.context.set_offline(False)
    expect(somebody.page).to_have_url(f"{people.base_url}{answer_path(asked.pk)}thanks/")
    assert recipient(check, cast.aya).standing == Standing.HELP


def test_a_phone_is_put_on_the_list_and_gets_its_test_message(people, cast, settings):
    with push_service() as service:
        settings.PUSH_SINK_URL = service.url
        phone = Browser("phone")
        made = phone.subscription(service.url)
        aya = signed_in(people, cast, cast.aya)
        keys = {"endpoint": made.endpoint, "keys": {"p256dh": made.p256dh, "auth": made.auth}}
        aya.page.context.add_init_script(SUBSCRIBES % json.dumps(keys))
        aya.page.goto("/install/")
        aya.sees("OSSMA on your home screen")
        aya.follow("To push messages")
        aya.sees("Push messages")
        aya.press("Receive on this device")
        expect(aya.main.get_by_text("この端末で受け取っています")).to_be_visible()
        aya.finds_no_fault()
        assert PushDevice.objects.get().user == cast.aya.user
        aya.press("Send a test message")
        aya.reads("テスト通知を送りました")
        assert send_push() == 1
        assert phone.reads(service.taken[0])["notification"]["title"] == "テスト通知です"
        aya.press("Stop on this device")
        aya.reads("端末はまだありません")
        assert not PushDevice.objects.exists()


# Who is signed in is noted at the visit, after the page.
KNOWN = "async () => { for (let tries = 0; tries < 200 && !(await ossmaKept.fact('who')); tries++) await new Promise((go) => setTimeout(go, 25)); }"


def worker_of(people: People, person: Person, *, is_known: bool = False) -> Worker:
    """The service worker of the page, with leave to show notifications; `is_known`: it knows who is signed in."""
    person.page.context.grant_permissions(["notifications"], origin=people.base_url)
    open_and_keep(person.page, "/helpline/")
    worker = person.page.context.service_workers[0]
    if is_known:
        worker.evaluate(KNOWN)
    return worker


SHOWN = "async () => (await registration.getNotifications()).map(({ title, body, tag, data }) => ({ title, body, tag, navigate: data.navigate }))"


def test_a_push_message_is_shown_by_the_worker_and_a_reminder_takes_its_place(people, cast):
    check = ask(cast)
    asked = recipient(check, cast.aya)
    somebody = anybody(people)
    worker = worker_of(people, somebody)
    for number in (0, 1):
        content = pushes.pattern(check, language="ja", round_number=number, at=timezone.now()).for_person(asked.pk)
        worker.evaluate("(notification) => tell(notification)", json.loads(content)["notification"])
    (shown,) = worker.evaluate(SHOWN)
    assert shown["title"] == "【安否確認・再送】 パリで大きな停電"
    assert shown["navigate"].endswith(answer_path(asked.pk, Channel.PUSH))


def test_safe_on_the_notification_itself_answers_with_no_page_open(people, cast):
    check = ask(cast)
    asked = recipient(check, cast.aya)
    worker = worker_of(people, signed_in(people, cast, cast.aya), is_known=True)
    url = f"{people.base_url}{answer_path(asked.pk, Channel.PUSH)}"
    worker.evaluate("(url) => answerSafe(new URL(url), crypto.randomUUID(), 'check-1')", url)
    assert recipient(check, cast.aya).standing == Standing.OK
    (shown,) = worker.evaluate(SHOWN)
    assert shown["title"] == "「無事です」を受け取りました。"


def test_safe_on_the_notification_without_network_is_kept_and_sent_later(people, cast):
    check = ask(cast)
    asked = recipient(check, cast.aya)
    somebody = signed_in(people, cast, cast.aya)
    worker = worker_of(people, somebody, is_known=True)
    somebody.page.context.set_offline(True)
    before = earlier_by_a_tick()
    worker.evaluate("(url) => answerSafe(new URL(url), crypto.randomUUID(), 'check-1')", f"{people.base_url}{answer_path(asked.pk, Channel.PUSH)}")
    (shown,) = worker.evaluate(SHOWN)
    assert shown["title"] == "この端末に保存しました"
    back = timezone.now()
    somebody.page.context.set_offline(False)
    # The browser's own background sync may be at it already.
    worker.evaluate("async () => { for (let tries = 0; tries < 50 && (await ossmaKept.all()).length; tries++) await ossmaKept.sendAll(); }")
    assert before <= Answer.objects.get().said_at <= back
    assert recipient(check, cast.aya).standing == Standing.OK


# What a browser does when somebody presses a notification or a button on it; where a window would open is told instead.
PRESS = """async ({ action, navigate }) => {
  const opened = [];
  clients.openWindow = async (url) => opened.push(url);
  let work;
  const notification = { tag: "check-1", data: { navigate, key: crypto.randomUUID() }, close() {} };
  self.dispatchEvent(Object.assign(new Event("notificationclick"), { action, notification, waitUntil: (promise) => (work = promise) }));
  await work;
  return opened;
}"""


def test_help_on_the_notification_itself_calls_for_help_and_opens_the_page_with_the_number(people, cast):
    check = ask(cast)
    asked = recipient(check, cast.aya)
    worker = worker_of(people, signed_in(people, cast, cast.aya), is_known=True)
    link = answer_path(asked.pk, Channel.PUSH)
    (opened,) = worker.evaluate(PRESS, {"action": "help", "navigate": link})
    assert opened == f"{people.base_url}{link}need/"
    assert recipient(check, cast.aya).standing == Standing.HELP
    assert SafetyCase.objects.get().member == cast.aya


def test_help_on_the_notification_without_network_is_kept_and_opens_the_page_all_the_same(people, cast):
    check = ask(cast)
    asked = recipient(check, cast.aya)
    somebody = signed_in(people, cast, cast.aya)
    worker = worker_of(people, somebody, is_known=True)
    somebody.page.context.set_offline(True)
    link = answer_path(asked.pk, Channel.PUSH)
    before = earlier_by_a_tick()
    (opened,) = worker.evaluate(PRESS, {"action": "help", "navigate": link})
    assert opened == f"{people.base_url}{link}?choice=help"
    (shown,) = worker.evaluate(SHOWN)
    assert shown["title"] == "この端末に保存しました"
    back = timezone.now()
    somebody.page.context.set_offline(False)
    worker.evaluate("async () => { for (let tries = 0; tries < 50 && (await ossmaKept.all()).length; tries++) await ossmaKept.sendAll(); }")
    assert before <= Answer.objects.get().said_at <= back
    assert recipient(check, cast.aya).standing == Standing.HELP


def test_a_press_on_the_notification_beside_its_buttons_opens_the_page_and_answers_nothing(people, cast):
    check = ask(cast)
    asked = recipient(check, cast.aya)
    worker = worker_of(people, anybody(people))
    link = answer_path(asked.pk, Channel.PUSH)
    assert worker.evaluate(PRESS, {"action": "", "navigate": link}) == [f"{people.base_url}{link}"]
    assert worker.evaluate(PRESS, {"action": "", "navigate": "https://elsewhere.example/"}) == [f"{people.base_url}/"]
    assert not Answer.objects.exists()


@pytest.mark.parametrize("action", ["safe", "help"])
def test_a_press_on_another_accounts_notification_opens_the_page_that_asks_and_stores_nothing(people, cast, action):
    check = ask(cast)
    asked = recipient(check, cast.aya)
    ben = signed_in(people, cast, cast.ben)
    worker = worker_of(people, ben, is_known=True)
    link = answer_path(asked.pk, Channel.PUSH)
    (opened,) = worker.evaluate(PRESS, {"action": action, "navigate": link})
    assert opened == f"{people.base_url}{link}?choice={action}"
    assert not Answer.objects.exists()
    ben.page.goto(opened)
    ben.reads("A. Y. さん")
    ben.reads("別の方がログインしています")
    ben.finds_no_fault()


def test_the_page_without_network_names_whose_device_it_is_and_loses_nothing_that_was_written(people, cast):
    check = ask(cast)
    somebody = anybody(people)
    worker = worker_of(people, somebody)
    worker.evaluate("(owner) => ossmaKept.note('subscription', { owner })", asdict(initials_of(cast.aya.pk)))
    somebody.page.context.set_offline(True)
    somebody.page.goto(answer_path(recipient(check, cast.aya).pk, Channel.PUSH))
    somebody.reads("A. Y. さん")
    somebody.finds_no_fault()
    somebody.tick("I am safe")
    somebody.page.get_by_label("コメント").fill("駅にいます")
    somebody.press("Report")
    expect(somebody.page.get_by_role("status").filter(visible=True)).to_contain_text("この端末に保存")
    with somebody.page.expect_navigation(url="**/thanks/"):
        somebody.page.context.set_offline(False)
    assert Answer.objects.get().comment == "駅にいます"


def test_what_nobody_signed_in_pressed_without_network_is_asked_about_when_it_is_back(people, cast):
    check = ask(cast)
    asked = recipient(check, cast.aya)
    somebody = anybody(people)
    worker = worker_of(people, somebody)
    somebody.page.context.set_offline(True)
    link = answer_path(asked.pk, Channel.PUSH)
    worker.evaluate(PRESS, {"action": "safe", "navigate": link})
    session = cast.client(cast.aya).cookies["sessionid"].value
    somebody.page.context.add_cookies([{"name": "sessionid", "value": session, "url": people.base_url}])
    somebody.page.context.set_offline(False)
    worker.evaluate("async () => { for (let tries = 0; tries < 50 && (await ossmaKept.all()).length; tries++) await ossmaKept.sendAll(); }")
    asking = [one for one in worker.evaluate(SHOWN) if one["title"] == "どなたの回答ですか"]
    assert [one["navigate"] for one in asking] == [f"{link}?choice=safe"]
    assert not Answer.objects.exists()


@pytest.mark.parametrize("data", ["null", "''", "'no JSON'", "'{\"web_push\":1}'", '\'{"web_push":8030,"notification":{}}\''])
def test_a_push_message_always_shows_something(people, cast, data):
    worker = worker_of(people, anybody(people))
    worker.evaluate(f"""async () => {{
      let work;
      const event = new PushEvent("push", {data} === null ? {{}} : {{ data: {data} }});
      event.waitUntil = (promise) => (work = promise);
      self.dispatchEvent(event);
      await work;
    }}""")
    (shown,) = worker.evaluate(SHOWN)
    assert (shown["title"], shown["navigate"]) == ("OSSMAを開いてください", "/")
