"""The family line (safety.md S3): the last safe word, and a form for what a family has heard."""

from datetime import timedelta
from uuid import uuid4

from django.http import HttpResponse
from django.utils import timezone

from helpline.queries import call_number
from ossma.core.net import client_address
from ossma.core.ratelimit import allowed
from ossma.core.requests import Request
from ossma.core.viewer import Face, Viewer
from safety.actions.family import family_says
from safety.addresses import family_link_of, family_path
from safety.forms.family import HeardForm
from safety.queries.family import family_page, living_link
from safety.states import AnswerKind
from safety.views.bare import bare_page, behind_link
from safety.views.onward import onward

WORDS, PER = 10, timedelta(hours=1)


@behind_link(family_link_of, scope="family", dead="public/safety/link_over.html")
def line(request: Request, number: int) -> HttpResponse | None:
    """GET shows, POST keeps what was heard. None: the link is over."""
    at = timezone.now()
    link = living_link(number, at)
    if link is None:
        return None
    form = HeardForm(request.POST if request.method == "POST" else None, initial={"key": uuid4()})
    status = 200
    if request.method == "POST":
        status = 400
        if not allowed(scope="family words", key=str(number), limit=WORDS, per=PER, at=at):
            status = 429
        elif form.is_valid():
            actor = Viewer(face=Face.LINK, member_id=link.member_id, name=link.name, address=client_address(request))
            heard = form.cleaned_data
            family_says(actor=actor, at=at, link_id=number, kind=AnswerKind(heard["heard"]), how_known=heard["how_known"], key=heard["key"])
            return onward(request, f"{family_path(number)}?thanks")
    context = {
        "page": family_page(link), "form": form, "path": family_path(number), "thanks": "thanks" in request.GET, "wait": status == 429,
        "number": call_number(None),
    }  # fmt: skip
    return bare_page(request, "public/safety/family.html", context, status=status)
