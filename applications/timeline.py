"""An itinerary as its page shows it: items, gaps and the place that holds now, in the order of time."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from applications.models import Application, Stay
from applications.queries.itinerary import Plan
from applications.rules.deciding import refusal_to_open
from applications.rules.itinerary import Gap
from applications.states import StayKind, StaySource
from ossma.core.formats import clock, day_and_clock
from ossma.core.registries import Task

ICONS = {StayKind.FLIGHT: "plane", StayKind.TRAIN: "clock", StayKind.STAY: "bed", StayKind.OTHER: "pin"}


def as_items(application: Application, plan: Plan, at: datetime) -> list[dict[str, Any]]:
    """Lines of the timeline component: stays and reports with their local times, and the gaps between them."""
    lines = [(stay.starts_at, _of_stay(application, stay, at)) for stay in plan.stays]
    lines += [(gap.starts_at, _of_gap(application, gap, plan.zone)) for gap in plan.gaps]
    return [line for _starts, line in sorted(lines, key=lambda pair: pair[0])]


def warnings(plan: Plan) -> list[str]:
    """What is wrong, in sentences: clashes first, they are mistakes; gaps are only unknown."""
    found = [_("%(one)s and %(other)s overlap.") % {"one": _name(one), "other": _name(other)} for one, other in plan.clashes]
    days = sum(gap.days for gap in plan.gaps)
    if days:
        found.append(
            ngettext("%(days)s day of the travel period has no entry.", "%(days)s days of the travel period have no entry.", days) % {"days": days}
        )
    return found


def transport_tasks(rows: Iterable[tuple[Application, Plan]], at: datetime) -> list[Task]:
    """For the member's home: flights and trains ahead of which only one end is known, so that nobody can say where she is before and after."""
    doubtful = [
        stay
        for application, plan in rows
        if refusal_to_open(application.state, application.payer) is None
        for stay in plan.stays
        if stay.to_check and stay.ends_at > at
    ]
    if not doubtful:
        return []
    first, n = doubtful[0], len(doubtful)
    title = ngettext("Check the times of your flight or train", "Check the times of %(n)d flights and trains", n) % {"n": n}
    text = _("Departure and arrival now have a place and a local time each. Please enter where it departs.")
    one = reverse("member:applications:stay_edit", args=[first.application_id, first.pk])
    return [Task(title, text, one if n == 1 else reverse("member:applications:itinerary", args=[first.application_id]))]


def _name(stay: Stay) -> str:
    return f"{stay.get_kind_display()} {stay.city_label}"


def _journey(stay: Stay) -> str:
    """Departure and arrival, each by the clock of its place."""
    language = get_language() or "ja"
    ends = (
        (stay.starts_at, stay.from_zone, stay.from_city_label),
        (stay.ends_at, stay.zone, stay.city_label),
    )
    return " → ".join(f"{day_and_clock(moment, ZoneInfo(zone), language)} {city}" for moment, zone, city in ends)


def _times(starts_at: datetime, ends_at: datetime, zone: ZoneInfo) -> str:
    language = get_language() or "ja"
    same_day = starts_at.astimezone(zone).date() == ends_at.astimezone(zone).date()
    end = clock(ends_at, zone) if same_day else day_and_clock(ends_at, zone, language)
    return f"{day_and_clock(starts_at, zone, language)} – {end}"


def _of_stay(application: Application, stay: Stay, at: datetime) -> dict[str, Any]:
    own_report = stay.source == StaySource.OWN_REPORT
    held = stay.starts_at <= at < stay.ends_at
    times = _journey(stay) if stay.from_zone else _times(stay.starts_at, stay.ends_at, ZoneInfo(stay.zone))
    edit = reverse("member:applications:stay_edit", args=[application.pk, stay.pk])
    report = reverse("member:applications:reported_place", args=[stay.pk]) if held else ""
    where = f"{stay.from_city_label} → {stay.label}" if stay.from_city else stay.label
    return {
        "icon": "person" if own_report else ICONS[StayKind(stay.kind)],
        "title": _("%(place)s (your own report)") % {"place": stay.label} if own_report else f"{stay.get_kind_display()}: {where}",
        "time": times if stay.from_zone else _("%(times)s (local time)") % {"times": times},
        "text": _("Please check the times and enter where it departs.") if stay.to_check else stay.place,
        "url": report if own_report else edit,
        "current": held,
        "warning": stay.to_check,
    }


def _of_gap(application: Application, gap: Gap, zone: ZoneInfo) -> dict[str, Any]:
    return {
        "icon": "warn",
        "title": ngettext("No entry for %(days)s day", "No entry for %(days)s days", gap.days) % {"days": gap.days},
        "time": _times(gap.starts_at, gap.ends_at, zone),
        "text": _("Add where you will be, so that you can be found in an emergency."),
        "url": reverse("member:applications:stay_new", args=[application.pk]),
        "current": False,
    }
