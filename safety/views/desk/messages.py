"""What became of the messages of a check, by country and by school or group."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from ossma.core.requests import Request
from safety.queries import dashboard
from safety.queries.messages import messages_by_country, messages_by_part
from safety.views.desk.faces import Desk, show_page


@require_safe
def index(request: Request, desk: Desk, n: int) -> HttpResponse:
    """Sent, delivered, lost, opened; a page of its own, because it counts every message."""
    check = dashboard.check_of(request.viewer, n)
    if check.sent_at is None:
        return redirect(desk.url("show", n))
    tables = [messages_by_country(request.viewer, check), messages_by_part(request.viewer, check)]
    context = {"check": check, "by_country": tables[0], "by_part": tables[1], "by_school": request.viewer.is_office}
    return show_page(request, desk, "messages", context)
