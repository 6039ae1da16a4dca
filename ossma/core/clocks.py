"""Wall clocks abroad: a time as it stands on a ticket, made into a moment."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

GAP_SEARCH = timedelta(hours=3)


@dataclass(frozen=True, slots=True)
class Reading:
    """What a wall clock time means: one moment, two (the clock was put back), or none (it was put forward past it)."""

    moments: tuple[datetime, ...]
    # Only for a time that does not exist: the first wall clock time after the jump.
    resumes_at: datetime | None = None

    @property
    def is_ambiguous(self) -> bool:
        """The clock shows this time twice that night."""
        return len(self.moments) > 1


def read_clock(wall: datetime, zone: ZoneInfo) -> Reading:
    """Read a naive local time in a zone; moments come in UTC, the earlier first."""
    found = sorted({wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1)})
    true = tuple(moment for moment in found if moment.astimezone(zone).replace(tzinfo=None) == wall)
    return Reading(true) if true else Reading((), _after_gap(wall, zone))


def _after_gap(wall: datetime, zone: ZoneInfo) -> datetime:
    """The wall clock right after the jump over `wall`: the offset changes between two moments that are halved until they meet."""
    low = (wall - GAP_SEARCH).replace(tzinfo=zone).astimezone(UTC)
    high = (wall + GAP_SEARCH).replace(tzinfo=zone).astimezone(UTC)
    before = low.astimezone(zone).utcoffset()
    while high - low > timedelta(seconds=1):
        middle = low + (high - low) // 2
        if middle.astimezone(zone).utcoffset() == before:
            low = middle
        else:
            high = middle
    return high.astimezone(zone).replace(tzinfo=None, microsecond=0)


def offset_label(moment: datetime, zone: ZoneInfo) -> str:
    """UTC+2, UTC-3:30: how two equal wall clock times are told apart."""
    minutes = int((moment.astimezone(zone).utcoffset() or timedelta()).total_seconds() // 60)
    hours, rest = divmod(abs(minutes), 60)
    return f"UTC{'-' if minutes < 0 else '+'}{hours}" + (f":{rest:02d}" if rest else "")
