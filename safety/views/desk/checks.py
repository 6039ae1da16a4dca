"""The list of checks."""

from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from ossma.core.requests import Request
from safety.queries import dashboard
from safety.states import CheckKind, CheckState
from safety.views.desk.faces import Desk, show_page

PAGE = 20


def _choices(state: str, drills: bool) -> list[dict[str, Any]]:
    """The states to choose from, without losing whether drills are shown."""
    apart = {"kind": CheckKind.DRILL.value} if drills else {}
    filters = [("", _("All")), *CheckState.choices]
    return [
        {"url": f"?{urlencode({**apart, **({'state': value} if value else {})})}", "label": label, "current": value == state}
        for value, label in filters
    ]


@require_safe
def index(request: Request, desk: Desk) -> HttpResponse:
    """All checks the viewer may know of, the newest first; drills on a list of their own."""
    state, drills = request.GET.get("state", ""), request.GET.get("kind") == CheckKind.DRILL
    state = state if state in CheckState else ""
    page = Paginator(dashboard.checks(request.viewer, state=state, drills=drills), PAGE).get_page(request.GET.get("page"))
    tallies = dashboard.tallies(request.viewer, list(page.object_list))
    rows = [{"check": check, "tally": tallies[check.pk]} for check in page.object_list]
    kept = urlencode({name: value for name, value in (("kind", CheckKind.DRILL.value if drills else ""), ("state", state)) if value})
    context = {"rows": rows, "page": page, "items": _choices(state, drills), "query": f"{kept}&" if kept else "", "state": state, "drill": drills}
    return show_page(request, desk, "list", context)
