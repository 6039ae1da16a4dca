"""What goes back when an application is cancelled, by the days left before the first day (money.md, "Fees")."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from ossma.core.refusals import Refused

NOTHING_BACK = Decimal(0)

MOVED_ON = "moved_on"


@dataclass(frozen=True, slots=True)
class Line:
    """One rule of a table: from so many days before the first day on, this share goes back."""

    days_before: int
    share: Decimal


def days_left(first_day: date, today: date) -> int:
    """Days from today (Japan) to the first day."""
    return (first_day - today).days


def rule_for(left: int, rows: Mapping[int, Decimal]) -> Line:
    """The rule of a table {days before: share} with so many days left: the strictest that is still kept. Nothing goes back below the smallest."""
    for days, share in sorted(rows.items(), reverse=True):
        if left >= days:
            return Line(days, share)
    return Line(0, NOTHING_BACK)


def percent(share: Decimal) -> str:
    """A share as people write it: 100%, 33.3%."""
    return f"{(share * 100).normalize():f}%"


def no_rule() -> Refused:
    """No table has been entered yet."""
    return Refused(_("No cancellation rule has been set yet. Please write to the office."), code="no_rule")


def moved_on() -> Refused:
    """What was shown no longer holds: the day has changed, or money has moved meanwhile."""
    return Refused(_("The figures have changed meanwhile. Please look at them again."), code=MOVED_ON)
