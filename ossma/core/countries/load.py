"""Bringing countries.tsv and cities.tsv into the tables: safe to run again, at every upgrade."""

from typing import Any

from ossma.core.countries import HOME, files
from ossma.core.folding import search_key
from ossma.core.models import City, Country

COUNTRY_FIELDS = ["iso2", "name_ja", "short_ja", "name_kana", "name_en", "region", "zones", "latitude", "longitude", "dial_code", "search_key"]
CITY_FIELDS = ["zone", "name_ja", "name_kana", "latitude", "longitude", "major", "search_key"]


def load_countries(country_model: type[Any] = Country, city_model: type[Any] = City) -> tuple[int, int]:
    """Upsert every line; answers how many countries and cities the files hold.

    A migration passes its historical models. `active` is the office's: set on the first load, left alone after.
    Rows that left the files stay, for somebody may be there.
    """
    countries = [_country(country_model, row) for row in files.countries()]
    country_model.objects.bulk_create(countries, update_conflicts=True, unique_fields=["mofa_cd"], update_fields=COUNTRY_FIELDS)
    cities = [_city(city_model, row) for row in files.cities()]
    city_model.objects.bulk_create(cities, update_conflicts=True, unique_fields=["country", "name_en"], update_fields=CITY_FIELDS)
    return len(countries), len(cities)


def _country(model: type[Any], row: files.CountryRow) -> Any:
    return model(
        mofa_cd=row.mofa_cd,
        iso2=row.iso2,
        name_ja=row.name_ja,
        short_ja=row.short_ja,
        name_kana=row.name_kana,
        name_en=row.name_en,
        region=row.region,
        zones=list(row.zones),
        latitude=row.latitude,
        longitude=row.longitude,
        dial_code=row.dial_code,
        # Nobody applies for a stay at home; the office may switch others off later.
        active=row.mofa_cd != HOME,
        search_key=search_key(row.short_ja, row.name_kana, row.name_en, row.name_ja, *row.name_ja.split("／"), row.iso2 or "", *row.aliases),
    )


def _city(model: type[Any], row: files.CityRow) -> Any:
    return model(
        country_id=row.mofa_cd,
        zone=row.zone,
        name_ja=row.name_ja,
        name_kana=row.name_kana,
        name_en=row.name_en,
        latitude=row.latitude,
        longitude=row.longitude,
        major=row.major,
        search_key=search_key(row.name_ja, row.name_kana, row.name_en, *row.aliases),
    )
