"""What the clocks of all zones show, as parameters for SQL: the server's own tables of zones never judge (architecture.md, "Clocks").

PostgreSQL reads the time zones of its own package or of its machine, which change at another hour than Python's. So no statement says
`AT TIME ZONE '<region>'`: `local_day` and `midnight` read what is computed here, from the same data as mails and pages.
"""

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

DAY = timedelta(days=1)
# No zone changes its clock twice within so many days: Morocco's month of fasting, the shortest of all pauses, has 29 or 30.
STEP = 14
# How far back midnights are exact; days before count with the first clock known. A period abroad has a year at most.
PAST = 400
QUARTER = 15

_LOCAL_DAY = "(%(zones_day)s::date + CASE WHEN {zone} = ANY(%(zones_behind)s) THEN -1 WHEN {zone} = ANY(%(zones_ahead)s) THEN 1 ELSE 0 END)"
# To be joined to; a zone that nobody knows finds no row.
OFFSETS = (
    "unnest(%(zones_name)s::text[], %(zones_since)s::date[], %(zones_until)s::date[], %(zones_seconds)s::int[])"
    " AS zone_offset(name, since, until, seconds)"
)
_OFFSET_JOIN = "LEFT JOIN {offsets} ON zone_offset.name = {zone} AND {day} >= zone_offset.since AND {day} < zone_offset.until"
_MIDNIGHT = "(({day}::timestamp - make_interval(secs => COALESCE(zone_offset.seconds, 0))) AT TIME ZONE 'UTC')"


def local_day(zone: str) -> str:
    """SQL: the date by the clock of the zone in the column `zone`, at the moment that `days_at` was given. An unknown zone counts as UTC."""
    return _LOCAL_DAY.format(zone=zone)


def join_offsets(zone: str, day: str) -> str:
    """SQL: the join that `midnight` of the same `day` needs, with the parameters of `offsets_around`."""
    return _OFFSET_JOIN.format(offsets=OFFSETS, zone=zone, day=day)


def midnight(day: str) -> str:
    """SQL: the moment at which the date in the column `day` begins in the zone joined by `join_offsets`."""
    return _MIDNIGHT.format(day=day)


def days_at(at: datetime) -> dict[str, Any]:
    """The parameters of `local_day`: the date in UTC, and the zones that are a day behind or ahead of it."""
    at = at.astimezone(UTC)
    # Days change at quarters of an hour only.
    behind, ahead = _off_by_a_day(at.replace(minute=at.minute // QUARTER * QUARTER, second=0, microsecond=0))
    return {"zones_day": at.date(), "zones_behind": list(behind), "zones_ahead": list(ahead)}


@lru_cache(maxsize=4)
def _off_by_a_day(at: datetime) -> tuple[tuple[str, ...], tuple[str, ...]]:
    today = at.date()
    days = {zone: at.astimezone(ZoneInfo(zone)).date() for zone in available_timezones()}
    return (
        tuple(sorted(zone for zone, day in days.items() if day < today)),
        tuple(sorted(zone for zone, day in days.items() if day > today)),
    )


def offsets_around(at: datetime, days: int) -> dict[str, Any]:
    """The parameters of `join_offsets`: for each zone the offset with which its days begin, from 400 days before `at` to `days` after it."""
    today = at.astimezone(UTC).date()
    names, since, until, seconds = _offsets(today - timedelta(days=PAST), today + timedelta(days=days + 2))
    return {"zones_name": list(names), "zones_since": list(since), "zones_until": list(until), "zones_seconds": list(seconds)}


@lru_cache(maxsize=4)
def _offsets(first: date, last: date) -> tuple[tuple[Any, ...], ...]:
    rows = []
    for name in sorted(available_timezones()):
        zone = ZoneInfo(name)
        changes = _changes(zone, first, last)
        starts = [date.min, *changes]
        ends = [*changes, date.max]
        rows += [(name, start, end, _seconds(zone, max(start, first))) for start, end in zip(starts, ends, strict=True)]
    return tuple(zip(*rows, strict=True))


def _changes(zone: ZoneInfo, first: date, last: date) -> list[date]:
    """The days between the two that begin by another offset than the day before."""
    found = []
    low = first
    while low < last:
        high = min(low + timedelta(days=STEP), last)
        before = _seconds(zone, low)
        if _seconds(zone, high) != before:
            left, right = low, high
            while right - left > DAY:
                middle = left + (right - left) // 2
                left, right = (middle, right) if _seconds(zone, middle) == before else (left, middle)
            found.append(right)
        low = high
    return found


def _seconds(zone: ZoneInfo, day: date) -> int:
    """The offset with which a day begins; of a midnight that comes twice the first."""
    return int((datetime.combine(day, time(), zone).utcoffset() or timedelta()).total_seconds())
