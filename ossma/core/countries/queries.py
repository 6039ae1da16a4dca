"""Every question about countries and cities. They are public facts: no viewer is asked for."""

from itertools import groupby
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from django.db.models import Case, IntegerField, Q, QuerySet, Value, When
from django.utils.translation import get_language

from ossma.core.countries import HOME
from ossma.core.folding import fold
from ossma.core.formats import is_japanese
from ossma.core.models import City, Country
from ossma.core.models.country import Region
from ossma.core.refusals import NotFound

Choices = list[tuple[str, list[tuple[str, str]]]]


def by_code(mofa_cd: str) -> Country:
    """The country of a ministry code. Raises NotFound."""
    country = Country.objects.filter(pk=mofa_cd).first()
    if country is None:
        raise NotFound
    return country


def by_codes(mofa_cds: list[str] | set[str] | frozenset[str]) -> list[Country]:
    """The countries of these codes by reading; unknown codes are left out."""
    return list(Country.objects.filter(pk__in=mofa_cds))


def by_iso(iso2: str) -> list[Country]:
    """The rows of an ISO code, the mainland first: US has two, most have one. Raises NotFound for none."""
    countries = list(Country.objects.filter(iso2=iso2.upper()).order_by("pk"))
    if not countries:
        raise NotFound
    return countries


def search(text: str, *, limit: int = 20) -> list[Country]:
    """Active countries by Japanese name, kana, English name, ISO code or everyday word; names that begin so come first."""
    return list(_matching(Country.objects.filter(active=True), text)[:limit])


def search_cities(text: str, *, country: Country | None = None, limit: int = 20) -> list[City]:
    """Cities by Japanese name, kana or English name, well-known ones first; in one country, or anywhere."""
    rows = City.objects.select_related("country").filter(country__active=True)
    if country is not None:
        rows = rows.filter(country=country)
    return list(_matching(rows, text)[:limit])


def cities_of(mofa_cd: str) -> list[City]:
    """The cities of a country, well-known ones first, then by reading."""
    return list(City.objects.filter(country_id=mofa_cd))


def city_of(mofa_cd: str, city_id: int) -> City:
    """The city, if it lies in that country. Raises NotFound."""
    city = City.objects.select_related("country").filter(country_id=mofa_cd, pk=city_id).first()
    if city is None:
        raise NotFound
    return city


def zones_of(mofa_cd: str) -> list[str]:
    """The IANA zones of a country, the principal one first. Raises NotFound."""
    return list(by_code(mofa_cd).zones)


def zone_for(country: Country, city: City | None = None) -> ZoneInfo:
    """The clock of a place: the city's; without a city the country's principal zone."""
    return ZoneInfo(city.zone if city is not None else country.zones[0])


def choices_by_region() -> Choices:
    """Active countries for a select with groups: [(region, [(code, name), ...]), ...], sorted in the reader's language."""
    return _grouped(Country.objects.filter(active=True))


def choices_with_home() -> list[tuple[str, Any]]:
    """The same with Japan by itself, first: for saying where one is, which may be home again."""
    groups = _grouped(Country.objects.filter(Q(active=True) | Q(pk=HOME)))
    home = [pair for _region, pairs in groups for pair in pairs if pair[0] == HOME]
    return [*home, *((region, [pair for pair in pairs if pair[0] != HOME]) for region, pairs in groups)]


def _grouped(countries: QuerySet[Country]) -> Choices:
    name, by_name = ("short_ja", "name_kana") if is_japanese(get_language() or "ja") else ("name_en", "name_en")
    rows = countries.order_by("region", by_name).values_list("region", "mofa_cd", name)
    return [(str(Region(region).label), [(code, label) for _region, code, label in group]) for region, group in groupby(rows, lambda row: row[0])]


Row = TypeVar("Row", Country, City)


def _matching(rows: QuerySet[Row], text: str) -> QuerySet[Row]:
    wanted = fold(text)
    if not wanted:
        return rows.none()
    begins = Case(
        When(search_key__contains=f"\n{wanted}\n", then=Value(0)),
        When(search_key__contains=f"\n{wanted}", then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )
    return rows.filter(search_key__contains=wanted).order_by(begins, *(rows.model._meta.ordering or ()))
