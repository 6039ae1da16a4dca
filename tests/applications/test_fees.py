"""The fee: table by months, tax, handling half up; the check figures of the specification."""

from datetime import date
from decimal import Decimal

import pytest

from applications.models import FeeTable
from applications.queries.fees import price_of
from applications.rules.applying import Wish
from applications.rules.fees import is_owed, price
from ossma.core.refusals import Refused
from tests.factories.applications import OSSMA_FEES, FeeTableFactory, make_fees

TAX, RATE = Decimal("0.10"), Decimal("0.05")


@pytest.mark.parametrize(
    ("first", "last", "fee", "handling", "total"),
    [
        (date(2026, 7, 1), date(2026, 7, 31), 3630, 182, 3812),
        (date(2026, 7, 1), date(2026, 8, 1), 6050, 303, 6353),
        (date(2026, 1, 31), date(2026, 2, 28), 3630, 182, 3812),
        (date(2026, 1, 1), date(2026, 7, 1), 29040, 1452, 30492),
        (date(2026, 1, 1), date(2026, 12, 31), 32670, 1634, 34304),
    ],
)
def test_check_figures(first, last, fee, handling, total):
    found = price(first, last, OSSMA_FEES, TAX, RATE)
    assert (found.fee, found.handling, found.total) == (fee, handling, total)


def test_no_handling_fee_without_a_rate():
    assert price(date(2026, 7, 1), date(2026, 7, 31), OSSMA_FEES, TAX).total == 3630


def test_over_twelve_months_the_office_quotes():
    with pytest.raises(Refused) as refused:
        price(date(2026, 7, 1), date(2027, 7, 1), OSSMA_FEES, TAX)
    assert (refused.value.code, refused.value.field) == ("over_a_year", "last_day")


def test_a_table_that_ends_early_leaves_the_rest_to_the_office():
    with pytest.raises(Refused):
        price(date(2026, 7, 1), date(2026, 9, 1), {1: 3300}, TAX)


@pytest.mark.parametrize(("payer", "total", "owed"), [("member", 3812, True), ("member", 0, False), ("school", 3630, False)])
def test_only_a_member_who_has_something_to_pay_owes(payer, total, owed):
    assert is_owed(payer, total) is owed


def wish(**changes):
    return Wish(**{"service": "ossma", "payer": "member", "first_day": date(2026, 7, 1), "last_day": date(2026, 7, 31)} | changes)


@pytest.mark.django_db
def test_the_table_in_force_on_the_day_of_application_counts():
    make_fees()
    FeeTableFactory(valid_from=date(2026, 6, 1), fees={12: 9000})
    before, _table = price_of(wish(), date(2026, 5, 31))
    after, table = price_of(wish(), date(2026, 6, 1))
    assert (before.net, after.net) == (3300, 9000)
    assert table.valid_from == date(2026, 6, 1)


@pytest.mark.django_db
def test_a_school_that_pays_is_charged_no_handling_fee():
    make_fees()
    assert price_of(wish(payer="school"), date(2026, 5, 1))[0].handling == 0


@pytest.mark.django_db
def test_a_service_without_a_table_is_left_to_the_office():
    assert not FeeTable.objects.exists()
    with pytest.raises(Refused) as refused:
        price_of(wish(), date(2026, 5, 1))
    assert refused.value.code == "no_table"
