"""What a feed holds once it is understood."""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

CREDIT = "出典：外務省 海外安全情報オープンデータ（https://www.ezairyu.mofa.go.jp/html/opendata/）"


class Oddness(StrEnum):
    """Why a person must look at an item before it may be matched by machine alone."""

    UNKNOWN_TYPE = "unknown_type"
    UNKNOWN_COUNTRY = "unknown_country"
    UNKNOWN_AREA = "unknown_area"
    UNKNOWN_MISSION = "unknown_mission"
    NO_COUNTRY = "no_country"
    NO_TITLE = "no_title"
    NO_TEXT = "no_text"
    NO_LINK = "no_link"
    FOREIGN_LINK = "foreign_link"
    STRANGE_LEVEL = "strange_level"
    TOO_LONG = "too_long"


@dataclass(frozen=True, slots=True)
class Oddity:
    """One thing the reader did not know what to make of, with the value as it stood there (shortened)."""

    kind: Oddness
    value: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One piece of information. `issued_at` is None where the ministry gives a day only: sort by our own first sight of it."""

    key: str
    info_type: str
    content_tags: tuple[str, ...]
    issued_on: date
    issued_at: datetime | None
    area_cds: frozenset[str]
    # Known countries it concerns: those tagged in the feed and those of the sending mission.
    country_cds: frozenset[str]
    tagged_cds: frozenset[str]
    unknown_cds: tuple[str, ...]
    mission_cd: str
    title: str
    lead: str
    # Only in full files (dataType A); not part of content_hash, so that light and full files of one item agree.
    body: str
    url: str
    risk_levels: frozenset[int]
    infection_levels: frozenset[int]
    map_url: str
    content_hash: str
    oddities: tuple[Oddity, ...] = field(default=())

    @property
    def needs_look(self) -> bool:
        """Say whether the duty desk must see it: never silence (feeds-and-ui.md 1.4)."""
        return bool(self.oddities)


@dataclass(frozen=True, slots=True)
class Feed:
    """A whole file, all of it or nothing. `data_type` L light, A full; `od_type` 02 new arrivals, 04 country; times are aware."""

    items: tuple[Item, ...]
    last_modified: datetime
    data_type: str
    od_type: str
