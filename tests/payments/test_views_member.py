"""お支払い as members see it: their own only, in its true state."""

import json
from datetime import UTC, date, datetime, timedelta

import pytest
from django.conf import settings
from django.core import signing
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from ossma.core.models import AuditEntry, OutboxMessage
from ossma.core.outbox import render_mail
from ossma.core.viewer import SYSTEM
from payments import actions
from payments.gateways.base import GatewayRefused, GatewayUnknown, Reason
from payments.models import Attempt, Payment
from payments.rules import Found, Slip
from payments.states import PaymentState
from payments.views.back import way_back
from tests.cast import Cast
from tests.factories.payments import NOON, PaymentFactory
from tests.payments.fake_gateway import FakeGateway
from tests.payments.steps import learn, paid


@pytest.fixture
def aya(cast: Cast) -> Client:
    return cast.client(cast.aya)


def page(payment: Payment, name: str = "detail") -> str:
    return reverse(f"member:payments:{name}", args=[payment.pk])


def text(answer) -> str:
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_addresses_are_those_of_the_interface(fee: Payment) -> None:
    assert reverse("member:payments:list") == "/payments/"
    assert page(fee) == f"/payments/{fee.pk}/"


def test_the_list_shows_what_is_owed_before_what_was_paid(aya: Client, cast: Cast, attempt: Attempt) -> None:
    learn(attempt, paid())
    owed = PaymentFactory(member=cast.aya, title_ja="OSSMA Plus 会費", due_on=date(2026, 11, 21), total=12_100)
    shown = text(aya.get("/payments/"))
    assert shown.index("OSSMA Plus 会費") < shown.index("OSSMA 会費")
    for word in ("<h1>お支払い</h1>", "12,100円", "期限 2026年11月21日(土)", "未払い", "支払い済み", "クレジットカード", page(owed)):
        assert word in shown


def test_a_list_of_three_costs_no_more_queries_than_a_list_of_one(aya: Client, cast: Cast, fee: Payment) -> None:
    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as seen:
            text(aya.get("/payments/"))
        return len(seen)

    queries()
    one = queries()
    PaymentFactory.create_batch(2, member=cast.aya)
    assert queries() == one < 15


def test_an_empty_list_says_so(cast: Cast) -> None:
    assert "お支払いはありません" in text(cast.client(cast.ben).get("/payments/"))


def test_a_payment_shows_its_lines_and_the_way_to_pay(aya: Client, fee: Payment) -> None:
    shown = text(aya.get(page(fee)))
    for word in ("会費（1か月）", "3,630円", "182円", "3,812円", "お支払いへ進む", "カード番号がOSSMAに届くことはありません"):
        assert word in shown


def test_a_payment_page_is_cheap(aya: Client, fee: Payment, django_assert_max_num_queries) -> None:
    with django_assert_max_num_queries(14):
        aya.get(page(fee))


@pytest.mark.parametrize("who", ["ben", "chika", "doi", "emi", "office"])
@pytest.mark.parametrize("name", ["detail", "state", "start"])
def test_a_strangers_payment_is_not_there(cast: Cast, fee: Payment, gateway: FakeGateway, who: str, name: str) -> None:
    client = cast.client(getattr(cast, who))
    answer = client.post(page(fee, name)) if name == "start" else client.get(page(fee, name))
    assert answer.status_code == 404
    assert gateway.asked == []
    assert not Attempt.objects.exists()


def test_a_strangers_list_holds_nothing_of_ours(cast: Cast, fee: Payment) -> None:
    assert "OSSMA 会費" not in text(cast.client(cast.chika).get("/payments/"))


def test_nobody_pays_without_a_login(client: Client, fee: Payment) -> None:
    answer = client.post(page(fee, "start"))
    assert (answer.status_code, answer["Location"]) == (302, f"/login/?next={page(fee, 'start')}")


def test_starting_leads_to_the_gateway_and_twice_to_the_same_page(aya: Client, fee: Payment, gateway: FakeGateway) -> None:
    first, second = aya.post(page(fee, "start")), aya.post(page(fee, "start"))
    assert (first.status_code, first["Location"]) == (303, f"http://gateway.example/pay/{Attempt.objects.get().order_id}")
    assert second["Location"] == first["Location"]


def test_a_link_does_not_start_anything(aya: Client, fee: Payment, gateway: FakeGateway) -> None:
    assert aya.get(page(fee, "start")).status_code == 405
    assert not Attempt.objects.exists()


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (GatewayUnknown("timeout"), "料金は発生していません"),
        (GatewayRefused((), Reason.BAD_TEXT), "決済会社で使えない文字"),
        (GatewayRefused(("EZ1",), Reason.BAD_REQUEST), "料金は発生していません"),
    ],
)
def test_a_gateway_that_does_not_make_a_page_is_explained(aya: Client, fee: Payment, gateway: FakeGateway, error: Exception, words: str) -> None:
    gateway.error = error
    answer = aya.post(page(fee, "start"), follow=True)
    assert words in text(answer)


def test_a_page_being_made_asks_for_a_minute(aya: Client, fee: Payment, gateway: FakeGateway) -> None:
    actions.begin_attempt(payment_id=fee.pk, actor=SYSTEM, at=timezone.now())
    assert "お支払い画面を準備しています" in text(aya.post(page(fee, "start"), follow=True))


def test_what_is_paid_cannot_be_paid_again(aya: Client, attempt: Attempt, gateway: FakeGateway) -> None:
    learn(attempt, paid())
    assert "すでにお支払い済みです" in text(aya.post(page(attempt.payment, "start"), follow=True))


def test_the_thirty_first_press_within_an_hour_is_too_often(aya: Client, fee: Payment, gateway: FakeGateway) -> None:
    for _ in range(30):
        assert aya.post(page(fee, "start")).status_code == 303
    assert "操作の回数が多すぎます" in text(aya.post(page(fee, "start"), follow=True))


def test_back_from_the_gateway_the_page_waits_and_looks_again_by_itself(aya: Client, attempt: Attempt) -> None:
    shown = text(aya.get(page(attempt.payment) + "?back=1"))
    assert "お支払いの確認を待っています" in shown
    assert f'data-refresh="{page(attempt.payment, "state")}?back=1"' in shown
    assert "js/refresh.js" in shown
    assert "お支払い画面に戻る" in shown


def test_who_comes_back_without_paying_is_not_told_that_anything_was_received(aya: Client, attempt: Attempt) -> None:
    shown = text(aya.get(f"{page(attempt.payment)}?{way_back(attempt.payment_id, unpaid=True)}"))
    assert "お支払いは完了していません" in shown
    assert "お支払いの確認を待っています" not in shown


def test_no_link_of_a_stranger_makes_the_page_say_that_nothing_was_paid(aya: Client, attempt: Attempt) -> None:
    another, unsalted = signing.dumps(attempt.payment_id + 1, salt="payments.back"), signing.dumps(attempt.payment_id)
    for back in ("unpaid", another, unsalted):
        assert "お支払いは完了していません" not in text(aya.get(page(attempt.payment), {"back": back}))


def test_while_a_charge_is_in_doubt_nothing_leads_back_to_paying(aya: Client, attempt: Attempt, gateway: FakeGateway) -> None:
    actions.note_doubt(order_id=attempt.order_id, in_doubt=True, actor=SYSTEM, at=timezone.now())
    for url in (page(attempt.payment), page(attempt.payment) + "?back=1", page(attempt.payment, "state")):
        shown = text(aya.get(url))
        assert "もう一度お支払いにならずにお待ちください" in shown
        assert "/start/" not in shown
    assert "もう一度お支払いにならずに" in text(aya.post(page(attempt.payment, "start"), follow=True))
    assert "状況を見る" in text(aya.get("/"))
    assert gateway.asked == []
    assert "お支払いの結果を確認しています" in text(aya.get("/"))


def test_the_doubt_ends_with_an_answer_or_when_the_gateway_has_seen_no_money_for_half_an_hour(attempt: Attempt) -> None:
    actions.note_doubt(order_id=attempt.order_id, in_doubt=True, actor=SYSTEM, at=NOON - timedelta(minutes=29))
    learn(attempt, Found(status="started"))
    assert Attempt.objects.get().in_doubt_since
    actions.apply_found(
        order_id=attempt.order_id, found=Found(status="started"), cause="reconciliation", actor=SYSTEM, at=NOON + timedelta(minutes=1)
    )
    assert Attempt.objects.get().in_doubt_since is None
    assert AuditEntry.objects.filter(action="attempt.in_doubt").count() == 1


def test_without_having_come_back_nobody_is_told_that_anything_was_received(aya: Client, attempt: Attempt) -> None:
    shown = text(aya.get(page(attempt.payment)))
    assert "受付済み" not in shown
    assert "お支払い手続きの途中です" in shown


def test_the_part_that_refreshes_stops_when_the_money_is_there(aya: Client, attempt: Attempt) -> None:
    assert text(aya.get(page(attempt.payment, "state"))).strip().startswith('<div class="stack" data-refresh=')
    learn(attempt, paid())
    part = text(aya.get(page(attempt.payment, "state")))
    assert part.strip().startswith('<div class="stack" aria-live="polite">')
    assert "お支払い手続きが完了しました" in part
    assert "<html" not in part
    assert "/start/" not in part


def test_a_slip_says_where_to_pay(aya: Client, attempt: Attempt) -> None:
    learn(attempt, Found(status="awaiting", method="konbini"))
    assert "コンビニでお支払いください" in text(aya.get(page(attempt.payment)))


def test_while_a_slip_is_out_its_term_stands_everywhere_and_the_fee_s_nowhere(aya: Client, attempt: Attempt) -> None:
    Payment.objects.update(due_on=date(2027, 6, 30))
    slip = Slip("10001", "12345", "123456789012", datetime(2026, 12, 8, 14, 59, tzinfo=UTC))
    learn(attempt, Found(status="awaiting", method="konbini", slip=slip))
    for url in ("/payments/", page(attempt.payment)):
        shown = text(aya.get(url))
        assert "2026年12月8日(火) 23:59" in shown
        assert "2027年6月30日" not in shown
    assert "店頭でのお支払い期限" in text(aya.get("/payments/"))
    mail = OutboxMessage.objects.get(template="payments/slip")
    assert "店頭でのお支払い期限（日本時間）： 2026年12月8日(火) 23:59" in render_mail(mail.template, json.loads(mail.context), "ja")[1]


def test_an_expired_fee_can_be_started_again(aya: Client, attempt: Attempt) -> None:
    learn(attempt, Found(status="expired"))
    shown = text(aya.get(page(attempt.payment)))
    assert "お支払いの期限が過ぎました" in shown
    assert "お支払いへ進む" in shown


def test_while_the_office_checks_money_the_page_says_so_and_offers_no_second_payment(aya: Client, attempt: Attempt) -> None:
    learn(attempt, paid(3813))
    shown = text(aya.get(page(attempt.payment)))
    assert "事務局で入金を確認しています" in shown
    assert 'action="/payments/' not in shown
    assert "事務局で確認中" in text(aya.get("/payments/"))


@pytest.mark.parametrize("state", PaymentState)
@pytest.mark.parametrize("language", ["ja", "en"])
def test_every_state_has_a_page_in_both_languages(aya: Client, cast: Cast, state: str, language: str) -> None:
    payment = PaymentFactory(member=cast.aya, state=state, settled_at=NOON if state == PaymentState.SETTLED else None)
    aya.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    shown = text(aya.get(page(payment)))
    assert f'<html lang="{language}">' in shown
    assert ("OSSMA fee" in shown) is (language == "en")
    assert text(aya.get("/payments/"))


def test_pages_with_money_are_kept_by_no_cache(aya: Client, fee: Payment) -> None:
    for url in ("/payments/", page(fee), page(fee, "state")):
        assert "no-store" in aya.get(url)["Cache-Control"]
