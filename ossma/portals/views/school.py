"""The school's start page."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from members.walls import school_or_supporter
from ossma.core.requests import Request
from ossma.portals import composition


@require_safe
@school_or_supporter
def today(request: Request) -> HttpResponse:
    """今日: open checks, people who need help or are silent, who is abroad where, tasks (school-portal.md P1)."""
    return render(request, "school/portals/today.html", composition.today(request.viewer, timezone.now()))
