"""Addresses that are keys themselves: what is said behind them by a whole crowd at once takes the short way."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve
from django.utils import translation


class KeyAddressMiddleware:
    """A POST to a signed address (settings.KEY_ADDRESSES) goes straight to its view: no session, account, message or token has a part in it.

    Only without the cookies that would have one (who is signed in, which language was chosen), and only to views that ask for no token.
    Stands below what every answer carries (security headers, content policy, upload limit) and above the rest.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The short way, if it is one."""
        if request.method != "POST" or not request.path_info.startswith(settings.KEY_ADDRESSES):
            return self.get_response(request)
        if settings.SESSION_COOKIE_NAME in request.COOKIES or settings.LANGUAGE_COOKIE_NAME in request.COOKIES:
            return self.get_response(request)
        try:
            match = resolve(request.path_info)
        except Resolver404:
            return self.get_response(request)
        if not getattr(match.func, "csrf_exempt", False):
            return self.get_response(request)
        request.resolver_match = match
        translation.activate(translation.get_language_from_request(request))
        response: HttpResponse = match.func(request, *match.args, **match.kwargs)
        response.headers.setdefault("X-Frame-Options", settings.X_FRAME_OPTIONS)
        response.headers.setdefault("Content-Length", str(len(response.content)))
        response.headers.setdefault("Content-Language", translation.get_language() or settings.LANGUAGE_CODE)
        return response
