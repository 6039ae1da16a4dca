"""Refusals of somebody who is signed in are told apart from a stranger's: they may be the first sign of an account that is misused."""

import logging
from collections.abc import Callable
from http import HTTPStatus

from django.http import HttpRequest, HttpResponseBase

log = logging.getLogger("ossma.security")
REFUSED = frozenset({HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND, HTTPStatus.TOO_MANY_REQUESTS})


class RefusalLogMiddleware:
    """Writes who (the account's number, no name, no address) was refused what. Django's own warnings know only the address of the page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """The answer as it is; a line if it is a refusal."""
        response = self.get_response(request)
        if response.status_code in REFUSED and request.user.is_authenticated:
            log.warning("refused %d: %s %s to user %s", response.status_code, request.method, request.path, request.user.pk)
        return response
