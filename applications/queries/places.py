"""Making a place out of a country and the name of a city. Public facts, no viewer is asked for."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce
from operator import or_

from django.db.models import Q

from applications.models.located import city_label
from ossma.core.countries.queries import by_codes
from ossma.core.folding import fold
from ossma.core.models import City, Country


@dataclass(frozen=True, slots=True)
class Place:
    """A city with its clock and, where it is known, its position."""

    country_id: str
    city: str
    zone: str
    latitude: float | None = None
    longitude: float | None = None

    @property
    def label(self) -> str:
        """The city in the reader's language."""
        return city_label(self.country_id, self.city)

    def columns(self) -> dict[str, object]:
        """As the columns that destinations and stays share."""
        return {"country_id": self.country_id, "city": self.city, "zone": self.zone, "latitude": self.latitude, "longitude": self.longitude}


class Gazetteer:
    """Countries and cities that a page names, looked up together: two queries, however many stops."""

    def __init__(self, named: Iterable[tuple[str, str]]) -> None:
        """`named`: ministry codes and city names as typed; nonsense in either is left out."""
        pairs = {(code, fold(city)) for code, city in named if code}
        self.countries = {country.pk: country for country in by_codes({code for code, _city in pairs})}
        self._cities = _cities({city for code, city in pairs if city and code in self.countries})

    def find(self, country_id: str, city_name: str, zone: str = "") -> Place | None:
        """The place of that name: a known city by any of its spellings, else the name as typed with the country's clock.

        None for an unknown country, and when a country has several clocks and nothing says which: then `zone` has to be asked for.
        """
        country = self.countries.get(country_id)
        if country is None:
            return None
        city = next((one for one in self._named(city_name) if one.country_id == country_id), None)
        if city is not None:
            return Place(country.pk, city.name_ja, city.zone, float(city.latitude), float(city.longitude))
        if zone in country.zones:
            return Place(country.pk, city_name, zone)
        return Place(country.pk, city_name, country.zones[0]) if len(country.zones) == 1 else None

    def other_country(self, country_id: str, city_name: str) -> Country | None:
        """Where a known city of that name lies, when none lies in the country given. None for a city that nobody knows: that one may be anywhere."""
        countries = [city.country for city in self._named(city_name)]
        return countries[0] if countries and country_id not in {country.pk for country in countries} else None

    def _named(self, city_name: str) -> list[City]:
        return self._cities.get(fold(city_name), [])


def find_place(country: Country, city_name: str, zone: str = "") -> Place | None:
    """One place by itself; see `Gazetteer.find`."""
    return Gazetteer([(country.pk, city_name)]).find(country.pk, city_name, zone)


def _cities(wanted: set[str]) -> dict[str, list[City]]:
    """Cities of all countries by folded name, the well-known ones first."""
    if not wanted:
        return {}
    spelled = [Q(search_key__contains=f"\n{name}\n") for name in wanted]
    found: dict[str, list[City]] = {name: [] for name in wanted}
    for city in City.objects.filter(reduce(or_, spelled)).select_related("country").order_by("-major", "pk"):
        for name in wanted:
            if f"\n{name}\n" in city.search_key:
                found[name].append(city)
    return found
