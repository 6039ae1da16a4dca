"""The list of checks."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from ossma.core.requests import Request
from safety.queries import dashboard
from safety.states import CheckState
from safety.views.desk.faces import Desk, show_page

PAGE = 20


@require_safe
def index(request: Request, desk: Desk) -> HttpResponse:
    """All checks the viewer may know of, the newest first."""
    state = request.GET.get("state", "")
    state = state if state in CheckState else ""
    page = Paginator(dashboard.checks(request.viewer, state=state), PAGE).get_page(request.GET.get("page"))
    tallies = dashboard.tallies(request.viewer, list(page.object_list))
    rows = [{"check": check, "tally": tallies[check.pk]} for check in page.object_list]
    filters = [("", _("All")), *CheckState.choices]
    items = [{"url": f"?state={value}" if value else "?", "label": label, "current": value == state} for value, label in filters]
    context = {"rows": rows, "page": page, "items": items, "query": f"state={state}&" if state else "", "state": state}
    return show_page(request, desk, "list", context)
