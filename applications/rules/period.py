"""Months abroad (money.md, "Fees"): a month runs to the day before the same day of the next month."""

from calendar import monthrange
from datetime import MAXYEAR, date, datetime, timedelta

from ossma.core.formats import HOME_ZONE

LONGEST_MONTHS = 12
RESIDENCE_MONTHS = 3
MONTHS_A_YEAR = 12


def end_of_months(first: date, months: int) -> date:
    """The last day of `months` months (from 1) that begin on `first`.

    Where the same day does not exist the month ends on its last one: 31 January and one month end on 28 or 29 February.
    """
    count = first.month - 1 + months
    year, month = first.year + count // MONTHS_A_YEAR, count % MONTHS_A_YEAR + 1
    if year > MAXYEAR:
        return date.max
    length = monthrange(year, month)[1]
    if first.day > length:
        return date(year, month, length)
    return date(year, month, first.day) - timedelta(days=1)


def months_abroad(first: date, last: date) -> int | None:
    """Begun months from `first` to `last`, both included; None for more than twelve, where the office quotes.

    Raises ValueError for a period that runs backwards.
    """
    if last < first:
        raise ValueError(f"A period ends on {last}, before it begins on {first}.")
    return next((months for months in range(1, LONGEST_MONTHS + 1) if last <= end_of_months(first, months)), None)


def is_residence(first: date, last: date) -> bool:
    """Say whether a stay reaches three months: then 在留届 is a legal duty and takes the place of Tabi-Regi (support.md N3)."""
    return last >= end_of_months(first, RESIDENCE_MONTHS)


def days_abroad(first: date, last: date) -> int:
    """Days from first to last, both counted."""
    return (last - first).days + 1


def day_in_japan(at: datetime) -> date:
    """The calendar day in Japan, by which applications, fee tables and contracts go."""
    return at.astimezone(HOME_ZONE).date()
