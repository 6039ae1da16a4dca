"""Safety advisories for those who may ask: the same pages for a school and for the office."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from notices import actions, queries
from notices.feeds import CREDIT
from notices.presenters import advisory_row, doubts_of, levels_where_members_are
from notices.queries import ALL, DESK, TOUCHING
from ossma.core.requests import Request

PAGE = 20
LEVELS = "levels"


@dataclass(frozen=True, slots=True)
class Desk:
    """A face: the namespaces of its addresses and the skeleton of its pages."""

    ns: str
    base: str
    safety_ns: str


SCHOOL = Desk("school:notices", "school/base.html", "school:safety")
OFFICE = Desk("office:notices", "office/base.html", "office:safety")


def _show(request: Request, desk: Desk, name: str, context: dict[str, Any]) -> HttpResponse:
    at = timezone.now()
    shared = {
        "desk": desk,
        "credit": CREDIT,
        "fresh": queries.freshness(at),
        "now": at,
        "is_office": request.viewer.is_office,
    }
    return render(request, f"school/notices/{name}.html", {**shared, **context})


@require_safe
def advisories(request: Request, desk: Desk) -> HttpResponse:
    """The advisories: all, those that concern the viewer's members, or (office) those the duty desk must see.

    `?show=levels`: the danger levels of the countries where the viewer's members are or travel.
    """
    viewer, at = request.viewer, timezone.now()
    show = request.GET.get("show", ALL)
    chips = [(ALL, _("All")), (TOUCHING, _("Concerning members")), (LEVELS, _("Danger levels"))]
    if viewer.is_office:
        chips.append((DESK, _("For the duty desk")))
    items = [{"url": f"?show={value}" if value else "?", "label": label, "current": value == show} for value, label in chips]
    if show == LEVELS:
        countries = levels_where_members_are(viewer, at)
        known, unknown = [row for row in countries if row.lines], [row for row in countries if not row.lines]
        return _show(request, desk, "levels", {"rows": known, "unknown": unknown, "items": items})
    page: Page[Any] = Paginator(queries.listed(viewer, at, show), PAGE).get_page(request.GET.get("page"))
    rows = [advisory_row(one) for one in queries.with_concern(viewer, page, at)]
    context = {"rows": rows, "page": page, "items": items, "query": f"show={show}&" if show in {TOUCHING, DESK} else ""}
    return _show(request, desk, "advisories", context)


@require_safe
def advisory(request: Request, desk: Desk, n: int) -> HttpResponse:
    """One advisory with the ministry's words and whom it concerns."""
    row = queries.advisory(n)
    (found,) = queries.with_concern(request.viewer, [row], timezone.now())
    return _show(request, desk, "advisory", {"row": advisory_row(found), "doubts": doubts_of(row)})


@require_POST
def looked_at(request: Request, desk: Desk, n: int) -> HttpResponse:
    """The duty desk has seen it."""
    actions.mark_looked_at(advisory_id=n, actor=request.viewer, at=timezone.now())
    messages.success(request, _("Noted: somebody has looked at this advisory."))
    return redirect(f"{desk.ns}:advisory", n)
