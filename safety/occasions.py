"""The days of a schedule and their hours, as pure functions (safety.md S1, "Schedules")."""

from calendar import monthrange
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

from safety.models import CheckSchedule
from safety.states import Rhythm

# The first place on earth where a day begins, and how long after that an occasion is still worth asking at all.
EARLIEST = timedelta(hours=14)
TOO_LATE = timedelta(hours=12)
# After a longer silence of the machines nobody asks about the days before.
LOOK_BACK = timedelta(days=3)
A_WEEK = 7


def opens_at(day: date, local_time: time) -> datetime:
    """When the hour of that day is reached first anywhere: then the audience is frozen."""
    return datetime.combine(day, local_time, UTC) - EARLIEST


def is_occasion(schedule: CheckSchedule, day: date) -> bool:
    """Whether the schedule asks on that day."""
    if day < schedule.starts_on or (schedule.ends_on is not None and day > schedule.ends_on):
        return False
    match schedule.rhythm:
        case Rhythm.WEEKLY:
            return day.weekday() == schedule.weekday
        case Rhythm.FORTNIGHTLY:
            return day.weekday() == schedule.weekday and (day - _first(schedule)).days % (2 * A_WEEK) == 0
        case Rhythm.MONTHLY:
            return day.day == min(schedule.day or 1, monthrange(day.year, day.month)[1])
    return True


def _first(schedule: CheckSchedule) -> date:
    """The first day of a fortnightly schedule: the weekday on or after its beginning."""
    return schedule.starts_on + timedelta(days=((schedule.weekday or 0) - schedule.starts_on.weekday()) % A_WEEK)


def days_between(schedule: CheckSchedule, first: date, last: date) -> Iterator[date]:
    """The days from `first` to `last`, both included, on which the schedule asks."""
    day = max(first, schedule.starts_on)
    while day <= last:
        if is_occasion(schedule, day):
            yield day
        day += timedelta(days=1)


def next_days(schedule: CheckSchedule, after: datetime, number: int) -> list[date]:
    """The next occasions whose hour has not come anywhere yet."""
    found: list[date] = []
    first = after.date()
    for day in days_between(schedule, first, max(first, schedule.starts_on) + timedelta(days=31 * (number + 1))):
        if opens_at(day, schedule.local_time) > after:
            found.append(day)
        if len(found) == number:
            break
    return found


def departed_on(schedule: CheckSchedule, day: date) -> date | None:
    """For "days after departure": the first day of the journeys that are asked about on `day`."""
    return day - timedelta(days=schedule.day or 0) if schedule.rhythm == Rhythm.DEPARTURE else None
