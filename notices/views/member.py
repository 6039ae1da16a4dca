"""What concerns the member's own stays."""

from datetime import timedelta
from typing import Any

from django.core.paginator import Page, Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from members.walls import member_only
from notices import queries
from notices.feeds import CREDIT
from notices.presenters import advisory_row, levels_where_members_are
from ossma.core.requests import Request

PAGE = 50
LOOK_BACK = timedelta(days=60)


@require_safe
@member_only
def notices(request: Request) -> HttpResponse:
    """Where the member is or goes within 30 days: its danger levels, and the advisories of two months by weight."""
    viewer, at = request.viewer, timezone.now()
    concerns = queries.concern_by_country(viewer, at)
    page: Page[Any] = Paginator(queries.touching(concerns, since=at - LOOK_BACK), PAGE).get_page(request.GET.get("page"))
    places = queries.places_of(viewer, at)
    found = queries.with_concern(viewer, page, at)
    far = [queries.speaks_of_elsewhere(one.advisory, places) for one in found]
    rows = [(advisory_row(one), elsewhere) for one, elsewhere in zip(found, far, strict=True)]
    context = {
        "levels": levels_where_members_are(viewer, at, concerns),
        "rows": [row for row, elsewhere in rows if not elsewhere],
        "elsewhere": [row for row, elsewhere in rows if elsewhere],
        "page": page,
        "credit": CREDIT,
        "fresh": queries.freshness(at),
    }
    return render(request, "member/notices/list.html", context)
