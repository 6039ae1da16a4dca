"""Making a place out of a country and the name of a city. Public facts, no viewer is asked for."""

from dataclasses import dataclass

from applications.models.located import city_label
from ossma.core.countries.folding import fold
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


def find_place(country: Country, city_name: str, zone: str = "") -> Place | None:
    """The place of that name: a known city by any of its spellings, else the name as typed with the country's clock.

    None when the country has several clocks and nothing says which: then `zone` has to be asked for.
    """
    city = city_named(country.pk, city_name)
    if city is not None:
        return Place(country.pk, city.name_ja, city.zone, float(city.latitude), float(city.longitude))
    if zone in country.zones:
        return Place(country.pk, city_name, zone)
    if len(country.zones) == 1:
        return Place(country.pk, city_name, country.zones[0])
    return None


def city_named(country_id: str, name: str) -> City | None:
    """The city of a country by its full name in any spelling, well-known ones first."""
    wanted = fold(name)
    if not wanted:
        return None
    return City.objects.filter(country_id=country_id, search_key__contains=f"\n{wanted}\n").order_by("-major", "pk").first()
