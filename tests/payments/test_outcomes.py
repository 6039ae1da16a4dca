"""Acting on the gateway's answer, once, whatever order the news comes in."""

import pytest

from ossma.core.models import AuditEntry, OutboxMessage
from ossma.core.viewer import SYSTEM
from payments import actions
from payments.models import Attempt, LedgerLine, Payment, Trouble
from payments.rules import Found, Verdict
from payments.states import AttemptState, PaymentState, TroubleKind
from tests.factories.payments import FEE, NOON, AttemptFactory
from tests.payments.steps import learn, paid


def test_money_settles_books_opens_and_tells_in_one_go(attempt: Attempt, opened: list[int]) -> None:
    assert learn(attempt, paid()) is Verdict.SETTLE
    payment = Payment.objects.get()
    assert (payment.state, payment.settled_at, payment.settled_method) == (PaymentState.SETTLED, NOON, "card")
    line = LedgerLine.objects.get()
    assert (line.amount, line.kind, line.reference, line.attempt) == (FEE, "money_in", attempt.order_id, attempt)
    assert opened == [payment.pk]
    mail = OutboxMessage.objects.get()
    assert (mail.template, mail.to_address, mail.language) == ("payments/settled", "aya@example.jp", "ja")


def test_the_move_carries_time_cause_and_the_raw_evidence(attempt: Attempt) -> None:
    learn(attempt, paid(), cause="reconciliation")
    move = attempt.payment.moves.get()
    assert (move.from_state, move.to_state, move.cause, move.at) == ("started", "settled", "reconciliation", NOON)
    assert move.evidence == {"order": attempt.order_id, "status": "paid", "amount": FEE, "currency": "JPN", "raw": {"Status": "CAPTURE"}}


def test_the_same_news_again_changes_nothing(attempt: Attempt, opened: list[int]) -> None:
    assert [learn(attempt, paid()) for _ in range(3)] == [Verdict.SETTLE, Verdict.NOTHING, Verdict.NOTHING]
    assert LedgerLine.objects.count() == OutboxMessage.objects.count() == len(opened) == 1
    assert not Trouble.objects.exists()


def test_news_that_was_overtaken_changes_nothing(attempt: Attempt) -> None:
    learn(attempt, paid())
    for status in ("started", "awaiting", "failed", "expired", "cancelled"):
        learn(attempt, Found(status=status))
    attempt.refresh_from_db()
    assert (attempt.state, attempt.payment.state) == (AttemptState.PAID, PaymentState.SETTLED)


def test_a_room_above_that_fails_leaves_nothing_half_written(attempt: Attempt, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.payments.steps.OPENED", None)
    with pytest.raises(AttributeError):
        learn(attempt, paid())
    assert Payment.objects.get().state == PaymentState.STARTED
    assert not LedgerLine.objects.exists()
    assert not OutboxMessage.objects.exists()


def test_another_sum_is_booked_and_held_for_the_office(attempt: Attempt, opened: list[int]) -> None:
    assert learn(attempt, paid(3813)) is Verdict.BOOK_ONLY
    payment = Payment.objects.get()
    assert (payment.state, opened) == (PaymentState.OWED, []), "nothing is under way any more"
    assert LedgerLine.objects.get().amount == 3813
    trouble = Trouble.objects.get()
    assert (trouble.kind, trouble.payment, trouble.attempt) == (TroubleKind.AMOUNT_DIFFERS, payment, attempt)
    assert trouble.detail == {"asked": FEE, "booked": 0, "found": 3813, "currency": "JPN", "status": "paid"}
    assert AuditEntry.objects.filter(action="trouble.opened", member_id=payment.member_id).count() == 1


def test_the_same_disagreement_is_one_entry_on_the_list(attempt: Attempt) -> None:
    for _ in range(3):
        learn(attempt, paid(FEE, "USD"))
    assert Trouble.objects.count() == 1
    assert not LedgerLine.objects.exists()


def test_money_for_a_cancelled_payment_is_booked_and_goes_to_the_office(attempt: Attempt, opened: list[int]) -> None:
    actions.cancel(payment_id=attempt.payment_id, cause="member", actor=SYSTEM, at=NOON)
    learn(attempt, paid())
    assert Payment.objects.get().state == PaymentState.CANCELLED
    assert Trouble.objects.get().kind == TroubleKind.NOT_PAYABLE
    assert (LedgerLine.objects.get().amount, opened) == (FEE, [])


def test_a_second_order_that_is_paid_too_is_never_lost(attempt: Attempt, opened: list[int]) -> None:
    learn(attempt, Found(status="cancelled"))
    Payment.objects.update(state=PaymentState.STARTED)
    second = AttemptFactory(payment=attempt.payment)
    learn(second, paid())
    learn(attempt, paid())
    trouble = Trouble.objects.get()
    assert (trouble.kind, trouble.attempt) == (TroubleKind.PAID_TWICE, attempt)
    assert sum(LedgerLine.objects.values_list("amount", flat=True)) == 2 * FEE
    assert opened == [attempt.payment_id]


def test_late_money_on_an_order_given_up_settles_while_the_payment_is_still_owed(attempt: Attempt, opened: list[int]) -> None:
    learn(attempt, Found(status="cancelled"))
    assert Payment.objects.get().state == PaymentState.OWED
    assert learn(attempt, paid()) is Verdict.SETTLE
    assert opened == [attempt.payment_id]


def test_money_after_the_term_waits_for_the_office(attempt: Attempt, opened: list[int]) -> None:
    learn(attempt, Found(status="expired"))
    learn(attempt, paid())
    assert Payment.objects.get().state == PaymentState.EXPIRED
    assert Trouble.objects.get().kind == TroubleKind.NOT_PAYABLE
    assert opened == []


def test_the_end_of_the_term_is_told_once(attempt: Attempt) -> None:
    for _ in range(2):
        learn(attempt, Found(status="expired"))
    assert Payment.objects.get().state == PaymentState.EXPIRED
    assert [mail.template for mail in OutboxMessage.objects.all()] == ["payments/expired"]


def test_a_slip_makes_the_payment_wait_for_the_store_and_money_at_the_till_settles(attempt: Attempt) -> None:
    learn(attempt, Found(status="awaiting", method="konbini"))
    assert Payment.objects.get().state == PaymentState.AWAITING
    learn(attempt, Found(status="paid", amount=FEE, currency="JPN", method="konbini"))
    assert (Payment.objects.get().state, Payment.objects.get().settled_method) == (PaymentState.SETTLED, "konbini")


def test_keys_of_the_order_are_kept_encrypted_and_what_is_not_said_again_stays(attempt: Attempt) -> None:
    learn(attempt, Found(status="started", method="card", access_id="a" * 32, access_pass="p" * 32))
    learn(attempt, Found(status="not_started"))
    attempt.refresh_from_db()
    assert (attempt.method, attempt.access_id, attempt.access_pass, attempt.asked_at) == ("card", "a" * 32, "p" * 32, NOON)


def test_money_given_back_at_the_gateway_is_reported(attempt: Attempt) -> None:
    learn(attempt, paid())
    learn(attempt, Found(status="refunded", amount=FEE))
    assert Trouble.objects.get().kind == TroubleKind.REFUNDED_OUTSIDE
    assert Payment.objects.get().state == PaymentState.SETTLED
