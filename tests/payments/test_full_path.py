"""From the button to the settled payment: our server and the sandbox process talk HTTP to each other, as in production."""

from collections.abc import Callable
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import timezone

from ossma.core.models import OutboxMessage
from ossma.core.refusals import Refused
from ossma.core.viewer import SYSTEM
from payments import actions, tasks
from payments.models import Attempt, GatewayNotice, LedgerLine, Payment, Trouble
from payments.rules import DOUBT_LIFE
from payments.states import AttemptState, NoticeState, PaymentState, TroubleKind
from tests.factories.payments import NOON
from tests.payments.gateway_rig import CHALLENGES, DECLINES, SUCCEEDS, TIMES_OUT, Sandbox
from tests.payments.site_rig import Browser

pytestmark = pytest.mark.django_db(transaction=True)
DONE, ON_ITS_WAY = "お支払い手続きが完了しました", "お支払いの確認を待っています"


def state() -> str:
    return Payment.objects.get().state


def test_a_good_card_settles_when_the_notice_was_asked_about_not_when_the_browser_is_back(
    browser: Browser, arrived: Callable[[], None], opened: list[int]
) -> None:
    payer = browser.go_and_pay()
    assert "3,812円" in payer.page
    payer.card(SUCCEEDS)
    arrived()
    assert ON_ITS_WAY in browser.come_back(payer)
    assert (state(), opened) == (PaymentState.STARTED, [])
    assert tasks.apply_notices() == 1
    shown = browser.look("state/?back=1")
    assert DONE in shown
    assert "data-refresh" not in shown
    assert (state(), opened) == (PaymentState.SETTLED, [browser.payment.pk])
    move = Payment.objects.get().moves.get(to_state="settled")
    assert (move.cause, move.evidence["raw"]["Status"], move.evidence["raw"]["AccessPass"]) == ("notice", "CAPTURE", "********")
    assert LedgerLine.objects.get().amount == 3812
    assert [mail.template for mail in OutboxMessage.objects.order_by("pk")] == ["payments/link", "payments/settled"]


def test_a_declined_card_can_be_followed_by_another_on_the_same_link(browser: Browser, arrived: Callable[[], None]) -> None:
    payer = browser.go_and_pay()
    payer.card(DECLINES)
    arrived()
    tasks.apply_notices()
    assert (state(), Attempt.objects.get().state) == (PaymentState.STARTED, AttemptState.OPEN)
    again = browser.go_and_pay()
    assert again.url == payer.url
    again.card(SUCCEEDS)
    arrived()
    tasks.apply_notices()
    assert state() == PaymentState.SETTLED
    assert GatewayNotice.objects.count() == 2


def test_a_card_that_asks_for_3d_secure_settles_after_the_answer(browser: Browser, arrived: Callable[[], None]) -> None:
    payer = browser.go_and_pay()
    payer.card(CHALLENGES)
    tasks.apply_notices()
    assert state() == PaymentState.STARTED
    payer.post(step="challenge", outcome="ok")
    while state() == PaymentState.STARTED:
        arrived()
        tasks.apply_notices()
    assert state() == PaymentState.SETTLED


def test_who_goes_back_without_paying_finds_the_way_to_the_same_page(browser: Browser) -> None:
    payer = browser.go_and_pay()
    payer.post(step="cancel")
    shown = browser.come_back(payer)
    assert "お支払いは完了していません" in shown
    assert "請求はされていません" in shown
    assert "お支払い画面に戻る" in shown
    assert ON_ITS_WAY not in shown
    assert browser.go_and_pay().url == payer.url


def test_two_presses_lead_to_one_order(browser: Browser) -> None:
    assert browser.press().headers["Location"] == browser.press().headers["Location"]
    assert Attempt.objects.count() == 1


def test_a_lost_notice_is_made_up_for_by_reconciliation(browser: Browser, sandbox: Sandbox, opened: list[int]) -> None:
    sandbox.turn("lost", "on")
    browser.go_and_pay().card(SUCCEEDS)
    out = StringIO()
    call_command("reconcile_payments", stdout=out)
    assert "1 asked, 1 repaired, 0 unanswered" in out.getvalue()
    assert (state(), opened) == (PaymentState.SETTLED, [browser.payment.pk])
    assert not GatewayNotice.objects.exists()
    assert DONE in browser.look()


def test_a_notice_with_a_wrong_amount_goes_to_the_office_and_settles_nothing(
    browser: Browser, sandbox: Sandbox, arrived: Callable[[], None], opened: list[int]
) -> None:
    sandbox.turn("wrong_amount", "on")
    browser.go_and_pay().card(SUCCEEDS)
    arrived()
    tasks.apply_notices()
    assert (GatewayNotice.objects.get().state, Trouble.objects.get().kind) == (NoticeState.REVIEW, TroubleKind.AMOUNT_DIFFERS)
    call_command("reconcile_payments", stdout=StringIO())
    assert (state(), opened) == (PaymentState.STARTED, [])
    assert "事務局で入金を確認しています" in browser.look()
    actions.resolve_trouble(trouble_id=Trouble.objects.get().pk, resolution="確認済み", actor=SYSTEM, at=NOON)
    call_command("reconcile_payments", stdout=StringIO())
    assert (state(), opened) == (PaymentState.SETTLED, [browser.payment.pk])


def test_the_page_of_a_payment_called_off_is_closed_at_the_gateway(browser: Browser) -> None:
    payer = browser.go_and_pay()
    actions.cancel(payment_id=browser.payment.pk, cause="member", actor=SYSTEM, at=NOON)
    call_command("reconcile_payments", stdout=StringIO())
    assert Attempt.objects.get().state == AttemptState.VOIDED
    payer.card(SUCCEEDS)
    call_command("reconcile_payments", stdout=StringIO())
    assert (state(), LedgerLine.objects.count()) == (PaymentState.CANCELLED, 0)


def test_a_gateway_that_breaks_while_making_the_link_leaves_one_order_to_ask_about(browser: Browser, sandbox: Sandbox) -> None:
    sandbox.turn("api", "breaks_after_work")
    answer = browser.press()
    assert answer.headers["Location"] == browser.url
    assert "決済会社につながりません" in browser.look()
    assert Attempt.objects.get().state == AttemptState.UNKNOWN
    sandbox.turn("api", "answers")
    browser.go_and_pay()
    assert list(Attempt.objects.order_by("pk").values_list("state", flat=True)) == [AttemptState.VOIDED, AttemptState.OPEN]


def test_five_refused_cards_are_no_payment_that_is_on_its_way(browser: Browser) -> None:
    payer = browser.go_and_pay()
    for _ in range(5):
        payer.card(DECLINES)
    assert "お支払いは完了していません" in browser.come_back(payer)
    browser.go_and_pay().card(SUCCEEDS)
    tasks.apply_notices()
    call_command("reconcile_payments", stdout=StringIO())
    assert state() == PaymentState.SETTLED, "a new page takes a card again at once"
    assert list(Attempt.objects.order_by("pk").values_list("state", flat=True)) == [AttemptState.VOIDED, AttemptState.PAID]


def test_a_time_out_has_one_instruction_on_both_pages_and_no_way_back_to_paying(
    browser: Browser, sandbox: Sandbox, arrived: Callable[[], None]
) -> None:
    payer = browser.go_and_pay()
    payer.card(TIMES_OUT)
    assert "もう一度お支払いにならずにお待ちください" in payer.page
    arrived()
    tasks.apply_notices()
    for shown in (browser.look(), browser.come_back(payer)):
        assert "お支払いの結果を確認しています" in shown
        assert "もう一度お支払いにならずにお待ちください" in shown
        assert "/start/" not in shown
    order_id = Attempt.objects.get().order_id
    with pytest.raises(Refused):
        actions.begin_attempt(payment_id=browser.payment.pk, actor=SYSTEM, at=NOON)
    sandbox.do(order_id, "not-charged")
    Attempt.objects.update(in_doubt_since=timezone.now() - DOUBT_LIFE)
    call_command("reconcile_payments", stdout=StringIO())
    assert "お支払い画面に戻る" in browser.look(), "nothing was charged: the doubt is over"
