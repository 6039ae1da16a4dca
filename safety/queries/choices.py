"""What the form of a check offers, and what typed words stand for. People and groups behind the wall, places are public."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext as _

from applications.queries.presence import count_by_country
from members.models import Group, Member, School
from members.queries.directory import members_by_words
from ossma.core.folding import fold
from ossma.core.models import City, Country
from ossma.core.viewer import Viewer
from safety.models import Incident, SafetyCheck

HOME_ZONE = "Asia/Tokyo"
MOST_INCIDENTS = 50


@dataclass(frozen=True, slots=True)
class Found:
    """What typed words stand for, and those that stand for nothing the viewer may know of."""

    ids: list[int]
    unknown: list[str]


def countries_now(viewer: Viewer, at: datetime) -> list[tuple[Country, int]]:
    """Where the viewer's members are now, most first, with how many."""
    counts = dict(count_by_country(viewer, at))
    found = Country.objects.in_bulk(counts)
    return [(found[code], n) for code, n in counts.items() if code in found]


def groups(viewer: Viewer) -> list[tuple[int, str]]:
    """The groups of the viewer's school; the office picks schools instead."""
    if not viewer.is_school:
        return []
    return list(Group.objects.filter(school=viewer.school_id).order_by("name").values_list("pk", "name"))


def schools(viewer: Viewer) -> list[tuple[int, str]]:
    """All schools, for the office."""
    if not viewer.is_office:
        return []
    return [(school.pk, school.name) for school in School.objects.order_by("name_kana")]


def zones() -> list[tuple[str, str]]:
    """Every zone members can be in, named by its country; Japan's first."""
    rows = Country.objects.order_by("name_kana")
    named = [(zone, f"{country.label}: {zone}") for country in rows for zone in country.zones]
    return [(HOME_ZONE, _("Japan: Asia/Tokyo")), *named]


def members_named(viewer: Viewer, words: Iterable[str]) -> Found:
    """Members by number or address."""
    members, unknown = members_by_words(Member.objects.visible_to(viewer), words)
    return Found([member.pk for member in members], unknown)


def numbers_of(viewer: Viewer, member_ids: Iterable[int]) -> list[str]:
    """The numbers of members, as they are typed."""
    return list(Member.objects.visible_to(viewer).filter(pk__in=list(member_ids)).order_by("number").values_list("number", flat=True))


def cities_named(words: Iterable[str]) -> Found:
    """Cities by their Japanese, kana or English name; of several with one name all."""
    wanted = {key: word for word in words if (key := fold(word))}
    by_name = Q(pk__in=[])
    for key in wanted:
        by_name |= Q(search_key__contains=f"\n{key}\n")
    found = list(City.objects.filter(by_name))
    return Found([city.pk for city in found], [word for key, word in wanted.items() if not any(f"\n{key}\n" in city.search_key for city in found)])


def city_names(city_ids: Iterable[int]) -> list[str]:
    """The names of cities in the reader's language, as they are typed."""
    return [city.label for city in City.objects.filter(pk__in=list(city_ids))]


def point_of(typed: str) -> tuple[float, float] | None:
    """Where a city lies that somebody typed: degrees of the best known one of that name; None when no city is called so."""
    ids = cities_named([typed.strip()]).ids
    city = City.objects.filter(pk__in=ids).order_by("-major", "pk").first()
    return (float(city.latitude), float(city.longitude)) if city else None


def incidents(viewer: Viewer) -> list[tuple[int, str]]:
    """The events that are not over and that this viewer may ask about."""
    rows = Incident.objects.filter(closed_at=None)
    if not viewer.is_office:
        rows = rows.filter(checks__in=SafetyCheck.objects.visible_to(viewer)).distinct()
    return [(row.pk, row.title) for row in rows[:MOST_INCIDENTS]]
