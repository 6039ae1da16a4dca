"""Which answers a cache may keep: none, but for the few pages that are the same for everybody."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

KEPT_NOWHERE = "private, no-store"
SHOWN = frozenset({200, 304})


class PrivateByDefaultMiddleware:
    """Puts `Cache-Control: private, no-store` on every answer.

    Without it remain settings.SHARED_PAGES for a browser without a session, and settings.SHARED_FILES for everybody.
    A new address is private until it is named there. Files in static/ are answered above.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Mark the answer on its way out."""
        response = self.get_response(request)
        if not _is_shared(request, response):
            response.headers["Cache-Control"] = KEPT_NOWHERE
        return response


def _is_shared(request: HttpRequest, response: HttpResponse) -> bool:
    name = request.resolver_match.view_name if request.resolver_match else ""
    if name in settings.SHARED_FILES:
        return True
    session = settings.SESSION_COOKIE_NAME
    has_session = session in request.COOKIES or session in response.cookies
    return name in settings.SHARED_PAGES and response.status_code in SHOWN and not has_session
