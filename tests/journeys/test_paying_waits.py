"""The payment page while money is on its way: it looks again by itself, on a network that hardly works too, and without JavaScript by a link."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Route, expect

from ossma.core import registries
from payments.rules import Found
from payments.states import PaymentState
from tests.cast import Cast, make_cast
from tests.factories.payments import FEE, AttemptFactory, PaymentFactory
from tests.journeys.browsers import People, Person
from tests.payments.steps import learn, open_thing

DONE, ON_ITS_WAY = "お支払い手続きが完了しました", "お支払いの確認を待っています"
PAID = Found(status="paid", amount=FEE, currency="JPN", method="card", raw={"Status": "CAPTURE"})


@pytest.fixture
def cast(transactional_db) -> Cast:
    registries.settled.register("thing", open_thing)
    return make_cast()


@pytest.fixture
def attempt(cast: Cast):
    """Aya has paid at the gateway, and nobody knows yet."""
    now = timezone.now()
    payment = PaymentFactory(member=cast.aya, state=PaymentState.STARTED, created_at=now)
    return AttemptFactory(payment=payment, created_at=now, expires_at=now + timedelta(days=7))


def comes_back(people: People, cast: Cast, attempt, **options) -> Person:
    aya = people.somebody(**options)
    session = cast.client(cast.aya).cookies["sessionid"].value
    aya.page.context.add_cookies([{"name": "sessionid", "value": session, "url": people.base_url}])
    aya.page.goto(f"/payments/{attempt.payment_id}/?back=1")
    aya.reads(ON_ITS_WAY)
    return aya


def test_it_shows_the_money_by_itself_after_looks_that_the_network_swallowed(people, cast, attempt):
    aya = comes_back(people, cast, attempt)
    looks: list[str] = []

    def swallow(route: Route) -> None:
        looks.append(route.request.url)
        if len(looks) < 3:
            route.abort("connectionfailed")
        else:
            route.continue_()

    aya.page.route(re.compile(r"/payments/\d+/state/"), swallow)
    aya.main.get_by_role("link", name="今すぐ更新する").focus()
    learn(attempt, PAID)
    expect(aya.main).to_contain_text(DONE, timeout=60_000)
    assert len(looks) >= 3
    assert aya.page.evaluate("document.activeElement !== document.body"), "whoever was reading with the keyboard is still there"
    expect(aya.page.locator("[data-refresh]")).to_have_count(0)
    aya.finds_no_fault()


def test_without_javascript_a_link_shows_it_and_the_page_says_so(people, cast, attempt):
    aya = comes_back(people, cast, attempt, java_script_enabled=False)
    aya.reads("自動で更新されないときは")
    learn(attempt, PAID)
    aya.follow("Refresh now")
    aya.reads(DONE)
