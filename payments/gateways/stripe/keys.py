"""Idempotency keys. Stripe repeats for a day whatever it answered under a key, failures too; so after a repeated failure another key is due."""

from collections.abc import Callable, Iterator, Mapping
from typing import TypeVar

import stripe

T = TypeVar("T", bound=stripe.StripeObject)
# More than the tries that one refund has in a day.
MOST_KEYS = 20


def keys(name: str) -> Iterator[str]:
    """The keys of one request, in the order in which they are used: always the same, so that two who ask at once use one."""
    yield name
    yield from (f"{name}-{number}" for number in range(2, MOST_KEYS + 1))


def once(send: Callable[[], T]) -> tuple[T | None, bool]:
    """The answer to a request with a key, and whether it is one that was given before; None for a failure of before.

    Raises the library's error for a failure of now: nothing is known of what it left behind.
    """
    try:
        answer = send()
    except stripe.StripeError as error:
        if _is_repeated(error.headers):
            return None, True
        raise
    return answer, _is_repeated(answer.last_response.headers if answer.last_response else {})


def _is_repeated(headers: Mapping[str, str] | None) -> bool:
    found = {name.lower(): value for name, value in (headers or {}).items()}
    original = found.get("original-request")
    return found.get("idempotent-replayed") == "true" or (original is not None and original != found.get("request-id"))
