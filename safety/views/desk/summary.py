"""The summary of a check: the closing report once it has ended, on a page and as PDF. What came later stands beside it."""

from datetime import datetime
from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_safe

from ossma.core.requests import Request
from safety.actions.exporting import note_export
from safety.naming import round_name
from safety.pdf import summary_pdf
from safety.queries import dashboard
from safety.queries.current_places import moves
from safety.queries.dashboard import SafetyCheck
from safety.queries.progress import rounds_out
from safety.queries.reports import cases_left, report_of
from safety.views.desk.chart import chart_of
from safety.views.desk.exports import as_file, exporting
from safety.views.desk.faces import Desk, show_page
from safety.views.desk.looks import note_looks


def _context(request: Request, check: SafetyCheck, at: datetime) -> dict[str, Any]:
    """Figures of now, the frozen report beside them, and who still waits; the look at names is on record."""
    viewer = request.viewer
    places = dashboard.places(viewer, check)
    total = dashboard.total_of(places)
    course = dashboard.course(viewer, check, at)
    report = report_of(viewer, check)
    cases = cases_left(viewer, check)
    note_looks(request, action="safety.report_seen", subject=f"report:{check.pk}", member_ids=[case.member_id for case in cases], at=at)
    rounds = [(round_name(row.number), row.queued_at) for row in rounds_out(check) if row.queued_at]
    return {
        "check": check,
        "now": at,
        "total": total,
        "course": course,
        "places": places,
        "moves": moves(viewer, check, at),
        "parts": dashboard.parts(viewer, check),
        "sending": dashboard.sending(viewer, check),
        "by_school": viewer.is_office,
        "chart": chart_of(course, total.total, rounds, timezone.get_current_timezone()),
        "report": report,
        "rounds": [(round_name(row.number), row) for row in report.rounds] if report else [],
        "came_later": max(0, total.answered - report.figures.tally.answered) if report else 0,
        "cases": cases,
    }


@require_safe
def report(request: Request, desk: Desk, n: int) -> HttpResponse:
    """The report of a check that has ended; of any other, the dashboard."""
    check = dashboard.check_of(request.viewer, n)
    if report_of(request.viewer, check) is None:
        return redirect(desk.url("show", n))
    return show_page(request, desk, "report", _context(request, check, timezone.now()))


@exporting
def as_pdf(request: Request, check: SafetyCheck, at: datetime) -> HttpResponseBase:
    """The summary as PDF, of a check that runs or has ended."""
    context = _context(request, check, at)
    note_export(actor=request.viewer, at=at, check=check, form="pdf", narrowed={})
    content = summary_pdf(context, language=request.LANGUAGE_CODE)
    return as_file(HttpResponse(content, content_type="application/pdf"), check, at, "pdf")
