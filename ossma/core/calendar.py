"""Japanese business days (bank calendar) and the office's hours. Pure: closures are an argument (closures.py reads them).

A term of n business days does not count its first day (Civil Code art. 140) and never ends on a day on which banks are shut (art. 142).
"""

from collections.abc import Set as AbstractSet
from datetime import date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import holidays

OFFICE_ZONE = ZoneInfo("Asia/Tokyo")
OFFICE_OPENS = time(10)
OFFICE_CLOSES = time(17)
SATURDAY = 5
NO_CLOSURES: frozenset[date] = frozenset()


@cache
def bank_holidays(year: int) -> frozenset[date]:
    """Weekdays and weekends of a year on which banks rest beside the weekly rest: public holidays and 31 December to 3 January."""
    return _days_of(year, ("public", "bank"))


@cache
def public_holidays(year: int) -> frozenset[date]:
    """The national holidays of a year, substitute ones included."""
    return _days_of(year, ("public",))


def _days_of(year: int, categories: tuple[str, ...]) -> frozenset[date]:
    days = frozenset(holidays.country_holidays("JP", years=year, categories=categories))
    if not days:
        # Outside 1949 to 2099 the package answers with nothing, which would make every weekday a business day.
        raise ValueError(f"No Japanese calendar is known for {year}.")
    return days


def is_business_day(day: date, closures: AbstractSet[date] = NO_CLOSURES) -> bool:
    """Say whether banks and the office both work on that day."""
    return day.weekday() < SATURDAY and day not in bank_holidays(day.year) and day not in closures


def business_day_from(day: date, closures: AbstractSet[date] = NO_CLOSURES) -> date:
    """The day itself if business is done on it, else the next on which it is."""
    while not is_business_day(day, closures):
        day += timedelta(days=1)
    return day


def add_business_days(day: date, n: int, closures: AbstractSet[date] = NO_CLOSURES) -> date:
    """The n-th business day after `day` (n from 1): 24 April 2026 and 5 give 7 May. Raises ValueError for n below 1."""
    return _step(day, n, timedelta(days=1), closures)


def business_days_before(day: date, n: int, closures: AbstractSet[date] = NO_CLOSURES) -> date:
    """The n-th business day before `day` (n from 1). Raises ValueError for n below 1."""
    return _step(day, n, timedelta(days=-1), closures)


def _step(day: date, n: int, step: timedelta, closures: AbstractSet[date]) -> date:
    if n < 1:
        raise ValueError(f"A term has at least one business day, not {n}.")
    for _ in range(n):
        day += step
        while not is_business_day(day, closures):
            day += step
    return day


def office_hours(day: date, closures: AbstractSet[date] = NO_CLOSURES) -> tuple[datetime, datetime] | None:
    """When the office opens and closes on a day of Japan, aware; None on a day it is shut. The helpline never asks this."""
    if day.weekday() >= SATURDAY or day in public_holidays(day.year) or day in closures:
        return None
    return datetime.combine(day, OFFICE_OPENS, OFFICE_ZONE), datetime.combine(day, OFFICE_CLOSES, OFFICE_ZONE)


def is_office_open(at: datetime, closures: AbstractSet[date] = NO_CLOSURES) -> bool:
    """Say whether somebody is in the office at that moment (aware; 10:00 counts, 17:00 does not)."""
    hours = office_hours(_office_day(at), closures)
    return hours is not None and hours[0] <= at < hours[1]


def next_opening(at: datetime, closures: AbstractSet[date] = NO_CLOSURES) -> datetime:
    """The moment the office opens next, strictly after `at` (aware)."""
    day = _office_day(at)
    while (hours := office_hours(day, closures)) is None or hours[0] <= at:
        day += timedelta(days=1)
    return hours[0]


def _office_day(at: datetime) -> date:
    if at.tzinfo is None:
        raise ValueError("A moment needs its zone.")
    return at.astimezone(OFFICE_ZONE).date()
