"""What concerns the member's own stays."""

from datetime import timedelta

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from members.walls import member_only
from notices import queries
from notices.feeds import CREDIT, label_of
from notices.rules import weight
from ossma.core.requests import Request

SHOWN = 50
LOOK_BACK = timedelta(days=60)


@require_safe
@member_only
def notices(request: Request) -> HttpResponse:
    """The advisories of the last two months about where the member is or goes within 30 days."""
    at = timezone.now()
    found = queries.touching(request.viewer, at, since=at - LOOK_BACK, limit=SHOWN)
    rows = [
        {
            "advisory": one.advisory,
            "here": bool(one.concern.now),
            "type": label_of(one.advisory.info_type),
            "weight": weight(one.advisory.info_type, [*one.advisory.risk_levels, *one.advisory.infection_levels]),
        }
        for one in found
    ]
    return render(request, "member/notices/list.html", {"rows": rows, "credit": CREDIT})
