"""Limits that hold for many pages at once: searches, and the page that says how long to wait (ossma/core/limits.py)."""

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.utils import timezone

from ossma.core import limits
from ossma.core.net import source_of
from ossma.core.ratelimit import Limit, TooMany, require
from ossma.core.requests import Request
from ossma.core.retry_after import with_wait

# Below these, every address with a question in it looks something up: lists and their filters, pages of a list, autocomplete.
SEARCHED_BY_ACCOUNT = ("/school/", "/admin/", "/applications/new/cities/")
SEARCHED_BY_ANYBODY = ("/helpline/", "/faq/")
# Open dashboards ask again every few seconds.
LIVE = {"live", "desk_live"}


class LimitMiddleware:
    """Counts searches before the view runs, and answers with a page of its own where any view meets a limit that is used up."""

    def __init__(self, get_response: Callable[[Request], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: Request) -> HttpResponseBase:
        """Nothing by itself."""
        return self.get_response(request)

    def process_view(self, request: Request, view: Callable[..., Any], args: Any, kwargs: Any) -> HttpResponse | None:
        """A search too many does not reach its view."""
        counted = _search_limit(request)
        if counted is None:
            return None
        try:
            require(counted, key=request.user.pk or source_of(request), at=timezone.now())
        except TooMany as refused:
            return too_many(request, refused)
        return None

    def process_exception(self, request: Request, error: Exception) -> HttpResponse | None:
        """The page, whichever view it was."""
        return too_many(request, error) if isinstance(error, TooMany) else None


def _search_limit(request: Request) -> Limit | None:
    """The limit that a request counts against; None where it asks for nothing."""
    if not request.GET:
        return None
    if request.path_info.startswith(SEARCHED_BY_ACCOUNT):
        match = request.resolver_match
        return limits.LIVE if match and match.url_name in LIVE else limits.SEARCH
    return limits.PUBLIC_SEARCH if request.path_info.startswith(SEARCHED_BY_ANYBODY) else None


def too_many(request: Request, refused: TooMany) -> HttpResponse:
    """How long to wait, and whom to call; for scripts as JSON."""
    if "application/json" in request.headers.get("Accept", ""):
        return with_wait(JsonResponse({"ok": False, "message": refused.message}), refused.wait)
    return with_wait(render(request, "429.html", {"message": refused.message}), refused.wait)
