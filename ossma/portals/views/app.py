"""The portal as an app on the phone (member-portal.md M9): worker, install page, pages without network."""

import json

from django.http import HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from helpline.queries import best_of_places, call_number, everything, numbers_for, present_country
from helpline.rules import by_likelihood
from members.walls import member_only
from ossma.core.formats import is_japanese
from ossma.core.links import device_mark
from ossma.core.requests import Request
from ossma.core.viewer import Face
from ossma.portals import offline
from safety.forms.answer import ReportForm


@require_safe
def worker(request: Request) -> HttpResponse:
    """/sw.js at the root, so that it may look after every page. Browsers ask for it at each visit."""
    language = "ja" if is_japanese(get_language() or "ja") else "en"
    return HttpResponse(offline.worker(language), content_type="text/javascript; charset=utf-8", headers={"Cache-Control": "no-cache"})


@require_safe
def install(request: Request) -> HttpResponse:
    """How to put OSSMA on the home screen, by kind of phone."""
    agent = request.headers.get("User-Agent", "")
    apple = any(name in agent for name in ("iPhone", "iPad"))
    base = "member/base.html" if request.viewer.face is Face.MEMBER else "public/base.html"
    return render(request, "public/portals/install.html", {"apple_first": apple, "base": base})


@require_safe
def offline_home(request: Request) -> HttpResponse:
    """What is left without network, and the way to it."""
    return render(request, "public/portals/offline.html")


@require_safe
def offline_helpline(request: Request) -> HttpResponse:
    """Every number of every country on one page, as of now."""
    book, direct = everything(), by_likelihood(numbers_for(None))
    shown = [*direct, *(number for _name, found in book for place in found for number in place.numbers)]
    context = {"book": book, "direct": direct, "saved_at": timezone.now(), "demo": any(not number.confirmed for number in shown)}
    return render(request, "public/portals/offline_helpline.html", context)


@require_safe
def offline_report(request: Request) -> HttpResponse:
    """The report for times without network: kept on the device, sent when the network is back. Nothing on it is about anybody."""
    by_country = {place.country.iso2: {"tel": best.tel, "shown": best.dial_as_shown} for place, best in best_of_places()}
    context = {"form": ReportForm(), "number": call_number(None), "by_country": json.dumps(by_country)}
    return render(request, "public/portals/offline_report.html", context)


@require_safe
@member_only
def token(request: Request) -> HttpResponse:
    """What the device of a member keeps for bad times: a fresh token to send what was kept, who is signed in now, and in which country they are."""
    country = present_country(request.viewer, timezone.now())
    here = country.iso2 if country else None
    return JsonResponse({"token": get_token(request), "who": device_mark(request.viewer.user_id), "here": here or ""})
