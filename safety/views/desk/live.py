"""The dashboard of one check: figures, help first, silent next, map, list. The same parts again for whoever asks for news."""

from dataclasses import replace
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.decorators.http import conditional_page, require_safe

from ossma.core.refusals import NotFound
from ossma.core.requests import Request
from safety.queries import dashboard, people
from safety.queries.dashboard import Part, Place, SafetyCheck, Tally
from safety.states import CheckState, Standing
from safety.views.desk.drawing import line_of, map_of
from safety.views.desk.faces import Desk, show_page
from safety.views.desk.looks import note_looks

PAGE = 25
UNSENT = (CheckState.DRAFT, CheckState.SCHEDULED, CheckState.CANCELLED)
ORDER = (Standing.HELP, Standing.SILENT, Standing.NOT_THERE, Standing.OK)


class CountedPaginator(Paginator):
    """A paginator that is told how many rows there are: the figures know already."""

    def __init__(self, rows: Any, per_page: int, count: int) -> None:
        self._known = count
        super().__init__(rows, per_page)

    @cached_property
    def count(self) -> int:
        """The number of rows."""
        return self._known


def _wanted(request: Request) -> people.Wanted:
    standing, part = request.GET.get("standing", ""), request.GET.get("part", "")
    return people.Wanted(
        standing=standing if standing in Standing else "",
        country=request.GET.get("country", "")[:4],
        part=int(part) if part.isdecimal() and len(part) < 19 else None,
    )


def _one_answer(wanted: people.Wanted, total: Tally) -> people.Wanted:
    """A huge list is shown one answer at a time: those who need help, else the silent."""
    if wanted.standing or total.total <= people.MOST_SORTED:
        return wanted
    return replace(wanted, standing=Standing.HELP if total.help else Standing.SILENT)


def _narrowed(wanted: people.Wanted, places: list[Place], parts: list[Part]) -> Tally | None:
    """The figures of the chosen country or group; None where both are chosen and nobody has counted yet."""
    if wanted.country and wanted.part is not None:
        return None
    if wanted.country:
        code = None if wanted.country == "none" else wanted.country
        return next((place.tally for place in places if (place.country.pk if place.country else None) == code), Tally())
    if wanted.part is not None:
        return next((part.tally for part in parts if part.key == wanted.part), None)
    return dashboard.total_of(places)


def _page_of(request: Request, check: SafetyCheck, wanted: people.Wanted, narrowed: Tally | None) -> Page:
    rows = people.wanted_rows(request.viewer, check, wanted)
    count = rows.count() if narrowed is None else narrowed.of(wanted.standing)
    if count > people.MOST_SORTED:
        rows = people.wanted_rows(request.viewer, check, wanted, many=True)
    return CountedPaginator(rows, PAGE, count).get_page(request.GET.get("page"))


def _query(wanted: people.Wanted, **changed: str) -> str:
    values = {"standing": wanted.standing, "country": wanted.country, "part": wanted.part or "", **changed}
    return urlencode({name: value for name, value in values.items() if value})


def _chips(wanted: people.Wanted, narrowed: Tally | None) -> list[dict[str, Any]]:
    labels = [("", _("All")), *((standing.value, str(standing.label)) for standing in ORDER)]
    return [
        {
            "url": f"?{_query(wanted, standing=value)}#people",
            "label": label,
            "count": narrowed.of(value) if narrowed else None,
            "current": value == wanted.standing,
        }
        for value, label in labels
    ]


def _figures(request: Request, check: SafetyCheck, at: datetime) -> dict[str, Any]:
    viewer = request.viewer
    places = dashboard.places(viewer, check)
    total = dashboard.total_of(places)
    course = dashboard.course(viewer, check, at)
    return {
        "places": places,
        "total": total,
        "sending": dashboard.sending(viewer, check),
        "parts": dashboard.parts(viewer, check),
        "course": course,
        "line": line_of(course, total.total),
        "map": map_of(places),
        "helped": people.needing_help(viewer, check, at),
        "quiet": people.quiet(viewer, check, at),
    }


def _context(request: Request, check: SafetyCheck) -> dict[str, Any]:
    at = timezone.now()
    figures = _figures(request, check, at)
    wanted = _one_answer(_wanted(request), figures["total"])
    narrowed = _narrowed(wanted, figures["places"], figures["parts"])
    page = _page_of(request, check, wanted, narrowed)
    slice_of_rows: Any = page.object_list
    listed = people.people(slice_of_rows, at)
    shown = [*figures["helped"], *figures["quiet"].first, *listed]
    note_looks(request, action="safety.people_seen", subject=f"check:{check.pk}", member_ids=[one.row.member_id for one in shown], at=at)
    query = _query(wanted)
    return {
        **figures,
        "check": check,
        "now": at,
        "by_school": request.viewer.is_office,
        "wanted": wanted,
        "chips": _chips(wanted, narrowed),
        "page": page,
        "people": listed,
        "query": f"{query}&" if query else "",
        "here": f"?{query}",
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
