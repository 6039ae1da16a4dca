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
from notices.feeds import CREDIT, label_of
from notices.queries import Touching
from notices.rules import weight
from ossma.core.requests import Request

PAGE = 20
# To find those that touch the viewer's members this many of the newest are looked through.
LOOKED_THROUGH = 200
ALL, TOUCHING, DESK = "", "touching", "desk"


@dataclass(frozen=True, slots=True)
class Desk:
    """A face: the namespaces of its addresses and the skeleton of its pages."""

    ns: str
    base: str
    safety_ns: str


SCHOOL = Desk("school:notices", "school/base.html", "school:safety")
OFFICE = Desk("office:notices", "office/base.html", "office:safety")


def _row(found: Touching) -> dict[str, Any]:
    row = found.advisory
    levels = [*row.risk_levels, *row.infection_levels]
    return {
        "advisory": row,
        "countries": row.countries.all(),
        "concern": found.concern,
        "type": label_of(row.info_type),
        "weight": weight(row.info_type, levels),
        "levels": [_("Level %(n)d") % {"n": level} for level in sorted(set(levels), reverse=True)],
    }


def _show(request: Request, desk: Desk, name: str, context: dict[str, Any]) -> HttpResponse:
    at = timezone.now()
    shared = {"desk": desk, "credit": CREDIT, "fresh": queries.freshness(at), "now": at, "is_office": request.viewer.is_office}
    return render(request, f"school/notices/{name}.html", {**shared, **context})


@require_safe
def advisories(request: Request, desk: Desk) -> HttpResponse:
    """The advisories, newest to us first: all, those that touch the viewer's members, or (office) those the duty desk must see."""
    viewer, at = request.viewer, timezone.now()
    show = request.GET.get("show", ALL)
    chips = [(ALL, _("All")), (TOUCHING, _("Concerning members"))]
    if viewer.is_office:
        chips.append((DESK, _("For the duty desk")))
    page: Page[Any]
    if show == TOUCHING:
        found = [one for one in queries.with_concern(viewer, queries.advisories()[:LOOKED_THROUGH], at) if one.concern.anybody]
        page = Paginator(found, PAGE).get_page(request.GET.get("page"))
        rows = list(page)
    else:
        wanted = queries.to_look_at(viewer) if show == DESK else queries.advisories()
        page = Paginator(wanted, PAGE).get_page(request.GET.get("page"))
        rows = queries.with_concern(viewer, page, at)
    items = [{"url": f"?show={value}" if value else "?", "label": label, "current": value == show} for value, label in chips]
    context = {"rows": [_row(one) for one in rows], "page": page, "items": items, "query": f"show={show}&" if show in {TOUCHING, DESK} else ""}
    return _show(request, desk, "advisories", context)


@require_safe
def advisory(request: Request, desk: Desk, n: int) -> HttpResponse:
    """One advisory with the ministry's words and whom it concerns."""
    row = queries.advisory(n)
    found = queries.with_concern(request.viewer, [row], timezone.now())
    return _show(request, desk, "advisory", {**_row(found[0]), "issued": row.issued_at or row.issued_on})


@require_POST
def looked_at(request: Request, desk: Desk, n: int) -> HttpResponse:
    """The duty desk has seen it."""
    actions.mark_looked_at(advisory_id=n, actor=request.viewer, at=timezone.now())
    messages.success(request, _("Noted: somebody has looked at this advisory."))
    return redirect(f"{desk.ns}:advisory", n)
