"""What the start pages show: answers of the rooms' queries, put side by side."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from applications.models import Application
from applications.queries import applications, itinerary, presence
from applications.timeline import transport_tasks
from notices.presenters import LevelLine, danger_levels
from ossma.core import registries
from ossma.core.countries import queries as countries
from ossma.core.viewer import Viewer
from ossma.core.worldmap import xy
from safety.queries.checkins import running_check_ins
from safety.queries.cover import CoverLine, lines_of

BUBBLE_LEAST, BUBBLE_GROWTH, BUBBLE_MOST = 9.0, 1.6, 26.0


@dataclass(frozen=True, slots=True)
class Trip:
    """A stay ahead or under way, as home shows it."""

    city: str
    country: str
    zone: str
    when: str
    now: datetime
    cover: CoverLine
    levels: list[LevelLine]
    url: str
    itinerary_url: str


def home(viewer: Viewer, at: datetime) -> dict[str, Any]:
    """The member's home: tasks, trips with their countdown, the two ways to a human being, everything else (look.md)."""
    rows = itinerary.plans_of(applications.current(viewer, at.date()))
    levels = danger_levels([application.destinations.all()[0].country for application, _plan in rows])
    tasks = {key: [task for task in of_room(viewer, at) if not task.done] for key, of_room in registries.home_tasks}
    return {
        "tasks": [*transport_tasks(rows, at), *(task for of_room in tasks.values() for task in of_room)],
        "task_action": _("Do it now"),
        "check_ins": running_check_ins(viewer),
        "reported": next((stay for _application, plan in rows for stay in reversed(plan.stays) if stay.is_report_at(at)), None),
        "trips": [_trip(application, line, levels, at) for (application, _plan), line in zip(rows, lines_of(rows, at), strict=True)],
        "empty_title": _("No stay abroad yet"),
        "empty_text": _("Apply for a service before you leave: your stay, itinerary and insurance will be shown here."),
        "empty_action": _("Apply for a service"),
        "new_url": reverse("member:applications:new"),
        "report_label": _("Report that I am safe"),
        "report_url": reverse("member:safety:report"),
        "helpline_label": _("Call the helpline"),
        "helpline_url": reverse("public:helpline:index"),
        "tiles": [
            {"url": reverse("member:applications:list"), "label": _("Service applications"), "icon": "list", "count": 0},
            {"url": reverse("member:payments:list"), "label": _("Payments"), "icon": "card", "count": len(tasks["payments"])},
            {"url": reverse("member:notices:list"), "label": _("Notices"), "icon": "mail", "count": 0},
            {"url": reverse("public:faq:list"), "label": _("FAQ"), "icon": "chat", "count": 0},
        ],
    }


def _trip(application: Application, cover: CoverLine, levels: dict[str, list[LevelLine]], at: datetime) -> Trip:
    place = application.destinations.all()[0]
    return Trip(
        city=place.city_label,
        country=place.country.label,
        zone=place.zone,
        when=cover.countdown,
        now=at,
        cover=cover,
        levels=levels[place.country_id],
        url=reverse("member:applications:detail", args=[application.pk]),
        itinerary_url=reverse("member:applications:itinerary", args=[application.pk]),
    )


def today(viewer: Viewer, at: datetime) -> dict[str, Any]:
    """The school's Today: the rooms' panels, and everybody abroad by country, on the map and as a table (school-portal.md P1)."""
    counted = presence.count_by_country(viewer, at)
    known = {country.pk: country for country in countries.by_codes([code for code, _count in counted])}
    rows = [{"name": known[code].label, "count": count, "country": known[code]} for code, count in counted]
    panels = []
    # The upper rooms hang in last and matter first: safety stands on top.
    for _key, build in reversed(list(registries.today_panels)):
        template, context = build(viewer, at)
        if template:
            panels.append({"template": template, "context": context})
    return {
        "now": at,
        "abroad_count": sum(count for _code, count in counted),
        "countries": rows,
        "points": [_bubble(row) for row in rows],
        "map_label": _("Members abroad by country"),
        "panels": panels,
        "nobody_title": _("Nobody is abroad now"),
        "nobody_text": _("As soon as a member's stay begins, the country appears here."),
    }


def _bubble(row: dict[str, Any]) -> dict[str, Any]:
    x, y = xy(float(row["country"].longitude), float(row["country"].latitude))
    radius = min(BUBBLE_MOST, BUBBLE_LEAST + BUBBLE_GROWTH * row["count"] ** 0.5)
    label = f"{row['name']}: {row['count']}"
    return {"x": x, "y": y, "r": round(radius, 1), "count": row["count"], "label": label, "url": f"#country-{row['country'].pk}"}
