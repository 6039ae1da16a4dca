"""The same payment in two browsers of one member at the same time: charged once, settled once, and the second one is told (money.md)."""

import re

import httpx
import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from ossma.core import registries
from payments.models import Attempt, LedgerLine, Payment
from payments.states import PaymentState
from payments.tasks import apply_notices
from tests.cast import Cast, make_cast
from tests.factories.payments import FEE, PaymentFactory
from tests.journeys.browsers import DESK, PHONE, People, Person
from tests.payments.steps import OPENED, open_thing

MOST_LOOKS = 200
AT_THE_GATEWAY = re.compile(r"/v2/plus/")
PAID_ALREADY, NOTHING_CHARGED = "このお支払いは済んでいます", "今の操作では何も請求していません"
CARD = {"Card number": "4111111111111111", "Expiry (MM/YY)": "12/40", "Security code": "123"}


@pytest.fixture
def cast(transactional_db) -> Cast:
    registries.settled.register("thing", open_thing)
    OPENED.clear()
    return make_cast()


@pytest.fixture
def fee(cast: Cast) -> Payment:
    return PaymentFactory(member=cast.aya, created_at=timezone.now())


@pytest.fixture
def both(people: People, cast: Cast, fee: Payment, sandbox: str) -> tuple[Person, Person]:
    """Aya at her telephone and at her desk, on the page of the payment; two sessions."""
    pair = people.somebody(viewport=PHONE), people.somebody(viewport=DESK)
    for person in pair:
        session = cast.client(cast.aya).cookies["sessionid"].value
        person.page.context.add_cookies([{"name": "sessionid", "value": session, "url": people.base_url}])
        person.page.goto(f"/payments/{fee.pk}/")
        person.reads("3,812円")
    return pair


def press_together(pages: tuple[Page, Page], label: str) -> None:
    """Both buttons are pressed before either answer is waited for."""
    buttons = [page.get_by_role("button", name=label, exact=True) for page in pages]
    for button in buttons:
        expect(button).to_be_enabled()
    for button in buttons:
        button.evaluate("button => { setTimeout(() => button.click(), 50) }")


def gets_to_the_gateway(person: Person) -> None:
    """Whoever was second while the page was being made is told so, and gets to the same page by pressing again."""
    page = person.page
    for _ in range(MOST_LOOKS):
        expect(page.get_by_text(re.compile("お支払い金額|お支払い画面を準備しています")).first).to_be_visible()
        if AT_THE_GATEWAY.search(page.url):
            return
        with page.expect_navigation():
            person.main.get_by_role("button", name=re.compile("^(お支払いへ進む|お支払い画面に戻る)$")).click(no_wait_after=True)
    raise AssertionError(f"never at the gateway: {page.url}")


def both_at_the_gateway(both: tuple[Person, Person]) -> None:
    """お支払いへ進む, pressed in both at once: one order, one page."""
    press_together((both[0].page, both[1].page), "お支払いへ進む")
    for person in both:
        gets_to_the_gateway(person)
    assert both[0].page.url == both[1].page.url
    assert Attempt.objects.count() == 1


def books(sandbox: str) -> str:
    """What the gateway holds, as its control page says."""
    return httpx.get(sandbox, timeout=20).text


def the_worker_settles(person: Person, payment: Payment) -> None:
    """The notice comes when the gateway sends it."""
    for _ in range(MOST_LOOKS):
        apply_notices()
        if Payment.objects.get(pk=payment.pk).state == PaymentState.SETTLED:
            return
        person.page.reload()
    raise AssertionError("never settled")


def settled_once(payment: Payment) -> None:
    """Ledger, what waited for the payment, and state."""
    assert [line.amount for line in LedgerLine.objects.all()] == [FEE]
    assert [payment.pk] == OPENED
    assert Payment.objects.get().state == PaymentState.SETTLED


def goes_home(person: Person) -> None:
    """By the gateway's button, if it did not lead back by itself."""
    if AT_THE_GATEWAY.search(person.page.url):
        person.page.get_by_role("button", name="ショップに戻る").click()
    person.page.wait_for_url(re.compile(r"/payments/\d+/"))


def test_two_browsers_pay_with_cards_at_once_and_one_is_charged(both, fee, sandbox, people):
    both_at_the_gateway(both)
    for person in both:
        person.follow("Credit card")
        person.fill(CARD)
    press_together((both[0].page, both[1].page), "支払う")
    told = 0
    for person in both:
        # One is led back at once; the other stays at the gateway and reads why.
        expect(person.page.get_by_text(re.compile(f"{PAID_ALREADY}|お支払いの確認を待っています"))).to_be_visible()
        if person.page.get_by_text(PAID_ALREADY).count():
            expect(person.page.get_by_text(NOTHING_CHARGED)).to_be_visible()
            told += 1
    assert told == 1
    assert books(sandbox).count("card CAPTURE 3,812") == 1
    for person in both:
        goes_home(person)
    the_worker_settles(both[0], fee)
    for person in both:
        person.page.reload()
        person.reads("お支払い手続きが完了しました")
        person.finds_no_fault()
    settled_once(fee)


def asks_for_a_number(person: Person) -> None:
    """The store's form, filled in."""
    person.page.get_by_role("radio", name="ローソン").check()
    person.page.get_by_label("お名前", exact=True).fill("山田 あや")
    person.page.get_by_label("お名前（全角カタカナ）").fill("ヤマダ アヤ")
    person.page.get_by_label("電話番号").fill("0312345678")


@pytest.mark.parametrize("first", ["store", "card"])
def test_one_chooses_the_store_and_the_other_a_card(both, fee, sandbox, first):
    both_at_the_gateway(both)
    store, card = both
    store.page.get_by_role("link", name="コンビニ").click()
    asks_for_a_number(store)
    card.follow("Credit card")
    card.fill(CARD)
    if first == "store":
        store.page.get_by_role("button", name="支払番号を発行する").click()
        expect(store.page.get_by_text("お客様番号")).to_be_visible()
        card.press("Pay")
        expect(card.page.get_by_role("alert")).to_contain_text("カードには請求していません")
        assert "card" not in re.findall(r"(card|konbini) [A-Z]+ 3,812", books(sandbox))
        for person in both:
            goes_home(person)
        httpx.post(f"{sandbox}/control/orders/{Attempt.objects.get().order_id}/pay-slip", timeout=20)
    else:
        card.press("Pay")
        card.reads("お支払いの確認を待っています")
        store.page.get_by_role("button", name="支払番号を発行する").click()
        expect(store.page.get_by_text(PAID_ALREADY)).to_be_visible()
        assert "konbini" not in re.findall(r"(card|konbini) [A-Z]+ 3,812", books(sandbox))
        goes_home(store)
    the_worker_settles(card, fee)
    for person in both:
        person.page.reload()
        person.reads("お支払い手続きが完了しました")
        person.reads("コンビニ" if first == "store" else "クレジットカード")
    settled_once(fee)
