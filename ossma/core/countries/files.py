"""Reading the data files of ossma/core/data: tab-separated, comments (the credit) first."""

import csv
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path

DATA = Path(__file__).resolve().parent.parent / "data"


@dataclass(frozen=True, slots=True)
class CountryRow:
    """One line of countries.tsv; `zones` with the principal zone first, `aliases` further words to find it by."""

    mofa_cd: str
    iso2: str | None
    name_ja: str
    short_ja: str
    name_kana: str
    name_en: str
    region: str
    zones: tuple[str, ...]
    latitude: Decimal
    longitude: Decimal
    dial_code: str
    aliases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CityRow:
    """One line of cities.tsv."""

    mofa_cd: str
    zone: str
    name_ja: str
    name_kana: str
    name_en: str
    latitude: Decimal
    longitude: Decimal
    major: bool
    aliases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MissionRow:
    """One line of missions.tsv: `countries` every mail of the mission concerns, `district` only a mail that names no country."""

    mission_cd: str
    countries: frozenset[str]
    district: frozenset[str]
    place: str


def _lines(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader((line for line in file if not line.startswith("#")), delimiter="\t"))


@cache
def countries() -> tuple[CountryRow, ...]:
    """Every country and region of the ministry, 1340 and 1787 included."""
    return tuple(
        CountryRow(
            mofa_cd=row["mofa_cd"],
            iso2=row["iso2"] or None,
            name_ja=row["name_ja"],
            short_ja=row["short_ja"],
            name_kana=row["name_kana"],
            name_en=row["name_en"],
            region=row["area_cd"],
            zones=tuple(row["zones"].split()),
            latitude=Decimal(row["latitude"]),
            longitude=Decimal(row["longitude"]),
            dial_code=row["dial_code"],
            aliases=tuple(filter(None, row["aliases"].split(";"))),
        )
        for row in _lines("countries.tsv")
    )


@cache
def cities() -> tuple[CityRow, ...]:
    """The cities students go to, and one for every zone."""
    return tuple(
        CityRow(
            mofa_cd=row["mofa_cd"],
            zone=row["zone"],
            name_ja=row["name_ja"],
            name_kana=row["name_kana"],
            name_en=row["name_en"],
            latitude=Decimal(row["latitude"]),
            longitude=Decimal(row["longitude"]),
            major=row["major"] == "1",
            aliases=tuple(filter(None, row["aliases"].split(";"))),
        )
        for row in _lines("cities.tsv")
    )


@cache
def missions() -> dict[str, MissionRow]:
    """The ministry's posts abroad by koukanCd, as far as the feed has shown them (feeds-and-ui.md 1.4)."""
    return {
        row["mission_cd"]: MissionRow(row["mission_cd"], frozenset(row["countries"].split()), frozenset(row["district"].split()), row["place"])
        for row in _lines("missions.tsv")
    }
