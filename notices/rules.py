"""Rules of safety advisories as pure functions, and one item of a feed as the tables hold it (support.md N2)."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import IntEnum, StrEnum
from math import asin, cos, radians, sin, sqrt
from zoneinfo import ZoneInfo

# The feed is read every five minutes; after half an hour without a good reading the office is told (feeds-and-ui.md
# 1.5).
STALE_AFTER = timedelta(minutes=30)
# The ministry makes a new file every five minutes, also when nothing is new (4,286 of 4,286 recorded): one that is
# older than this stands still.
FROZEN_AFTER = timedelta(minutes=30)
# Who travels to a country within this time is concerned by what happens there.
SOON = timedelta(days=30)
# An item stays in the file of new arrivals for 48 hours. One that is gone earlier was taken back; the margin is for the
# ministry's own clock.
ARRIVALS = "02"
LISTED_FOR, MARGIN = timedelta(hours=48), timedelta(minutes=15)
# So many gone at once, and more than half of all, is a file that lost its items rather than a ministry that takes them
# all back.
DOUBTFUL_FROM = 5
# Within this distance of a city people go there and back in a day.
FAR_KM, EARTH_KM = 150, 6371.0
# Latitude and longitude in degrees.
Point = tuple[float, float]
HOME_ZONE = ZoneInfo("Asia/Tokyo")
# From this danger level on ("do not travel"), for urgent consular mail and infectious disease danger information, an
# advisory is grave.
GRAVE_LEVEL = 3
GRAVE_TYPES = frozenset({"R20", "T41", "T81"})
DANGER_TYPES = frozenset({"T40", "C30", "C31"})
# The two kinds that set a country's levels: each such item says all levels of its country anew.
RISK_TYPES, INFECTION_TYPES = frozenset({"T40"}), frozenset({"T41", "T81"})
MAIL_TYPE = "R10"
# What a mission sends about its own counters. Only these words in the title of an ordinary mail; an unplanned closing
# is news.
COUNTER = re.compile("休館日|休館のお知らせ|在外選挙|在外投票|領事手数料|領事出張サービス")
NO_COUNTER = re.compile("臨時|退避|緊急|危険|安全|注意喚起|停止|閉鎖")


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
    oddities: list[str]
    # Of an ordinary mail of a consulate: the cities it speaks of, where it speaks of nothing larger.
    city_names: list[str]
    country_cds: frozenset[str]


@dataclass(frozen=True, slots=True)
class Reading:
    """A file, understood.

    `name`: which feed it is of; `feed_time`: the ministry's own time of it, never later than our reading.
    """

    name: str
    feed_time: datetime
    items: Sequence[Incoming]
    unusable: int = 0

    @property
    def is_arrivals(self) -> bool:
        """Whether it holds everything of the last 48 hours, so that what is missing was taken back."""
        return self.name == ARRIVALS


class Novelty(StrEnum):
    """What an item of a feed is to us.

    RETURNED: it had been taken back and is there again. TAKEN_BACK: new to us, but gone from a newer file.
    """

    NEW = "new"
    CHANGED = "changed"
    RETURNED = "returned"
    TAKEN_BACK = "taken back"
    SAME = "same"


class Weight(IntEnum):
    """How grave an advisory is; lists begin with the heaviest."""

    COUNTER = 0
    MAIL = 1
    WARN = 2
    DANGER = 3


# Colour is never alone: the kind's or the level's name stands in the chip.
CHIPS = {Weight.DANGER: "danger", Weight.WARN: "warn", Weight.MAIL: "neutral", Weight.COUNTER: "neutral"}


@dataclass(frozen=True, slots=True)
class Held:
    """An advisory as we hold it: its fingerprint, the time of its file, and whether it was taken back."""

    content_hash: str
    as_of: datetime | None
    is_withdrawn: bool


def novelty(item: Incoming, held: Held | None, *, feed_time: datetime, newest: datetime | None, is_arrivals: bool) -> Novelty:
    """Compare an item with what we hold. `newest`: the time of the newest file ever read of this feed.

    An older file changes nothing and brings nothing back; what is new in it is added, but not as current if a newer
    file should hold it too.
    """
    is_older = newest is not None and feed_time < newest
    if held is None:
        gone = is_older and is_arrivals and newest is not None and still_listed(item.issued_on, item.issued_at, newest)
        return Novelty.TAKEN_BACK if gone else Novelty.NEW
    if is_older or (held.as_of is not None and feed_time < held.as_of):
        return Novelty.SAME
    if held.content_hash != item.content_hash:
        return Novelty.CHANGED
    return Novelty.RETURNED if held.is_withdrawn else Novelty.SAME


def still_listed(issued_on: date | None, issued_at: datetime | None, feed_time: datetime) -> bool:
    """Whether a file of new arrivals of that time must hold an item of this age.

    Of what has a day only, the day's first moment counts.
    """
    moment = issued_at or (datetime.combine(issued_on, time(0), HOME_ZONE) if issued_on else None)
    return moment is not None and moment > feed_time - LISTED_FOR + MARGIN


def taken_back(expected: Collection[str], present: Collection[str]) -> frozenset[str]:
    """Which of the items that a file must hold are gone; none where it lost so many that the file is doubtful."""
    gone = frozenset(expected) - frozenset(present)
    return frozenset() if len(gone) >= DOUBTFUL_FROM and 2 * len(gone) > len(expected) else gone


def is_stale(last_good: datetime | None, at: datetime) -> bool:
    """Whether the advisories we show may miss something: no good reading yet, or none for half an hour."""
    return last_good is None or at - last_good > STALE_AFTER


def is_frozen(feed_time: datetime | None, at: datetime) -> bool:
    """Whether the ministry's own file stands still, however often we read it."""
    return feed_time is not None and at - feed_time > FROZEN_AFTER


def weight(info_type: str, levels: Sequence[int], title: str) -> Weight:
    """How grave an advisory is. In doubt the heavier."""
    if info_type in GRAVE_TYPES or any(level >= GRAVE_LEVEL for level in levels):
        return Weight.DANGER
    if info_type in DANGER_TYPES or levels:
        return Weight.WARN
    is_counter = info_type == MAIL_TYPE and COUNTER.search(title) and not NO_COUNTER.search(title)
    return Weight.COUNTER if is_counter else Weight.MAIL


def weight_of_level(level: int) -> Weight:
    """How a level of a country is marked, whatever kind of information sets it."""
    if level >= GRAVE_LEVEL:
        return Weight.DANGER
    return Weight.WARN if level else Weight.MAIL


def is_elsewhere(cities: Sequence[Point], places: Sequence[Point | None]) -> bool:
    """Whether all cities that an advisory speaks of lie far from all places of a reader. In doubt it concerns them."""
    if not cities or not places:
        return False
    return all(place is not None and kilometres(city, place) > FAR_KM for city in cities for place in places)


def kilometres(one: Point, other: Point) -> float:
    """The great circle between two points."""
    (south, west), (north, east) = (map(radians, one), map(radians, other))
    half = sin((north - south) / 2) ** 2 + cos(south) * cos(north) * sin((east - west) / 2) ** 2
    return 2 * EARTH_KM * asin(min(1.0, sqrt(half)))


def highest(levels: Sequence[int]) -> int:
    """The highest level; 0 where none is named, which does not mean that it is safe there."""
    return max(levels, default=0)
