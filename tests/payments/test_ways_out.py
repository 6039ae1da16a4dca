"""Money that has no place finds one: given back, or accepted late; never silently (money.md, "Payment")."""

import pytest

from ossma.core.refusals import Refused
from ossma.core.viewer import SYSTEM
from payments import actions
from payments.models import Attempt, Payment, Refund, Trouble
from payments.states import AttemptState, PaymentState
from tests.factories.payments import FEE, NOON, AttemptFactory
from tests.payments.steps import learn, paid


def came_late(attempt: Attempt, state: str, amount: int = FEE) -> Trouble:
    """Money for a payment that is over."""
    Attempt.objects.filter(pk=attempt.pk).update(state=AttemptState.EXPIRED)
    Payment.objects.update(state=state)
    attempt.refresh_from_db()
    learn(attempt, paid(amount))
    return Trouble.objects.get()


def test_late_money_for_an_expired_fee_can_be_accepted_and_opens_what_waited(attempt: Attempt, opened: list[int]) -> None:
    trouble = came_late(attempt, PaymentState.EXPIRED)
    assert opened == []
    actions.reinstate(trouble_id=trouble.pk, resolution="期限後の入金を承認", actor=SYSTEM, at=NOON)
    payment = Payment.objects.get()
    assert (payment.state, payment.settled_at, opened) == (PaymentState.SETTLED, NOON, [payment.pk])
    trouble.refresh_from_db()
    assert trouble.resolution == "期限後の入金を承認"
    move = payment.moves.latest("pk")
    assert (move.cause, move.evidence["order"]) == ("office", attempt.order_id)


@pytest.mark.parametrize("again", ["reinstate", "give_back"])
def test_accepted_once_it_can_neither_be_accepted_nor_resolved_again(attempt: Attempt, opened: list[int], again: str) -> None:
    trouble = came_late(attempt, PaymentState.EXPIRED)
    actions.reinstate(trouble_id=trouble.pk, resolution="承認", actor=SYSTEM, at=NOON)
    if again == "reinstate":
        with pytest.raises(Refused):
            actions.reinstate(trouble_id=trouble.pk, resolution="再度", actor=SYSTEM, at=NOON)
    assert len(opened) == 1
    trouble.refresh_from_db()
    assert trouble.resolution == "承認"


def test_money_for_a_cancelled_payment_cannot_be_accepted_but_given_back(attempt: Attempt, opened: list[int]) -> None:
    trouble = came_late(attempt, PaymentState.CANCELLED)
    with pytest.raises(Refused):
        actions.reinstate(trouble_id=trouble.pk, resolution="承認", actor=SYSTEM, at=NOON)
    refund = actions.give_back(trouble_id=trouble.pk, resolution="取消後の入金", actor=SYSTEM, at=NOON)
    assert (refund.amount, refund.attempt, Payment.objects.get().state) == (FEE, attempt, PaymentState.CANCELLED)
    assert "取消後の入金" in refund.rule
    trouble.refresh_from_db()
    assert trouble.resolved_at == NOON
    assert opened == []


def test_another_sum_than_was_owed_cannot_be_accepted(attempt: Attempt) -> None:
    trouble = came_late(attempt, PaymentState.EXPIRED, FEE - 1)
    with pytest.raises(Refused):
        actions.reinstate(trouble_id=trouble.pk, resolution="承認", actor=SYSTEM, at=NOON)
    assert actions.give_back(trouble_id=trouble.pk, resolution="不足", actor=SYSTEM, at=NOON).amount == FEE - 1


def test_money_paid_twice_is_given_back_from_the_order_it_came_on(attempt: Attempt) -> None:
    learn(attempt, paid())
    second = AttemptFactory(payment=attempt.payment, state=AttemptState.VOIDED)
    learn(second, paid())
    actions.give_back(trouble_id=Trouble.objects.get().pk, resolution="二重払い", actor=SYSTEM, at=NOON)
    assert Refund.objects.get().attempt == second
    assert Payment.objects.get().state == PaymentState.SETTLED


def test_an_entry_without_an_order_of_ours_has_no_money_to_give_back(cast) -> None:
    trouble = Trouble.objects.create(kind="unknown_order", key="x", opened_at=NOON)
    with pytest.raises(Refused):
        actions.give_back(trouble_id=trouble.pk, resolution="?", actor=SYSTEM, at=NOON)
