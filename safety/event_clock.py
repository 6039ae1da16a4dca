"""By which clocks a message tells its reader when something happened: the place's and Japan's (look.md)."""

from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from ossma.core import formats


def event_zone_for(event_zone: str, own_zone: str) -> str:
    """The clock beside Japan's: the event's; where that is Japan's own, which forms begin with and checks without an event have, the reader's."""
    return own_zone if event_zone == formats.HOME_ZONE.key and own_zone else event_zone


@lru_cache(maxsize=1024)
def told(moment: datetime, event_zone: str, own_zone: str, language: str) -> str:
    """The moment by both clocks. Kept: a crowd is told the same few."""
    return formats.both_clocks(moment, ZoneInfo(event_zone_for(event_zone, own_zone)), language)
