"""Helpline and FAQ, for members and strangers alike: never behind a login, never gated by office hours."""

from typing import Any

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from helpline import actions, queries
from helpline.rules import by_likelihood
from helpline.states import Phone
from members.walls import member_only
from ossma.core import limits
from ossma.core.moments import moment_of
from ossma.core.ratelimit import allowed
from ossma.core.requests import Request
from ossma.core.viewer import Face

SEARCH_LENGTH = 80


def _page(request: Request, name: str, context: dict[str, Any]) -> HttpResponse:
    """Members keep the bottom bar of their portal."""
    base = "member/base.html" if request.viewer.face is Face.MEMBER else "public/base.html"
    return render(request, f"public/helpline/{name}.html", context | {"base": base})


def _searched(request: Request) -> str:
    return request.GET.get("q", "").strip()[:SEARCH_LENGTH]


@require_safe
def index(request: Request) -> HttpResponse:
    """Pick the country you are in (H1)."""
    text = _searched(request)
    direct = queries.call_number(None)
    here = queries.present_country(request.viewer, timezone.now())
    context = {
        "q": text,
        "found": queries.find_countries(text),
        "here": here,
        "here_number": queries.call_number(here.pk) if here else None,
        "regions": queries.regions(),
        "direct": direct,
        "first_call": here is None,
        "demo": direct is not None and not direct.confirmed,
    }
    return _page(request, "index", context)


@require_safe
def country(request: Request, iso2: str) -> HttpResponse:
    """What to call from there."""
    places = queries.places(iso2)
    everywhere = queries.numbers_for(None)
    asked = request.GET.get("phone")
    phone = Phone(asked) if asked in Phone.values else Phone.OWN_SIM
    shown = by_likelihood([number for place in places for number in place.numbers] + everywhere, phone)
    context = {
        "country": places[0].country,
        "places": places,
        "numbers": shown,
        "several": len(places) > 1,
        "phone": phone,
        "phones": Phone.choices,
        "demo": any(not number.confirmed for number in shown),
    }
    return _page(request, "country", context)


@require_POST
@member_only
def note_call(request: Request) -> HttpResponse:
    """A member's page tells that a number was pressed (static/js/app.js); without script the call goes through all the same."""
    at = timezone.now()
    if allowed(limits.HELPLINE_CALL, key=request.viewer.user_id, at=at):
        actions.note_call(actor=request.viewer, at=at, pressed_at=moment_of(request.POST.get("said_at")))
    return JsonResponse({"next": reverse("public:helpline:index")})


@require_safe
def faq_list(request: Request) -> HttpResponse:
    """Questions by category, all or those that hold the words searched for (H2)."""
    text = _searched(request)
    return _page(request, "faq", {"q": text, "categories": queries.faq(text)})
