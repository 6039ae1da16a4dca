"""Business days as Japanese banks count them, and the office's hours."""

from datetime import UTC, date, datetime

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from ossma.core.calendar import (
    OFFICE_ZONE,
    add_business_days,
    business_day_from,
    business_days_before,
    is_business_day,
    is_office_open,
    next_opening,
    office_hours,
)
from ossma.core.closures import closed_days
from ossma.core.models import OfficeClosure


@pytest.mark.parametrize(
    ("first", "last"),
    [
        (date(2026, 4, 24), date(2026, 5, 7)),
        (date(2026, 9, 17), date(2026, 9, 29)),
        (date(2026, 12, 24), date(2027, 1, 4)),
        (date(2026, 12, 28), date(2027, 1, 6)),
    ],
)
def test_five_business_days_later(first, last):
    assert add_business_days(first, 5) == last


def test_an_office_closure_is_no_business_day():
    closed = {date(2026, 12, 29), date(2026, 12, 30)}
    assert add_business_days(date(2026, 12, 24), 5, closed) == date(2027, 1, 6)
    assert business_days_before(date(2026, 12, 31), 1, closed) == date(2026, 12, 28)


def test_the_day_between_two_holidays_is_a_holiday():
    assert not is_business_day(date(2026, 9, 22))


def test_a_term_that_ends_on_a_holiday_ends_on_the_next_business_day():
    assert business_day_from(date(2026, 5, 3)) == date(2026, 5, 7)
    assert business_day_from(date(2026, 5, 7)) == date(2026, 5, 7)


@given(st.dates(date(2024, 1, 1), date(2090, 12, 31)), st.integers(1, 30))
def test_counting_back_undoes_counting_on(day, n):
    later = add_business_days(day, n)
    assert is_business_day(later)
    assert business_days_before(later, n) <= business_day_from(day)
    assert add_business_days(business_days_before(later, n), n) == later


@pytest.mark.parametrize("n", [0, -1])
def test_a_term_without_days_is_refused(n):
    with pytest.raises(ValueError, match="at least one"):
        add_business_days(date(2026, 4, 24), n)


def test_a_year_without_a_calendar_is_refused():
    with pytest.raises(ValueError, match="2150"):
        is_business_day(date(2150, 1, 5))


@pytest.mark.parametrize(
    ("clock", "is_open"),
    [("09:59:59", False), ("10:00:00", True), ("16:59:59", True), ("17:00:00", False)],
)
def test_the_office_opens_at_ten_and_closes_at_five(clock, is_open):
    at = datetime.fromisoformat(f"2026-11-20T{clock}+09:00")
    assert is_office_open(at) is is_open


def test_office_hours_are_japanese_wherever_the_clock_hangs():
    assert is_office_open(datetime(2026, 11, 20, 1, 0, tzinfo=UTC))
    assert not is_office_open(datetime(2026, 11, 20, 10, 0, tzinfo=UTC))


def test_the_office_works_on_bank_holidays_that_are_no_public_ones_unless_closed():
    day = date(2026, 12, 31)
    assert office_hours(day) is not None
    assert office_hours(day, {day}) is None


def test_after_friday_evening_the_office_opens_on_tuesday_if_monday_is_a_holiday():
    at = datetime(2026, 11, 20, 17, 0, tzinfo=OFFICE_ZONE)
    assert next_opening(at) == datetime(2026, 11, 24, 10, 0, tzinfo=OFFICE_ZONE)


def test_a_moment_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="zone"):
        is_office_open(datetime(2026, 11, 20, 12, 0))  # noqa: DTZ001 -- the point of the test


@pytest.mark.django_db
def test_closures_are_read_as_days():
    OfficeClosure.objects.create(first_day=date(2026, 12, 29), last_day=date(2027, 1, 5), reason_ja="年末年始", reason_en="New year")
    assert closed_days(date(2026, 12, 1), date(2026, 12, 30)) == {date(2026, 12, 29), date(2026, 12, 30)}
    assert closed_days(date(2027, 2, 1), date(2027, 2, 28)) == frozenset()


@pytest.mark.django_db
def test_a_closure_back_to_front_is_refused():
    closure = OfficeClosure(first_day=date(2026, 12, 30), last_day=date(2026, 12, 29), reason_ja="x", reason_en="x")
    with pytest.raises(ValidationError, match="最終日は初日以降"):
        closure.full_clean()
