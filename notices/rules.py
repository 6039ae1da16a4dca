"""Rules of safety advisories as pure functions, and one item of a feed as the tables hold it (support.md N2)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

# The feed is read every five minutes; after half an hour without a good reading the office is told (feeds-and-ui.md 1.5).
STALE_AFTER = timedelta(minutes=30)
# Who travels to a country within this time is concerned by what happens there.
SOON = timedelta(days=30)
# From this danger level on ("do not travel"), and for urgent consular mail, a list shows an advisory as grave.
GRAVE_LEVEL = 3
URGENT_TYPE = "R20"
DANGER_TYPES = frozenset({"T40", "T41", "C30", "C31"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """One item of a feed, understood: what is stored, and the ministry codes of the countries it concerns."""

    key_cd: str
    info_type: str
    title: str
    lead: str
    url: str
    issued_on: date | None
    issued_at: datetime | None
    unknown_countries: list[str]
    mission_cd: str
    risk_levels: list[int]
    infection_levels: list[int]
    content_hash: str
    needs_look: bool
    country_cds: frozenset[str]


class Novelty(StrEnum):
    """What an item of a feed is to us."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"


def novelty(item: Incoming, known: Mapping[str, str], *, newest: bool) -> Novelty:
    """Compare an item with the content hashes we hold (by key). A file older than our last good one changes nothing it does not add."""
    held = known.get(item.key_cd)
    if held is None:
        return Novelty.NEW
    return Novelty.CHANGED if newest and held != item.content_hash else Novelty.SAME


def is_stale(last_good: datetime | None, at: datetime) -> bool:
    """Whether the advisories we show may miss something: no good reading yet, or none for half an hour."""
    return last_good is None or at - last_good > STALE_AFTER


def weight(info_type: str, levels: list[int]) -> str:
    """How a list marks an advisory: danger, warn or neutral. Colour is never alone: the kind's name stands in it."""
    if info_type == URGENT_TYPE or any(level >= GRAVE_LEVEL for level in levels):
        return "danger"
    return "warn" if info_type in DANGER_TYPES else "neutral"
