"""Pages behind a signed link: no login, no menu, nothing to wait for, and nothing that a search engine keeps."""

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.middleware.csrf import get_token
from django.template.loader import get_template
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from helpline.queries import call_number
from ossma.core.net import client_address
from ossma.core.ratelimit import allowed
from ossma.core.requests import Request

PER = timedelta(minutes=1)
# A family of five behind one address looks often; whoever guesses addresses looks much more often.
LOOKS, GUESSES = 60, 30

Opened = Callable[..., HttpResponse | None]
Answering = Callable[..., HttpResponse]


def bare_page(request: Request, template: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    """A page without context processors: they would ask who is signed in."""
    shown = {**context, "request": request, "csrf_token": get_token(request), "office_name": settings.OFFICE_NAME}
    return HttpResponse(get_template(template).render(shown), status=status, headers={"X-Robots-Tag": "noindex", "Referrer-Policy": "no-referrer"})


def behind_link(read: Callable[[str], Any], *, scope: str, dead: str) -> Callable[[Opened], Answering]:
    """Open a view to whoever holds a signed address that `read` understands; `dead` is the page for all others.

    The address is the key to this one thing, so no cookie has to prove anything more. The view answers None when what stood behind it is over:
    a wrong address, an old one and one that was taken back look the same.
    """

    def wall(view: Opened) -> Answering:
        @csrf_exempt
        @require_http_methods(["GET", "HEAD", "POST"])
        @wraps(view)
        def guarded(request: Request, signed: str) -> HttpResponse:
            found = read(signed)
            what, limit = ("guess", GUESSES) if found is None else ("look", LOOKS)
            if not allowed(scope=f"{scope} {what}", key=client_address(request), limit=limit, per=PER, at=timezone.now()):
                return bare_page(request, dead, {"number": call_number(None)}, status=429)
            response = view(request, found) if found is not None else None
            if response is None:
                response = bare_page(request, dead, {"number": call_number(None)}, status=404)
            return response

        return guarded

    return wall
