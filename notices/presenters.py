"""Advisories and danger levels as pages show them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from notices import queries
from notices.feeds.info_types import label_of
from notices.feeds.items import Oddness
from notices.models import Advisory
from notices.queries import Concern, CountryLevels, Touching
from notices.rules import CHIPS, MAIL_TYPE, Weight, highest, weight, weight_of_level
from ossma.core.countries import queries as countries
from ossma.core.models import Country
from ossma.core.viewer import Viewer

# What the ministry's levels mean, in its own words.
MEANINGS = {
    4: _lazy("evacuate, do not travel there"),
    3: _lazy("do not travel there"),
    2: _lazy("no travel that is not necessary"),
    1: _lazy("be careful"),
}


@dataclass(frozen=True, slots=True)
class AdvisoryRow:
    """An advisory in a list. `type` is empty for ordinary mail: a word that stands on every line says nothing."""

    advisory: Advisory
    countries: list[Country]
    concern: Concern
    type: str
    weight: str
    levels: list[str]
    issued: date | datetime | None
    has_clock: bool

    @property
    def here(self) -> bool:
        """Whether the reader's members are there now."""
        return bool(self.concern.now)

    @property
    def is_changed(self) -> bool:
        """Whether it says something else than when it was first seen."""
        return self.advisory.version > 1


@dataclass(frozen=True, slots=True)
class LevelLine:
    """One danger level of a country: the highest in its words, and what else holds in parts of it.

    Never "safe": without a level it says so.
    """

    label: str
    weight: str
    others: str
    issued_on: date | None
    changed_at: datetime | None
    url: str
    level: int


@dataclass(frozen=True, slots=True)
class CountryRow:
    """A country with its danger levels, none where none is known."""

    country: Country
    lines: list[LevelLine]
    concern: Concern

    @property
    def level(self) -> int:
        """The highest of all, for the order."""
        return max((line.level for line in self.lines), default=0)


def advisory_row(found: Touching) -> AdvisoryRow:
    """An advisory (its countries prefetched) with whom it concerns."""
    row = found.advisory
    return AdvisoryRow(
        advisory=row,
        countries=list(row.countries.all()),
        concern=found.concern,
        type=_type_of(row),
        weight=CHIPS[weight(row.info_type, [*row.risk_levels, *row.infection_levels], row.title)],
        levels=[_level(level, is_infection=False) for level in row.risk_levels]
        + [_level(level, is_infection=True) for level in row.infection_levels],
        issued=row.issued_at or row.issued_on,
        has_clock=row.issued_at is not None,
    )


def _type_of(row: Advisory) -> str:
    if row.info_type != MAIL_TYPE:
        return label_of(row.info_type)
    return _("Opening hours and other counter matters") if row.weight == Weight.COUNTER else ""


def _level(level: int, *, is_infection: bool) -> str:
    return (_("Infection level %(n)d") if is_infection else _("Level %(n)d")) % {"n": level}


def level_line(found: CountryLevels) -> LevelLine:
    """The level of a country that one item of the ministry sets."""
    row, level = found.advisory, highest(found.levels)
    if not level:
        label = _("No infection level in the newest information") if found.is_infection else _("No danger level in the newest information")
    else:
        name = _("Infection level %(n)d: %(meaning)s") if found.is_infection else _("Danger level %(n)d: %(meaning)s")
        label = name % {"n": level, "meaning": MEANINGS[level]}
    return LevelLine(
        label=label,
        weight=CHIPS[weight_of_level(level)],
        others=", ".join(str(one) for one in found.levels if one != level),
        issued_on=row.issued_on,
        changed_at=row.changed_at if row.version > 1 else None,
        url=row.url,
        level=level,
    )


def country_rows(
    listed: Iterable[Country], levels: Mapping[str, list[CountryLevels]], concerns: Mapping[str, Concern] | None = None
) -> list[CountryRow]:
    """Countries with their levels: the highest first, then where most members are, then by name."""
    known = concerns or {}
    rows = [CountryRow(one, [level_line(found) for found in levels.get(one.pk, [])], known.get(one.pk, Concern())) for one in listed]
    return sorted(rows, key=lambda row: (-row.level, -row.concern.now, -row.concern.soon, row.country.label))


def levels_where_members_are(viewer: Viewer, at: datetime, concerns: Mapping[str, Concern] | None = None) -> list[CountryRow]:
    """The danger levels of the countries where the viewer's members are or travel within 30 days, the highest first."""
    known = queries.concern_by_country(viewer, at) if concerns is None else concerns
    return country_rows(countries.by_codes(list(known)), queries.levels_of(known), known)


def danger_levels(listed: Iterable[Country]) -> dict[str, list[LevelLine]]:
    """The levels of countries by ministry code; an empty list where none is known, which is not "safe"."""
    known = list(listed)
    return {row.country.pk: row.lines for row in country_rows(known, queries.levels_of({one.pk for one in known}))}


def doubts_of(row: Advisory) -> list[str]:
    """What the reader of the feed did not know what to make of, in words. Empty for rows older than that note."""
    return [str(Oddness(kind).label) for kind in row.oddities if kind in Oddness]
