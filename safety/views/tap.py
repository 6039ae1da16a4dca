"""The monthly question "does this reach you?": one page, one button (safety.md S3, "Reachability")."""

from django.http import HttpResponse
from django.utils import timezone

from ossma.core.net import client_address
from ossma.core.requests import Request
from ossma.core.viewer import Face, Viewer
from safety.actions.reach import tap
from safety.addresses import tap_of
from safety.views.bare import bare_page, behind_link
from safety.views.onward import onward


@behind_link(tap_of, dead="public/safety/link_over.html")
def reach(request: Request, found: tuple[int, str]) -> HttpResponse:
    """GET shows the button, POST counts: mail scanners that look, or press, do not."""
    if request.method == "POST":
        actor = Viewer(face=Face.LINK, address=client_address(request))
        number, channel = found
        tap(actor=actor, at=timezone.now(), tap_id=number, channel=channel, user_agent=request.headers.get("User-Agent", ""))
        return onward(request, f"{request.path}?thanks")
    return bare_page(request, "public/safety/reach.html", {"thanks": "thanks" in request.GET, "path": request.path})
