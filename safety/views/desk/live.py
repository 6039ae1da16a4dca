"""The dashboard of one check: figures, help first, silent next, map, list. The same parts again for whoever asks for news."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from django.core.paginator import Page
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import conditional_page, require_safe

from notices.presenters import danger_levels
from ossma.core.refusals import NotFound
from ossma.core.requests import Request
from safety.naming import round_name
from safety.queries import dashboard, people
from safety.queries.current_places import moves
from safety.queries.dashboard import SafetyCheck
from safety.queries.positions import shown_positions
from safety.queries.progress import rounds_out
from safety.states import CheckKind, CheckState, Trace
from safety.views.desk.chart import chart_of
from safety.views.desk.drawing import line_of, map_of
from safety.views.desk.faces import Desk, show_page
from safety.views.desk.listing import WORLD, asked_of, chips, narrowed, one_answer, page_of
from safety.views.desk.looks import note_looks

UNSENT = (CheckState.DRAFT, CheckState.SCHEDULED, CheckState.CANCELLED)


def _figures(request: Request, check: SafetyCheck, at: datetime) -> dict[str, Any]:
    viewer = request.viewer
    places = dashboard.places(viewer, check)
    levels = danger_levels([place.country for place in places if place.country])
    total = dashboard.total_of(places)
    course = dashboard.course(viewer, check, at)
    rounds = [(round_name(row.number), row.queued_at) for row in rounds_out(check) if row.queued_at]
    return {
        "places": places,
        "countries": [(place, levels[place.country.pk] if place.country else []) for place in places],
        "moves": moves(viewer, check, at),
        "total": total,
        "sending": dashboard.sending(viewer, check),
        "parts": dashboard.parts(viewer, check),
        "course": course,
        "line": line_of(course, total.total),
        "chart": chart_of(course, total.total, rounds, timezone.get_current_timezone()),
        "map": map_of(places, shown_positions(viewer, check), world=request.GET.get("map") == WORLD),
    }


def _lists(request: Request, check: SafetyCheck, page: Page, at: datetime) -> dict[str, Any]:
    """The three lists of people. They are looked up together: what tells why somebody is silent is a long question."""
    helped = people.helped_first(request.viewer, check)
    silence, first = people.weighed(request.viewer, check, at)
    listed = list(page.object_list)
    found = people.persons([*helped, *first, *listed], at, is_drill=check.kind == CheckKind.DRILL)
    quiet = replace(silence, first=people.in_order(first, found))
    return {"helped": people.in_order(helped, found), "quiet": quiet, "people": people.in_order(listed, found)}


def _context(request: Request, check: SafetyCheck) -> dict[str, Any]:
    at = timezone.now()
    figures = _figures(request, check, at)
    asked = one_answer(asked_of(request), figures["total"])
    known = narrowed(asked, figures["places"], figures["parts"])
    page = page_of(request, check, asked, known, at)
    lists = _lists(request, check, page, at)
    shown = [*lists["helped"], *lists["quiet"].first, *lists["people"]]
    note_looks(request, action="safety.people_seen", subject=f"check:{check.pk}", member_ids=[one.row.member_id for one in shown], at=at)
    query = asked.query()
    return {
        **figures,
        **lists,
        "check": check,
        "now": at,
        "by_school": request.viewer.is_office,
        "wanted": asked.wanted,
        "sought": asked.sought,
        "traces": Trace.choices,
        "chips": chips(asked, known),
        "page": page,
        "query": f"{query}&" if query else "",
        "here": f"?{query}",
        "world_url": f"?{asked.query(map=WORLD)}#map",
        "wide": bool(asked.map),
        "lost_messages": figures["sending"].gave_up + figures["sending"].bounced,
        "region_url": f"?{asked.query(map='')}#map",
    }


@require_safe
def show(request: Request, desk: Desk, n: int) -> HttpResponse:
    """The dashboard; what was not sent yet shows its preview instead."""
    check = dashboard.check_of(request.viewer, n)
    if check.state in UNSENT:
        if not dashboard.owns(request.viewer, check):
            raise NotFound
        return show_page(request, desk, "cancelled", {"check": check}) if check.state == CheckState.CANCELLED else redirect(desk.url("preview", n))
    return show_page(request, desk, "dashboard", _context(request, check))


@require_safe
@conditional_page
def live(request: Request, desk: Desk, n: int) -> HttpResponse:
    """The parts of the dashboard that change; 304 while nothing has."""
    check = dashboard.check_of(request.viewer, n)
    if check.sent_at is None:
        raise NotFound
    return show_page(request, desk, "live", _context(request, check))
