"""Gaps and clashes of an itinerary (member-portal.md M5)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from applications.states import TRANSPORT
from ossma.core.refusals import Refused

# Half a day between two items is a night train without its own line, not a hole in what is known.
SHORTEST_GAP = timedelta(hours=12)
LONGEST_MARGIN = timedelta(days=7)
# "I am in …" without a word of until when holds for so many days (safety.md S2).
REPORT_DAYS = 3


@dataclass(frozen=True, slots=True)
class Item:
    """One line of the itinerary as far as these rules look."""

    pk: int
    kind: str
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Gap:
    """Time of the travel period for which nothing says where the member is."""

    starts_at: datetime
    ends_at: datetime

    @property
    def days(self) -> int:
        """Whole days, at least one."""
        return max(1, (self.ends_at - self.starts_at).days)


@dataclass(frozen=True, slots=True)
class Span:
    """A travel period with the clocks of its ends: that of the first stop and that of the last."""

    first_day: date
    last_day: date
    zone: ZoneInfo
    end_zone: ZoneInfo

    @property
    def begin(self) -> datetime:
        """The moment at which it begins."""
        return datetime.combine(self.first_day, time.min, self.zone)

    @property
    def end(self) -> datetime:
        """The moment at which it is over."""
        return datetime.combine(self.last_day + timedelta(days=1), time.min, self.end_zone)


def gaps(items: Sequence[Item], span: Span) -> list[Gap]:
    """Times of the travel period that no item covers. The day of departure and that of return are forgiven."""
    begin, end = span.begin, span.end
    known_until = begin
    found: list[Gap] = []
    for item in sorted(items, key=lambda item: item.starts_at):
        if min(item.starts_at, end) - known_until > _patience(known_until, begin, item.starts_at, end):
            found.append(Gap(known_until, min(item.starts_at, end)))
        known_until = max(known_until, item.ends_at)
    if end - known_until > _patience(known_until, begin, end, end):
        found.append(Gap(known_until, end))
    return found


def _patience(since: datetime, begin: datetime, until: datetime, end: datetime) -> timedelta:
    if since == begin or until >= end:
        return timedelta(days=1)
    return SHORTEST_GAP


def clashes(items: Sequence[Item]) -> Iterator[tuple[Item, Item]]:
    """Items that say two places at once. A journey within a stay is no clash: a night flight overlaps a paid hotel night."""
    for on_the_way in (False, True):
        holder: Item | None = None
        for item in sorted(items, key=lambda item: (item.starts_at, item.pk)):
            if (item.kind in TRANSPORT) != on_the_way:
                continue
            if holder and item.starts_at < holder.ends_at:
                yield holder, item
            if holder is None or item.ends_at > holder.ends_at:
                holder = item


def refusal_of_item(starts_at: datetime, ends_at: datetime, span: Span, *, transport: bool = False) -> Refused | None:
    """Why an item cannot stand in this itinerary, if so. A week before and after the period is allowed for the journey.

    `transport`: two places with two clocks. What counts are the moments: it may arrive earlier by the clocks than it left.
    """
    if ends_at <= starts_at:
        if transport:
            words = _("By the clocks of both places it arrives before it departs. Please check dates, times and places.")
            return Refused(words, field="ends", code="backwards")
        return Refused(_("The end lies before the beginning. Please check both times."), field="ends", code="backwards")
    if ends_at <= span.begin - LONGEST_MARGIN or starts_at >= span.end + LONGEST_MARGIN:
        return Refused(_("This lies outside the travel period of the application. Please check the date."), field="starts", code="outside")
    return None


def report_ends(until: date | None, zone: ZoneInfo, last_day: date, *, at: datetime, is_home: bool = False) -> datetime:
    """Until when "I am in …" holds: the end of the day `until` by the clock of that place, a few days where nobody knows.

    `is_home`: who is back in Japan and does not know better is back for the rest of the journey.

    Raises Refused for a day that is over, or long after the journey.
    """
    today = at.astimezone(zone).date()
    usual = max(last_day, today) if is_home else today + timedelta(days=REPORT_DAYS)
    day = usual if until is None else until
    if day < today:
        raise Refused(_("This day is over. Choose today or a later day."), field="until")
    if day > max(last_day, today) + LONGEST_MARGIN:
        raise Refused(_("This is after your travel period. If you stay longer, change the period of the application."), field="until")
    return datetime.combine(day + timedelta(days=1), time.min, zone)
