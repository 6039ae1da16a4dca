"""The monthly question "does this reach you?": one page, one button (safety.md S3, "Reachability")."""

from datetime import datetime

from django.http import HttpResponse
from django.utils import timezone

from ossma.core.net import client_address
from ossma.core.requests import Request
from ossma.core.viewer import Face, Viewer
from safety.actions.reach import tap
from safety.addresses import tap_of
from safety.queries.hand_over import tap_handed_over
from safety.queries.reach import asked_member
from safety.views.bare import bare_page, behind_link
from safety.views.onward import onward
from safety.views.whose import ASKS, must_ask, whose


def _handed_over(found: tuple[int, str], at: datetime) -> datetime | None:
    return tap_handed_over(*found, at)


@behind_link(tap_of, kind="tap", handed_over=_handed_over, dead="public/safety/link_over.html")
def reach(request: Request, found: tuple[int, str]) -> HttpResponse:
    """GET shows the button, POST counts."""
    number, channel = found
    link = ("tap", number, channel, asked_member(number))
    asks = request.method == "POST" and must_ask(request, *link)
    if request.method == "POST" and not asks:
        actor = Viewer(face=Face.LINK, address=client_address(request))
        tap(actor=actor, at=timezone.now(), tap_id=number, channel=channel)
        return onward(request, f"{request.path}?thanks")
    context = {"thanks": "thanks" in request.GET, "path": request.path, "whose": whose(request, *link)}
    return bare_page(request, "public/safety/reach.html", context, status=ASKS if asks else 200)
