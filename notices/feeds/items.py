"""What a feed holds once it is understood."""

from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import models
from django.utils.translation import gettext_lazy as _

CREDIT = "出典：外務省 海外安全情報オープンデータ（https://www.ezairyu.mofa.go.jp/html/opendata/）"


class Oddness(models.TextChoices):
    """Why a person must look at an item before it may be matched by machine alone."""

    UNKNOWN_TYPE = "unknown_type", _("unknown kind of information")
    UNKNOWN_COUNTRY = "unknown_country", _("unknown country code")
    UNKNOWN_AREA = "unknown_area", _("unknown area code")
    UNKNOWN_MISSION = "unknown_mission", _("unknown mission code")
    NO_COUNTRY = "no_country", _("no country named")
    NO_TITLE = "no_title", _("no title")
    NO_TEXT = "no_text", _("no text")
    NO_LINK = "no_link", _("no link")
    BAD_DATE = "bad_date", _("date that cannot be read")
    TWICE = "twice", _("twice in one file with different contents")
    FOREIGN_LINK = "foreign_link", _("link to another site, left out")
    STRANGE_LEVEL = "strange_level", _("level that cannot be read")
    TOO_LONG = "too_long", _("too long, cut")


@dataclass(frozen=True, slots=True)
class Oddity:
    """One thing the reader did not know what to make of, with the value as it stood there (shortened)."""

    kind: Oddness
    value: str = ""

    def __str__(self) -> str:
        return f"{self.kind.label}: {self.value}" if self.value else str(self.kind.label)


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One piece of information.

    `issued_at` is None where the ministry gives a day only: sort by our own first sight of it.
    """

    key: str
    info_type: str
    content_tags: tuple[str, ...]
    # None where the ministry's date cannot be read (Oddness.BAD_DATE): the item is kept all the same.
    issued_on: date | None
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
    """A whole file. `data_type` L light, A full; `od_type` 02 new arrivals, 04 country; times are aware.

    `name`: which of the ministry's feeds it is a file of, "02" or "04:0033". `unusable`: how many items had no key to
    keep them by.
    """

    items: tuple[Item, ...]
    last_modified: datetime
    data_type: str
    od_type: str
    name: str
    unusable: int = 0
