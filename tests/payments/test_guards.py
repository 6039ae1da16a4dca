"""What the database itself refuses, whatever the code does."""

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from payments.models import Attempt, GatewayNotice, LedgerLine, Payment, PaymentLine, PaymentMove
from payments.states import AttemptState
from tests.factories.payments import NOON, AttemptFactory
from tests.payments.steps import learn, paid, stored


@pytest.fixture
def settled(attempt: Attempt) -> Payment:
    stored(attempt)
    learn(attempt, paid())
    return attempt.payment


@pytest.mark.parametrize("table", [LedgerLine, PaymentMove, PaymentLine])
def test_ledger_history_and_lines_only_grow(settled: Payment, table: type) -> None:
    for change in (table.objects.all().delete, lambda: table.objects.update(payment_id=settled.pk)):
        with pytest.raises(DatabaseError, match="can be added, not changed or removed"), transaction.atomic():
            change()
    assert table.objects.exists()


def test_a_guard_stands_against_plain_sql_too(settled: Payment) -> None:
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE payments_ledgerline SET amount = 0")


@pytest.mark.parametrize("change", [{"total": 1}, {"purpose": "topup_premium"}, {"subject_id": 77}])
def test_what_is_owed_for_what_never_changes(fee: Payment, change: dict) -> None:
    with pytest.raises(DatabaseError), transaction.atomic():
        Payment.objects.update(**change)


def test_a_notice_keeps_its_body(settled: Payment) -> None:
    with pytest.raises(DatabaseError), transaction.atomic():
        GatewayNotice.objects.update(body=b"forged")


def test_a_payment_has_one_live_attempt(attempt: Attempt) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        AttemptFactory(payment=attempt.payment)
    assert AttemptFactory(payment=attempt.payment, state=AttemptState.VOIDED)


def test_an_order_is_booked_once(settled: Payment, attempt: Attempt) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        LedgerLine.objects.create(payment=settled, attempt=attempt, kind="money_in", amount=1, reference=attempt.order_id, at=NOON)


def test_nothing_is_settled_without_the_state_that_says_so(fee: Payment) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Payment.objects.update(settled_at=NOON)


def test_an_order_never_pays_out_more_than_came_in(settled: Payment, attempt: Attempt) -> None:
    def pay_out(amount: int) -> None:
        LedgerLine.objects.create(payment=settled, attempt=attempt, kind="refund", amount=-amount, reference=f"refund-{amount}", at=NOON)

    pay_out(attempt.amount - 1)
    with pytest.raises(DatabaseError, match="more is paid out of an order than came in"), transaction.atomic():
        pay_out(2)
