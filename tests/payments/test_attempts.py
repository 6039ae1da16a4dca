"""Visits to the gateway: one at a time, begun as a row before anybody is called."""

import re

import pytest

from ossma.core.models import AuditEntry, OutboxMessage
from ossma.core.refusals import Refused
from ossma.core.viewer import SYSTEM
from payments import actions
from payments.models import Attempt, Payment
from payments.rules import LINK_LIFE, Found
from payments.states import AttemptState, PaymentState, Purpose
from tests.cast import Cast
from tests.factories.payments import NOON
from tests.payments.steps import learn, paid


def begin(payment: Payment) -> tuple[Attempt, bool]:
    return actions.begin_attempt(payment_id=payment.pk, actor=SYSTEM, at=NOON)


def close(attempt: Attempt, to: AttemptState) -> None:
    actions.close_attempt(order_id=attempt.order_id, to=to, cause="gateway", error="said no", actor=SYSTEM, at=NOON)


def test_the_first_press_begins_an_order_of_its_own(fee: Payment, cast: Cast) -> None:
    attempt, new = begin(fee)
    assert new
    assert re.fullmatch(rf"P{fee.pk}-1-[a-z0-9]{{6}}", attempt.order_id)
    assert (attempt.amount, attempt.state, attempt.expires_at) == (3812, AttemptState.CREATED, NOON + LINK_LIFE)
    fee.refresh_from_db()
    assert fee.state == PaymentState.STARTED
    assert fee.moves.get().evidence == {"order": attempt.order_id}
    assert AuditEntry.objects.filter(action="attempt.created", member_id=cast.aya.pk).count() == 1


def test_the_second_press_continues_the_same_order(fee: Payment) -> None:
    first, _new = begin(fee)
    again, new = begin(fee)
    assert (again, new) == (first, False)
    assert fee.moves.count() == 1


@pytest.mark.parametrize("to", [AttemptState.FAILED, AttemptState.VOIDED])
def test_an_order_that_came_to_nothing_is_followed_by_another(fee: Payment, to: AttemptState) -> None:
    first, _new = begin(fee)
    close(first, to)
    fee.refresh_from_db()
    assert fee.state == PaymentState.OWED
    second, new = begin(fee)
    assert new
    assert second.order_id.startswith(f"P{fee.pk}-2-")
    first.refresh_from_db()
    assert (first.state, first.last_error, first.ended_at) == (to, "said no", NOON)


def test_an_order_whose_term_ran_out_ends_the_payment_and_the_member_is_told(fee: Payment) -> None:
    attempt, _new = begin(fee)
    close(attempt, AttemptState.EXPIRED)
    close(attempt, AttemptState.EXPIRED)
    fee.refresh_from_db()
    assert fee.state == PaymentState.EXPIRED
    assert OutboxMessage.objects.get().template == "payments/expired"
    assert begin(fee)[1]


def test_a_top_up_is_not_started_again_after_its_term(fee: Payment) -> None:
    Payment.objects.filter(pk=fee.pk).update(state=PaymentState.EXPIRED)
    # The database keeps what a payment is for; a top-up has a row of its own.
    topup = Payment.objects.create(
        member=fee.member, purpose=Purpose.TOPUP_PREMIUM, subject_kind="thing", subject_id=9, title_ja="保険料", title_en="Premium",
        total=100, methods=["card"], created_at=NOON, state=PaymentState.EXPIRED,
    )  # fmt: skip
    with pytest.raises(Refused):
        begin(topup)


def test_what_is_settled_is_not_started_again(attempt: Attempt) -> None:
    learn(attempt, paid())
    with pytest.raises(Refused):
        begin(attempt.payment)
    assert attempt.payment.attempts.count() == 1


def test_money_that_the_office_is_checking_stops_another_try(attempt: Attempt) -> None:
    learn(attempt, paid(3813))
    with pytest.raises(Refused):
        begin(attempt.payment)
    trouble = attempt.payment.troubles.get()
    actions.give_back(trouble_id=trouble.pk, resolution="返金する", actor=SYSTEM, at=NOON)
    assert begin(attempt.payment)[1]


def test_a_link_is_kept_with_its_term(fee: Payment) -> None:
    attempt, _new = begin(fee)
    until = NOON + LINK_LIFE / 2
    assert actions.give_link(order_id=attempt.order_id, link="http://gateway.example/x", expires_at=until, actor=SYSTEM, at=NOON)
    attempt.refresh_from_db()
    assert (attempt.state, attempt.link, attempt.expires_at) == (AttemptState.OPEN, "http://gateway.example/x", until)


def test_nobody_is_sent_to_a_link_of_a_payment_that_was_called_off_meanwhile(fee: Payment) -> None:
    attempt, _new = begin(fee)
    actions.cancel(payment_id=fee.pk, cause="member", actor=SYSTEM, at=NOON)
    assert not actions.give_link(order_id=attempt.order_id, link="http://gateway.example/x", expires_at=NOON, actor=SYSTEM, at=NOON)
    attempt.refresh_from_db()
    assert attempt.state == AttemptState.OPEN, "it is there and must be closed at the gateway"


def test_nobody_is_sent_to_a_link_of_an_order_that_was_given_up_meanwhile(fee: Payment) -> None:
    attempt, _new = begin(fee)
    close(attempt, AttemptState.VOIDED)
    assert not actions.give_link(order_id=attempt.order_id, link="http://gateway.example/x", expires_at=NOON, actor=SYSTEM, at=NOON)


def test_silence_makes_an_order_unknown_but_not_one_that_has_its_link(fee: Payment, attempt: Attempt) -> None:
    actions.mark_unknown(order_id=attempt.order_id, error="timeout", actor=SYSTEM, at=NOON)
    attempt.refresh_from_db()
    assert attempt.state == AttemptState.OPEN


def test_an_attempt_does_not_end_without_money_as_paid(attempt: Attempt) -> None:
    with pytest.raises(ValueError, match="paid"):
        close(attempt, AttemptState.PAID)


def test_money_outruns_a_closing(attempt: Attempt) -> None:
    learn(attempt, paid())
    close(attempt, AttemptState.VOIDED)
    attempt.refresh_from_db()
    assert attempt.state == AttemptState.PAID


def test_a_failed_try_at_the_gateway_lets_the_payment_be_owed_again(attempt: Attempt) -> None:
    learn(attempt, Found(status="failed"))
    attempt.payment.refresh_from_db()
    assert attempt.payment.state == PaymentState.OWED
    assert begin(attempt.payment)[1]
