"""How an answer says over HTTP that a limit is used up (RFC 6585, 4)."""

from datetime import timedelta
from typing import TypeVar

from django.http import HttpResponseBase

T = TypeVar("T", bound=HttpResponseBase)
TOO_MANY = 429


def with_wait(response: T, wait: timedelta) -> T:
    """Status 429 and the whole seconds until the next try."""
    response.status_code = TOO_MANY
    response.headers["Retry-After"] = str(-(-wait // timedelta(seconds=1)))
    return response
