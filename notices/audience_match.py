"""One person judged by an audience, without the database: what holds, and what does not. It says the same as `audience_sql`; a test compares them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import asin, cos, radians, sin, sqrt

from notices.audience import Audience, Exceptions, Group, Near
from notices.audience_sql import EARTH_KM

SUBURB = 0.3


@dataclass(frozen=True, slots=True)
class CityPoint:
    """A city as far as it matters here."""

    pk: int
    country_id: str
    names: tuple[str, str]
    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True)
class Place:
    """Where somebody is (`arrives_at` None) or will soon be, with what else an audience asks for."""

    member_id: int
    school_id: int
    service: str
    kind: str
    country_id: str
    city: str
    latitude: float | None
    longitude: float | None
    groups: frozenset[int] = frozenset()
    first_day: date | None = None
    arrives_at: datetime | None = None
    # Counts beside where they are believed to be: the place on record while they report another, the departure of a journey under way.
    is_further: bool = False


Cities = Mapping[int, CityPoint]


def km_between(latitude: float, longitude: float, near: Near) -> float:
    """The great circle in kilometres."""
    half = sin(radians(latitude - near.latitude) / 2) ** 2
    half += cos(radians(latitude)) * cos(radians(near.latitude)) * sin(radians(longitude - near.longitude) / 2) ** 2
    return 2 * EARTH_KM * asin(min(1.0, sqrt(half)))


def _in_city(place: Place, chosen: Iterable[CityPoint]) -> bool:
    for city in chosen:
        if city.country_id == place.country_id and place.city.lower() in {name.lower() for name in city.names}:
            return True
        if place.latitude is not None and place.longitude is not None:
            sideways = abs(place.longitude - city.longitude) * cos(radians(city.latitude))
            if abs(place.latitude - city.latitude) < SUBURB and sideways < SUBURB:
                return True
    return False


def is_near(place: Place, near: Near, cities: Cities) -> bool:
    """Inside the circle, or nobody knows where in one of its countries."""
    if place.latitude is not None and place.longitude is not None:
        return km_between(place.latitude, place.longitude, near) <= near.km
    away = {city.pk: km_between(city.latitude, city.longitude, near) for city in cities.values()}
    inside = {cities[pk].country_id for pk, km in away.items() if km <= near.km}
    nearest = {cities[min(away, key=lambda pk: (away[pk], pk))].country_id} if away else set()
    return place.country_id in inside | nearest


def _is_in_places(place: Place, part: Group | Exceptions, cities: Cities) -> bool:
    chosen = [cities[pk] for pk in part.cities if pk in cities]
    if place.country_id in part.countries and place.country_id not in {city.country_id for city in chosen}:
        return True
    if _in_city(place, chosen):
        return True
    return isinstance(part, Group) and part.near is not None and is_near(place, part.near, cities)


def missed(group: Group, place: Place, cities: Cities, *, at: datetime) -> list[str]:
    """Which dimensions of a group do not hold: "travelling", "place", "services", "kinds", "schools", "groups". None missed: this person is meant."""
    found = []
    if place.arrives_at is None:
        if group.arriving_only:
            found.append("travelling")
    elif not group.arriving_days or place.arrives_at > at + timedelta(days=group.arriving_days):
        found.append("travelling")
    if (group.countries or group.cities or group.near) and not _is_in_places(place, group, cities):
        found.append("place")
    held = {"services": place.service, "kinds": place.kind, "schools": place.school_id}
    found += [name for name, value in held.items() if getattr(group, name) and value not in getattr(group, name)]
    if group.groups and not place.groups & set(group.groups):
        found.append("groups")
    return found


def here_of(places: Iterable[Place]) -> Place | None:
    """Where somebody is believed to be, of all places of theirs."""
    return next((place for place in places if place.arrives_at is None and not place.is_further), None)


def excepted(audience: Audience, place: Place, here: Place | None, cities: Cities) -> bool:
    """Whether an exception takes this person out. `here`: where they are now, which counts for those who are meant because they travel."""
    part = audience.exceptions
    if place.member_id in part.named or place.groups & set(part.groups):
        return True
    if any(value in getattr(part, name) for name, value in (("services", place.service), ("kinds", place.kind), ("schools", place.school_id))):
        return True
    now = here if place.arrives_at is not None else None
    return any(_is_in_places(one, part, cities) for one in (place, now) if one is not None)


def reason(audience: Audience, places: Iterable[Place], cities: Cities, *, member_id: int, at: datetime) -> str:
    """Why a member is meant: "here", "arriving", "named", or "" for nobody who is meant. `places`: all of theirs that anybody knows of."""
    known = list(places)
    here = here_of(known)
    found = set()
    for place in known:
        on_the_day = audience.departed_on is None or place.first_day == audience.departed_on
        meant = on_the_day and any(not missed(group, place, cities, at=at) for group in audience.conditions)
        if meant and not excepted(audience, place, here, cities):
            found.add("here" if place.arrives_at is None else "arriving")
    if found:
        return "here" if "here" in found else "arriving"
    departed = audience.departed_on is None or (here is not None and here.first_day == audience.departed_on)
    return "named" if member_id in audience.named and member_id not in audience.exceptions.named and departed else ""
