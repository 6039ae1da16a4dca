"""Who has not departed yet: their trip lies ahead, and they are in Japan."""

from collections.abc import Iterable
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef

from applications.models import Application, Stay
from applications.queries.presence import whereabouts
from applications.states import ALIVE
from ossma.core.countries import HOME
from ossma.core.formats import HOME_ZONE
from ossma.core.viewer import Viewer


def not_departed(viewer: Viewer, member_ids: list[int], at: datetime) -> dict[int, date]:
    """Of these members those who are in Japan before a trip, with the day of their departure.

    The day is that of the next flight from Japan, by Japan's clock, where the itinerary knows it; else the first day of the application.
    """
    abroad = whereabouts(viewer, member_ids, at)
    return departures(viewer, [member_id for member_id in member_ids if member_id not in abroad], at)


def departures(viewer: Viewer, member_ids: list[int], at: datetime) -> dict[int, date]:
    """The same of members who are known not to be abroad. At most three queries."""
    if not member_ids:
        return {}
    flights = Stay.objects.filter(from_country=HOME, starts_at__gt=at, member__in=member_ids, application__state__in=ALIVE).order_by("-starts_at")
    leaves = {stay.application_id: stay.starts_at.astimezone(HOME_ZONE).date() for stay in flights}
    trips = Application.objects.visible_to(viewer).filter(member__in=member_ids, state__in=ALIVE).prefetch_related("destinations")
    found: dict[int, date] = {}
    for trip in trips:
        today = at.astimezone(ZoneInfo(trip.destinations.all()[0].zone)).date()
        # A trip that runs has begun, unless its flight from Japan is still to come.
        departs = leaves.get(trip.pk) or (trip.abroad_from if trip.abroad_from > today else None)
        if departs is not None and trip.abroad_until >= today:
            found[trip.member_id] = min(departs, found.get(trip.member_id, departs))
    return found


def begun(at: datetime, *, zones: Iterable[str] | None = None) -> Exists:
    """Whether a trip of the outer row's member runs at `at`, by the day in Japan; with `zones`, one that leads to a place of these clocks."""
    today = at.astimezone(HOME_ZONE).date()
    trips = Application.objects.filter(member=OuterRef("member"), state__in=ALIVE, first_day__lte=today, last_day__gte=today)
    return Exists(trips if zones is None else trips.filter(destinations__position=1, destinations__zone__in=list(zones)))
