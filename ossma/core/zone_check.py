"""Whether every clock agrees: Python reads the pinned data, and PostgreSQL's own tables say the same for the next two years."""

import logging
import zoneinfo
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache

import tzdata
from django.db import DatabaseError, connection

from ossma.core.models import Country
from ossma.core.registries import Health

log = logging.getLogger(__name__)

YEARS = timedelta(days=731)
# Offsets are compared once a week: no two rules for a zone differ for less.
STEP = timedelta(days=7)
MOST_NAMED = 12
# A zone that PostgreSQL does not know would break the statement, so it is asked about the known ones only.
ASK = """
SELECT z.name, m.at, extract(epoch FROM (m.at AT TIME ZONE z.name) - (m.at AT TIME ZONE 'UTC'))::int
FROM unnest(%(zones)s::text[]) AS z(name) JOIN pg_timezone_names known ON known.name = z.name
CROSS JOIN unnest(%(moments)s::timestamptz[]) AS m(at)
"""
FOLLOWS = (
    "Nothing in OSSMA is judged by them; statements of your own that say AT TIME ZONE may be an hour wrong there."
    " Update the time zones of PostgreSQL (its package, or tzdata on its machine) and start it again."
)


def python_source() -> str:
    """Where Python reads its zones; empty when it is the pinned package."""
    return ":".join(zoneinfo.TZPATH)


@lru_cache(maxsize=4)
def differing(zones: tuple[str, ...], first: date) -> tuple[str, ...]:
    """Those of the zones of which PostgreSQL says another offset than Python in the two years from `first`, or which it does not know."""
    begin = datetime.combine(first, time(12), UTC)
    moments = [begin + n * STEP for n in range(YEARS // STEP)]
    with connection.cursor() as cursor:
        cursor.execute(ASK, {"zones": list(zones), "moments": moments})
        answers = cursor.fetchall()
    ours = {name: zoneinfo.ZoneInfo(name) for name in zones}
    wrong = {name for name, at, seconds in answers if at.astimezone(ours[name]).utcoffset() != timedelta(seconds=seconds)}
    return tuple(sorted(wrong | (set(zones) - {name for name, _at, _seconds in answers})))


def zones_in_use() -> tuple[str, ...]:
    """Every zone that a place of ours can have."""
    return tuple(sorted({zone for zones in Country.objects.values_list("zones", flat=True) for zone in zones}))


def health() -> Health:
    """Well while Python reads the pinned data. That PostgreSQL differs is said, and no alarm: nothing is judged by it."""
    version = f"tzdata {tzdata.IANA_VERSION}"
    if source := python_source():
        return Health(False, f"Python reads {source} instead of the pinned {version}: local times may be an hour wrong")
    zones = differing(zones_in_use(), datetime.now(UTC).date())
    if not zones:
        return Health(True, version)
    named = ", ".join(zones[:MOST_NAMED]) + (f" and {len(zones) - MOST_NAMED} more" if len(zones) > MOST_NAMED else "")
    return Health(True, f"{version}. PostgreSQL has other clocks for {named}. {FOLLOWS}", warns=True)


def warn_at_start() -> None:
    """Say it once in the log of each process that starts. Never keeps one from starting."""
    try:
        found = health()
    except DatabaseError:
        # It may still be starting or not be migrated; the health page asks again.
        return
    if not found.ok or found.warns:
        log.warning("time zones: %s", found.detail)
