"""Months abroad: a month runs to the day before the same day of the next month."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from applications.rules.period import end_of_months, is_residence, months_abroad

DAYS = st.dates(date(2020, 1, 1), date(2040, 12, 31))
MONTHS = st.integers(1, 12)


@pytest.mark.parametrize(
    ("first", "last", "months"),
    [
        (date(2026, 7, 1), date(2026, 7, 31), 1),
        (date(2026, 7, 1), date(2026, 8, 1), 2),
        (date(2026, 1, 31), date(2026, 2, 28), 1),
        (date(2026, 1, 31), date(2026, 3, 1), 2),
        (date(2026, 1, 31), date(2026, 3, 30), 2),
        (date(2028, 1, 31), date(2028, 2, 29), 1),
        (date(2028, 1, 30), date(2028, 2, 29), 1),
        (date(2028, 2, 29), date(2028, 3, 28), 1),
        (date(2026, 7, 15), date(2026, 7, 15), 1),
        (date(2026, 7, 15), date(2027, 7, 14), 12),
        (date(2026, 7, 15), date(2027, 7, 15), None),
    ],
)
def test_months_are_counted_as_the_fee_table_means_them(first, last, months):
    assert months_abroad(first, last) == months


def test_a_period_back_to_front_has_no_months():
    with pytest.raises(ValueError, match="before it begins"):
        months_abroad(date(2026, 7, 2), date(2026, 7, 1))


@given(DAYS, MONTHS)
def test_the_last_day_of_n_months_costs_n_and_the_day_after_costs_one_more(first, months):
    end = end_of_months(first, months)
    assert months_abroad(first, end) == months
    assert months_abroad(first, end + timedelta(days=1)) == (months + 1 if months < 12 else None)


@given(DAYS, st.integers(0, 400), st.integers(0, 400))
def test_a_longer_stay_never_costs_fewer_months(first, one, other):
    shorter, longer = sorted((one, other))
    assert (months_abroad(first, first + timedelta(days=shorter)) or 99) <= (months_abroad(first, first + timedelta(days=longer)) or 99)


@given(DAYS)
def test_a_month_is_never_longer_than_the_longest_month(first):
    assert 27 <= (end_of_months(first, 1) - first).days <= 30


@pytest.mark.parametrize(("last", "residence"), [(date(2026, 9, 29), False), (date(2026, 9, 30), True), (date(2026, 10, 1), True)])
def test_three_full_months_call_for_the_residence_report(last, residence):
    assert is_residence(date(2026, 7, 1), last) is residence


def test_the_end_of_the_calendar_is_no_accident():
    assert end_of_months(date(9999, 12, 1), 3) == date.max
