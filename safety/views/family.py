"""The family line (safety.md S3): the last safe word, and a form for what a family has heard."""

from datetime import datetime, timedelta
from uuid import uuid4

from django.http import HttpResponse
from django.utils import timezone

from helpline.queries import call_number
from ossma.core import limits
from ossma.core.net import client_address
from ossma.core.ratelimit import ZERO, in_words, take
from ossma.core.requests import Request
from ossma.core.retry_after import with_wait
from ossma.core.viewer import Face, Viewer
from safety.actions.family import family_says
from safety.addresses import family_link_of, family_path
from safety.forms.family import HeardForm
from safety.queries.answering import has_open_call
from safety.queries.family import FamilyLink, family_page, link_made_at, living_link
from safety.states import AnswerKind
from safety.views.bare import bare_page, behind_link
from safety.views.onward import onward


@behind_link(
    family_link_of, kind="family_link", handed_over=link_made_at, dead="public/safety/link_over.html", looks=limits.FAMILY_LOOK
)  # the member passes the link on themselves, and not before it is made
def line(request: Request, number: int) -> HttpResponse | None:
    """GET shows, POST keeps what was heard. None: the link is over."""
    at = timezone.now()
    link = living_link(number, at)
    if link is None:
        return None
    form = HeardForm(request.POST if request.method == "POST" else None, initial={"key": uuid4()})
    wait = ZERO
    if request.method == "POST" and form.is_valid():
        wait = _must_wait(link, AnswerKind(form.cleaned_data["heard"]), at)
        if not wait:
            actor = Viewer(face=Face.LINK, member_id=link.member_id, name=link.name, address=client_address(request))
            heard = form.cleaned_data
            family_says(actor=actor, at=at, link_id=number, kind=AnswerKind(heard["heard"]), how_known=heard["how_known"], key=heard["key"])
            return onward(request, f"{family_path(number)}?thanks")
    context = {
        "page": family_page(link),
        "form": form,
        "path": family_path(number),
        "thanks": "thanks" in request.GET,
        "wait": in_words(wait) if wait else "",
        "number": call_number(None),
    }
    page = bare_page(request, "public/safety/family.html", context, status=400 if request.method == "POST" else 200)
    return with_wait(page, wait) if wait else page


def _must_wait(link: FamilyLink, heard: AnswerKind, at: datetime) -> timedelta:
    """How long until the same may be said again. That help is needed is taken at once as long as nobody looks after a call for help."""
    if heard is AnswerKind.HELP and not has_open_call(link.member_id):
        return ZERO
    return take(limits.FAMILY_WORDS, key=f"{link.pk}:{heard}", at=at)
