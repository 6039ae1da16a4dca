"""Where those who were asked are by now. A recipient's row stays as it was frozen; whoever works with the list needs the place of today."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, Subquery, When
from django.db.models.functions import Coalesce, JSONObject
from django.utils.translation import get_language

from applications.models import Stay
from applications.queries.departures import departures
from applications.queries.presence import whereabouts
from applications.states import ALIVE, StaySource
from ossma.core.countries import HOME
from ossma.core.countries.files import cities, countries
from ossma.core.formats import HOME_ZONE
from ossma.core.viewer import SYSTEM, Viewer
from safety.models import Answer, Recipient, SafetyCheck
from safety.queries.walls import behind_wall
from safety.states import Reason

# Beyond this many members an itinerary is not looked up for each: only those count who say themselves that they are elsewhere.
MOST_COMPARED = 5_000
MOST_MOVES = 1_000
# A Recipient with `begun` and `said_place`, or a row of a file that has them.
Asked = Any


@dataclass(frozen=True, slots=True)
class Current:
    """A place and its clock; `moved`: another than that of the recipient's row. `departs_on`: in Japan until that day, the row is the destination."""

    country_id: str | None
    city: str
    zone: str
    moved: bool = False
    departs_on: date | None = None


def begun_since(at: datetime) -> QuerySet[Stay]:
    """Of the outer recipient's stays those that have begun since they were asked and hold, and journeys: the one that counts first."""
    rows = Stay.objects.filter(member=OuterRef("member"), application__state__in=ALIVE)
    rows = rows.filter(Q(ends_at__gt=at) | Q(from_country__isnull=False), starts_at__gt=OuterRef("check_row__sent_at"), starts_at__lte=at)
    return rows.order_by(Case(When(source=StaySource.OWN_REPORT, then=0), default=1), "-starts_at")


def zone_now(at: datetime) -> Coalesce:
    """The clock by which a recipient lives by now, as far as the stays know it; for orders and filters, not for crowds."""
    return Coalesce(Subquery(begun_since(at).values("zone")[:1]), F("zone"))


def begun(at: datetime) -> Subquery:
    """For `current_places`: the stay that has begun since."""
    return Subquery(begun_since(at).values(brief=JSONObject(country_id="country_id", city="city", zone="zone"))[:1])


def said_place() -> Subquery:
    """For `current_places`: the place that was said last in answer to this question."""
    answers = Answer.objects.filter(recipient=OuterRef("pk"), unconfirmed=False, country__isnull=False).order_by("-said_at", "-pk")
    return Subquery(answers.values(brief=JSONObject(country_id="country_id", city="city"))[:1])


@cache
def _zones() -> dict[tuple[str, str], str]:
    found = {(row.mofa_cd, ""): row.zones[0] for row in countries()}
    return found | {(row.mofa_cd, row.name_ja): row.zone for row in cities()}


@cache
def _names(english: bool) -> dict[str, str]:
    return {row.mofa_cd: row.name_en if english else row.short_ja for row in countries()}


@cache
def _english_cities() -> dict[tuple[str, str], str]:
    return {(row.mofa_cd, row.name_ja): row.name_en for row in cities()}


def country_name(country_id: str | None, *, english: bool) -> str:
    """A country in the reader's language, without asking the database; empty for none."""
    return _names(english).get(country_id or "", "")


def city_name(country_id: str | None, city: str, *, english: bool) -> str:
    """Cities are kept by their Japanese names; readers of English get the English one where we know it."""
    return _english_cities().get((country_id or "", city), city) if english else city


def place_name(country_id: str | None, city: str, *, english: bool) -> str:
    """Country and city as lists show them; empty where nobody knows."""
    return f"{country_name(country_id, english=english)} {city_name(country_id, city, english=english)}".strip()


def current_places(rows: Sequence[Asked], at: datetime) -> list[Current]:
    """Where each of these is by now, in their order. At most four queries, for a page or a piece of a file.

    The record of today decides (`applications.queries.presence`), where it has none the way home or what was answered, else the row itself.
    """
    if not rows:
        return []
    found = whereabouts(SYSTEM, [row.member_id for row in rows], at)
    ahead = [row.member_id for row in rows if row.reason in (Reason.ARRIVING, Reason.NAMED) and row.member_id not in found]
    leave = departures(SYSTEM, ahead, at)
    return [_current(row, found.get(row.member_id), leave.get(row.member_id)) for row in rows]


def _current(row: Asked, here: Any, departs_on: date | None) -> Current:
    if departs_on is not None:
        return Current(row.country_id, row.city, HOME_ZONE.key, departs_on=departs_on)
    if here is not None:
        country_id, city, zone = here.country_id, here.city, here.zone
    elif row.begun and row.begun["country_id"] == HOME:
        country_id, city, zone = HOME, row.begun["city"], row.begun["zone"]
    elif row.said_place:
        country_id, city = row.said_place["country_id"], row.said_place["city"]
        zone = _zones().get((country_id, city)) or _zones()[country_id, ""]
    else:
        return Current(row.country_id, row.city, row.zone)
    # A country alone says no more than the row of a city there.
    moved = country_id != row.country_id or bool(city and city != row.city)
    if moved:
        return Current(country_id, city, zone, moved)
    # Whoever was asked before a journey there has the clock of home in the row.
    return Current(row.country_id, row.city, zone if row.reason == Reason.ARRIVING else row.zone)


@dataclass(frozen=True, slots=True)
class Move:
    """So many who were asked in one country are in another by now."""

    asked_id: str
    current_id: str
    count: int

    @property
    def asked(self) -> str:
        """The country of then, in the reader's language."""
        return country_name(self.asked_id, english=get_language() == "en")

    @property
    def current(self) -> str:
        """The country of now."""
        return country_name(self.current_id, english=get_language() == "en")


def moves(viewer: Viewer, check: SafetyCheck, at: datetime) -> list[Move]:
    """How many are in another country by now than when they were asked, the most first. Few queries; of a crowd only own reports count."""
    rows = behind_wall(viewer, Recipient.objects.filter(check_row=check)).exclude(reason=Reason.ARRIVING).exclude(country=None)
    reports = Stay.objects.filter(source=StaySource.OWN_REPORT, starts_at__lte=at, ends_at__gt=at)
    if check.recipient_count > MOST_COMPARED:
        rows = rows.filter(member__in=reports.order_by().values("member"))
    else:
        answered = Answer.objects.filter(recipient=OuterRef("pk"), unconfirmed=False, country__isnull=False)
        rows = rows.filter(Exists(begun_since(at)) | Exists(answered))
    listed: list[Any] = list(rows.annotate(begun=begun(at), said_place=said_place()).order_by("pk")[:MOST_MOVES])
    counted: dict[tuple[str, str], int] = {}
    for row, current in zip(listed, current_places(listed, at), strict=True):
        if current.moved and current.country_id != row.country_id:
            key = (row.country_id or "", current.country_id or "")
            counted[key] = counted.get(key, 0) + 1
    return sorted((Move(*key, count) for key, count in counted.items()), key=lambda one: (-one.count, one.asked_id, one.current_id))
