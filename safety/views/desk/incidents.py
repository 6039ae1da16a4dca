"""What happened, and the waves of checks about it."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from ossma.core.refusals import NotFound, Refused
from ossma.core.requests import Request
from safety.actions import close_incident, reopen_incident
from safety.queries import dashboard, incidents
from safety.views.desk.faces import Desk, show_page

PAGE = 20


@require_safe
def index(request: Request, desk: Desk) -> HttpResponse:
    """All events the viewer may know of, those that are not over first."""
    page = Paginator(incidents.incidents(request.viewer), PAGE).get_page(request.GET.get("page"))
    return show_page(request, desk, "incidents", {"page": page})


@require_safe
def show(request: Request, desk: Desk, e: int) -> HttpResponse:
    """One event: everybody once over all waves, and each wave with its own figures."""
    incident = incidents.incident_of(request.viewer, e)
    waves = incidents.waves(request.viewer, incident)
    tallies = dashboard.tallies(request.viewer, waves)
    context = {
        "incident": incident,
        "total": incidents.total(request.viewer, incident),
        "rows": [{"check": check, "tally": tallies[check.pk]} for check in waves],
        "may_close": incidents.may_close(request.viewer, incident),
        "is_running": incidents.Running(waves).any,
    }
    return show_page(request, desk, "incident", context)


STEPS = ("close", "reopen")


@require_POST
def act(request: Request, desk: Desk, e: int, step: str) -> HttpResponse:
    """Close an event or open it again; pressed twice it is done once."""
    incidents.incident_of(request.viewer, e)
    if step not in STEPS:
        raise NotFound
    try:
        if step == "close":
            close_incident(actor=request.viewer, at=timezone.now(), incident_id=e)
            messages.success(request, _("This event is over. No new wave can be asked about it until it is opened again."))
        else:
            reopen_incident(actor=request.viewer, at=timezone.now(), incident_id=e)
            messages.success(request, _("This event is open again."))
    except Refused as refused:
        messages.error(request, refused.message)
    return redirect(desk.url("incident", e))
