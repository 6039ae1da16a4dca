"""How a rule says no, and how a wall says "there is nothing here"."""

from collections.abc import Iterable
from typing import TypeVar

from django.http import Http404

T = TypeVar("T")


class Refused(Exception):
    """A rule forbids the action. The message is for the person, translated; `field` names the form field it belongs to."""

    def __init__(self, message: str, *, field: str | None = None, code: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.field = field
        self.code = code


class NotFound(Http404):
    """The row does not exist, or this viewer may not know that it does: always 404, never 403 (architecture.md)."""


def first_or_404(rows: Iterable[T]) -> T:
    """The only row of a walled query. Raises NotFound for none."""
    for row in rows:
        return row
    raise NotFound
