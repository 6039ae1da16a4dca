"""Itineraries behind their wall."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from applications.models import Application, Stay
from applications.rules.itinerary import Gap, Item, Span, clashes, gaps
from applications.states import StaySource
from ossma.core.refusals import NotFound, first_or_404
from ossma.core.viewer import Viewer


@dataclass(frozen=True, slots=True)
class Plan:
    """An itinerary with what is wrong in it."""

    stays: list[Stay]
    gaps: list[Gap]
    clashes: list[tuple[Stay, Stay]]
    zone: ZoneInfo


def span_of(application: Application) -> Span:
    """The travel period, with what was asked for; a row handed out by a walled query, or locked."""
    stops = list(application.destinations.all())
    return Span(application.abroad_from, application.abroad_until, ZoneInfo(stops[0].zone), ZoneInfo(stops[-1].zone))


def plan_of(application: Application) -> Plan:
    """The itinerary of an application that a walled query has handed out."""
    return _plan(application, list(application.stays.select_related("country")))


def plans_of(applications: Iterable[Application]) -> list[tuple[Application, Plan]]:
    """The itineraries of several applications, in one query."""
    wanted = list(applications)
    stays: dict[int, list[Stay]] = defaultdict(list)
    for stay in Stay.objects.filter(application__in=wanted).select_related("country"):
        stays[stay.application_id].append(stay)
    return [(application, _plan(application, stays[application.pk])) for application in wanted]


def stay(viewer: Viewer, application_id: int, pk: int) -> Stay:
    """One item of an itinerary. Raises NotFound for a stranger's, and for what is not the member's own plan."""
    mine = Application.objects.visible_to(viewer).filter(pk=application_id)
    rows = Stay.objects.select_related("country", "from_country", "application")
    found = rows.filter(application__in=mine, pk=pk, source=StaySource.ITINERARY).first()
    if found is None:
        raise NotFound
    return found


def reported(viewer: Viewer, pk: int, at: datetime) -> Stay:
    """Where the member had said she is, while it holds. Raises NotFound."""
    mine = Stay.objects.filter(pk=pk, source=StaySource.OWN_REPORT, member_id=viewer.member_id or 0, ends_at__gt=at)
    return first_or_404(list(mine.select_related("country")))


def stays_at(member_id: int, at: datetime) -> list[Stay]:
    """What the itinerary says a member is doing at `at`, the newest entry first. For staff in an emergency: whoever asks may see the case."""
    rows = Stay.objects.filter(member=member_id, source=StaySource.ITINERARY, starts_at__lte=at, ends_at__gt=at)
    return list(rows.order_by("-starts_at", "-pk"))


def _plan(application: Application, stays: list[Stay]) -> Plan:
    span = replace(span_of(application), first_day=application.first_day, last_day=application.last_day)
    by_id = {stay.pk: stay for stay in stays}
    items = [Item(stay.pk, stay.kind, stay.starts_at, stay.ends_at) for stay in stays]
    planned = [item for item in items if by_id[item.pk].source == StaySource.ITINERARY]
    return Plan(
        stays=stays,
        # Where somebody says they are today fills no hole in what is planned.
        gaps=gaps(planned, span),
        clashes=[(by_id[one.pk], by_id[other.pk]) for one, other in clashes(planned)],
        zone=span.zone,
    )
