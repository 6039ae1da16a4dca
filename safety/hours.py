"""The hours of people: when they sleep, when the next try is due, how long is too long. Pure functions (safety.md S3)."""

from datetime import datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

from django.utils.translation import gettext as _

from ossma.core.refusals import Refused

NIGHT_BEGINS, NIGHT_ENDS = 22, 7
MORNING = time(8)
# The clock of a place whose zone nobody knows.
HOME = "Asia/Tokyo"
# A call for help has been heard by a human being within this time, or its clock turns red.
CONTACT_TARGET = timedelta(minutes=10)
# "I am on the telephone with them": a lease, so that somebody whose line breaks down locks nobody out for long.
CALLING = timedelta(minutes=15)
# Whoever takes a name promises a try within this time; who was reached is looked at again after a day. Nobody is forgotten.
FIRST_TRY, AFTER_NOBODY, AFTER_CONTACT = timedelta(minutes=30), timedelta(hours=2), timedelta(days=1)
LONGEST_PAUSE = timedelta(days=14)
HALF_HOUR, TWO_HOURS, AT_EIGHT, ANOTHER = "30", "120", "eight", "own"


def is_night(zone: str, at: datetime) -> bool:
    """Say whether people sleep in that zone at that moment."""
    hour = at.astimezone(ZoneInfo(zone)).hour
    return hour >= NIGHT_BEGINS or hour < NIGHT_ENDS


def next_morning(zone: str, at: datetime) -> datetime:
    """The next time it is eight o'clock there."""
    local = at.astimezone(ZoneInfo(zone or HOME))
    eight = datetime.combine(local.date(), MORNING, local.tzinfo)
    return eight if eight > local else datetime.combine(local.date() + timedelta(days=1), MORNING, local.tzinfo)


def chosen_try(choice: str, own: datetime | None, *, zone: str, at: datetime) -> datetime | None:
    """The time behind one of the quick choices; `own` is the moment that was typed instead. None where nothing was chosen."""
    match choice:
        case "30" | "120":
            return at + timedelta(minutes=int(choice))
        case "eight":
            return next_morning(zone, at)
        case "own":
            return own
    return None


def require_try(next_try: datetime, at: datetime) -> datetime:
    """Refuse a next try in the past, or so far away that somebody would be forgotten."""
    if not at < next_try <= at + LONGEST_PAUSE:
        raise Refused(_("The next try must lie ahead, within 14 days."), field="next_try")
    return next_try


@lru_cache(maxsize=4)
def _sleeping(quarter: datetime) -> tuple[str, ...]:
    return tuple(sorted(zone for zone in available_timezones() if is_night(zone, quarter)))


def night_zones(at: datetime) -> tuple[str, ...]:
    """The names of all zones in which people sleep at that moment; no clock in the world changes between two quarters of an hour."""
    return _sleeping(at.replace(minute=at.minute // 15 * 15, second=0, microsecond=0))
