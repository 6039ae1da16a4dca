"""Owing something, and no longer owing it."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError

from ossma.core.models import AuditEntry
from ossma.core.viewer import SYSTEM
from payments import actions
from payments.models import Payment
from payments.states import Method, PaymentState, Purpose
from tests.cast import Cast
from tests.factories.payments import NOON
from tests.payments.steps import learn, paid

LINES = [("会費（1か月・税込）", "Membership fee (1 month, tax included)", 3630), ("手数料", "Handling fee", 182)]


def owe(cast: Cast, *, lines: list[tuple[str, str, int]] = LINES, subject_id: int = 1) -> Payment:
    return actions.owe(
        member_id=cast.aya.pk,
        purpose=Purpose.MEMBERSHIP_FEE,
        subject=("thing", subject_id),
        title_ja="OSSMA 会費",
        title_en="OSSMA fee",
        lines=lines,
        methods=[Method.CARD],
        due_on=date(2026, 12, 1),
        tax_rate=Decimal("0.1"),
        actor=cast.viewer(cast.aya),
        at=NOON,
    )


def test_a_payment_is_the_sum_of_its_lines_and_is_on_the_trail(cast: Cast) -> None:
    payment = owe(cast)
    assert (payment.total, payment.state) == (3812, PaymentState.OWED)
    assert [(line.position, line.amount) for line in payment.lines.all()] == [(1, 3630), (2, 182)]
    entry = AuditEntry.objects.get(action="payment.owed")
    assert (entry.member_id, entry.subject_id, entry.detail) == (cast.aya.pk, str(payment.pk), {"total": 3812})


@pytest.mark.parametrize("lines", [[], [("無料", "Free", 0)], [("割引", "Discount", -1)]])
def test_nothing_to_pay_is_no_payment(cast: Cast, lines: list[tuple[str, str, int]]) -> None:
    with pytest.raises(ValueError, match="nothing to pay"):
        owe(cast, lines=lines)
    assert not Payment.objects.exists()


def test_a_membership_fee_is_owed_once_per_application(cast: Cast) -> None:
    owe(cast)
    with pytest.raises(IntegrityError):
        owe(cast)


def test_what_is_called_off_is_owed_no_more_and_may_be_owed_anew(cast: Cast) -> None:
    payment = owe(cast)
    actions.cancel(payment_id=payment.pk, cause="member", actor=cast.viewer(cast.aya), at=NOON)
    payment.refresh_from_db()
    assert payment.state == PaymentState.CANCELLED
    move = payment.moves.get()
    assert (move.from_state, move.to_state, move.cause, move.at) == ("owed", "cancelled", "member", NOON)
    assert owe(cast).pk != payment.pk


def test_what_is_paid_or_called_off_stays_so(cast: Cast, attempt) -> None:
    learn(attempt, paid())
    for _ in range(2):
        actions.cancel(payment_id=attempt.payment_id, cause="office", actor=SYSTEM, at=NOON)
    attempt.payment.refresh_from_db()
    assert attempt.payment.state == PaymentState.SETTLED
