"""The tax rate of what is owed: that of the fee table, written with every line, and with those of old by the migration."""

from datetime import timedelta
from decimal import Decimal
from importlib import import_module

import pytest
from django.db import connection
from django.utils import timezone

from applications.rules.period import day_in_japan
from payments.models import Payment, PaymentLine
from tests.applications.conftest import submit
from tests.factories.payments import PaymentFactory

RATE = Decimal("0.1")
migration = import_module("applications.migrations.0014_tax_rates_of_payments")


@pytest.fixture
def owed(cast) -> Payment:
    now = timezone.now()
    first = day_in_japan(now) + timedelta(days=40)
    submit(cast, at=now, first_day=first, last_day=first)
    return Payment.objects.get()


def rates() -> set[Decimal | None]:
    return set(PaymentLine.objects.values_list("tax_rate", flat=True))


def test_what_is_owed_says_which_rate_is_in_it(owed):
    assert rates() == {RATE}


def test_lines_of_old_get_the_rate_of_their_fee_table_and_no_other_line_gets_any(owed):
    premium = PaymentFactory(member=owed.member, subject_kind="topup", subject_id=owed.subject_id)
    with connection.cursor() as cursor:
        # What waits for the end of a transaction keeps a table from being altered.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for statement in (migration.OPEN, "UPDATE payments_paymentline SET tax_rate = NULL", migration.FEES, migration.DIFFERENCES, migration.SHUT):
            cursor.execute(statement)
    assert set(owed.lines.values_list("tax_rate", flat=True)) == {RATE}
    assert set(premium.lines.values_list("tax_rate", flat=True)) == {None}
