"""One page, two ways to pay (reference trap 22): a number for the store was issued and a card was charged on the same order."""

from collections.abc import Callable

import pytest

from ossma.core.duties import OfficeRole
from ossma.core.models import OutboxMessage
from ossma.core.viewer import SYSTEM
from payments import actions, tasks
from payments.gateways.base import GatewayRefused, Method, Reason, Status
from payments.gateways.registry import gateway
from payments.models import Attempt, LedgerLine, Payment, Trouble
from payments.states import PaymentState, RefundWay, TroubleKind
from tests.cast import Cast
from tests.factories.payments import FEE, NOON
from tests.payments.gateway_rig import SUCCEEDS, Payer, Sandbox
from tests.payments.site_rig import Browser, scheduler

pytestmark = pytest.mark.django_db(transaction=True)


def order() -> str:
    return Attempt.objects.get().order_id


def both(browser: Browser, sandbox: Sandbox) -> Payer:
    """A number is issued, and then a card is charged, on a page that lets this happen."""
    sandbox.turn("second_method", "allowed")
    payer = browser.go_and_pay()
    payer.konbini()
    payer.card(SUCCEEDS)
    return payer


def test_left_alone_the_page_takes_no_card_after_a_number_and_says_that_nothing_was_charged(browser: Browser, sandbox: Sandbox) -> None:
    payer = browser.go_and_pay()
    payer.konbini()
    assert "カードには請求していません" in payer.card(SUCCEEDS)
    assert gateway("gmo").query(order()).status is Status.AWAITING


def test_who_comes_second_to_a_paid_page_is_told_that_nothing_was_charged(browser: Browser, sandbox: Sandbox) -> None:
    payer = browser.go_and_pay()
    payer.card(SUCCEEDS)
    assert "お支払いが完了しました" in payer.page
    again = payer.card(SUCCEEDS)
    assert "このお支払いは済んでいます" in again
    assert "今の操作では何も請求していません" in again
    assert "お支払いが完了しました" not in again


def test_a_number_that_is_left_over_is_stopped_once_the_card_has_paid(browser: Browser, sandbox: Sandbox, opened: list[int]) -> None:
    both(browser, sandbox)
    assert gateway("gmo").query(order()).loose
    Attempt.objects.update(created_at=NOON)
    scheduler()
    assert (Payment.objects.get().state, opened) == (PaymentState.SETTLED, [browser.payment.pk])
    left = gateway("gmo").query(order())
    assert (left.status, left.amount, left.loose) == (Status.PAID, FEE, False)
    assert gateway("gmo").query(order(), Method.KONBINI).status is Status.CANCELLED


def test_paid_by_both_the_second_money_is_booked_shown_to_the_office_and_can_go_back(
    browser: Browser, sandbox: Sandbox, opened: list[int], cast: Cast
) -> None:
    both(browser, sandbox)
    Attempt.objects.update(created_at=NOON)
    scheduler()
    # The number was stopped, and a till took the money all the same.
    sandbox.do(order(), "pay-slip")
    Attempt.objects.update(asked_at=None)
    scheduler()
    assert gateway("gmo").query(order()).amount == 2 * FEE
    assert sum(LedgerLine.objects.values_list("amount", flat=True)) == 2 * FEE
    trouble = Trouble.objects.get()
    assert (trouble.kind, Payment.objects.get().state, len(opened)) == (TroubleKind.PAID_TWICE, PaymentState.SETTLED, 1)
    assert OutboxMessage.objects.filter(template="payments/checking").count() == 1

    refund = actions.give_back(trouble_id=trouble.pk, resolution="二重払い", actor=cast.viewer(cast.colleague(OfficeRole.CLERK)), at=NOON)
    assert (refund.amount, refund.way) == (FEE, RefundWay.CARD)
    actions.approve_refund(refund_id=refund.pk, note="", actor=cast.viewer(cast.office), at=NOON)
    tasks.refund()
    assert sum(LedgerLine.objects.values_list("amount", flat=True)) == gateway("gmo").query(order()).amount == FEE
    assert Payment.objects.get().state == PaymentState.SETTLED
    Attempt.objects.update(asked_at=None)
    scheduler()
    assert Trouble.objects.filter(resolved_at=None).count() == 0


def test_paid_by_both_before_anybody_looked_one_settles_and_the_other_is_shown(browser: Browser, sandbox: Sandbox, opened: list[int]) -> None:
    both(browser, sandbox)
    sandbox.do(order(), "pay-slip")
    Attempt.objects.update(created_at=NOON)
    scheduler()
    assert sum(LedgerLine.objects.values_list("amount", flat=True)) == 2 * FEE
    assert (Trouble.objects.get().kind, opened) == (TroubleKind.PAID_TWICE, [browser.payment.pk])
    assert Payment.objects.get().state == PaymentState.SETTLED


def test_cash_of_the_same_order_counts_but_only_the_card_is_given_back(browser: Browser, sandbox: Sandbox) -> None:
    both(browser, sandbox)
    sandbox.do(order(), "pay-slip")
    held = 2 * FEE
    with pytest.raises(GatewayRefused) as refused:
        gateway("gmo").refund(order(), held, held=held)
    assert refused.value.reason is Reason.WRONG_AMOUNT
    for _ in range(2):
        assert gateway("gmo").refund(order(), FEE, held=held).held == FEE
    assert gateway("gmo").query(order()).amount == FEE


def test_calling_off_stops_the_number_and_closes_the_page(browser: Browser, sandbox: Sandbox, arrived: Callable[[], None]) -> None:
    sandbox.turn("second_method", "allowed")
    payer = browser.go_and_pay()
    payer.konbini()
    arrived()
    tasks.apply_notices()
    actions.cancel(payment_id=browser.payment.pk, cause="member", actor=SYSTEM, at=NOON)
    Attempt.objects.update(created_at=NOON, asked_at=None)
    scheduler()
    assert "使えません" in payer.card(SUCCEEDS)
    assert gateway("gmo").query(order()).status is Status.CANCELLED
