"""A check-in without a login, from the reminder's link: report, or put it off by an hour (safety.md S4)."""

from datetime import datetime

from django.http import HttpResponse
from django.utils import timezone

from helpline.queries import call_number
from ossma.core.net import client_address
from ossma.core.refusals import Refused
from ossma.core.requests import Request
from ossma.core.viewer import Face, Viewer
from safety.actions.checkins import extend_check_in, report_check_in
from safety.addresses import check_in_of
from safety.forms.checkin import TapForm
from safety.queries.checkins import check_in, owner_of
from safety.queries.hand_over import check_in_handed_over
from safety.views.bare import bare_page, behind_link
from safety.views.onward import onward
from safety.views.whose import ASKS, asks_script, must_ask, whose


def _handed_over(found: tuple[int, str], at: datetime) -> datetime | None:
    return check_in_handed_over(*found, at)


@behind_link(check_in_of, kind="check_in", handed_over=_handed_over, dead="public/safety/link_over.html")
def check_in_page(request: Request, found: tuple[int, str]) -> HttpResponse:
    """GET shows, POST reports or puts off."""
    at = timezone.now()
    number, channel = found
    actor = Viewer(face=Face.LINK, member_id=owner_of(number), address=client_address(request))
    link = ("check_in", number, channel, owner_of(number))
    asks = request.method == "POST" and must_ask(request, *link)
    if asks and (told := asks_script(request, request.path)):
        return told
    refusal, asks_again = "", False
    form = TapForm(request.POST)
    if request.method == "POST" and form.is_valid() and not asks:
        try:
            said_at = form.cleaned_data["said_at"]
            if form.cleaned_data["tap"] == "later":
                extend_check_in(actor=actor, at=at, check_in_id=number, seen_due=form.cleaned_data["due"], said_at=said_at)
            else:
                report_check_in(actor=actor, at=at, check_in_id=number, said_at=said_at, sure=form.cleaned_data["sure"])
            return onward(request, request.path)
        except Refused as refused:
            refusal, asks_again = refused.message, refused.code == "open_call"
    row = check_in(actor, number)
    context = {
        "row": row, "path": request.path, "refusal": refusal,
        "number": call_number(row.country_id), "whose": whose(request, *link), "asks_again": asks_again,
    }  # fmt: skip
    return bare_page(request, "public/safety/checkin.html", context, status=ASKS if asks else 422 if refusal else 200)
