"""The office's health page (office.md O5): the same probes as /healthz, and what only staff may know."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from members.queries.faces import superusers
from ossma.core.requests import Request
from ossma.portals.views.shell import probes


@require_safe
def health(request: Request) -> HttpResponse:
    """Each part with its state, and the superusers while there are any."""
    return render(request, "office/portals/health.html", {"parts": probes(), "superusers": superusers()})
