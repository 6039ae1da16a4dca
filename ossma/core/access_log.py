"""Reading of personal data by staff is recorded where the rows leave the database, not page by page (product.md, "Rules that hold everywhere").

A request of the school portal or the office runs inside `collecting()`. Models about a person note each row that is loaded, queries that read
names by SQL call `note_members`; what no line has named by the end of the request is written as one line by `members.middleware`.
"""

from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, Self

from django.db import models


@dataclass(slots=True)
class AccessLog:
    """Whose rows one request has read, and for whom a line was written already (numbers of members and of accounts)."""

    members: set[int] = field(default_factory=set)
    users: set[int] = field(default_factory=set)
    recorded: set[int] = field(default_factory=set)

    @property
    def unrecorded(self) -> set[int]:
        """Members who were read and whom no line names yet."""
        return self.members - self.recorded


_current: ContextVar[AccessLog | None] = ContextVar("access_log", default=None)


@contextmanager
def collecting() -> Iterator[AccessLog]:
    """Collect what is read until the block ends; what a streamed response reads later is recorded by its own action."""
    log = AccessLog()
    token = _current.set(log)
    try:
        yield log
    finally:
        _current.reset(token)


def note_members(member_ids: Iterable[int]) -> None:
    """These members' data were read."""
    log = _current.get()
    if log is not None:
        log.members.update(member_ids)


def note_account(user_id: int | None) -> None:
    """Something that names this account was read; if it is a member's, so was the member."""
    log = _current.get()
    if log is not None and user_id is not None:
        log.users.add(user_id)


def mark_recorded(member_ids: Iterable[int]) -> None:
    """A line about these members stands in the trail (or stood there minutes ago, for a page that refreshes itself)."""
    log = _current.get()
    if log is not None:
        log.recorded.update(member_ids)


class OfPerson(models.Model):
    """A model whose rows are about a person: loading one inside `collecting()` is noted. `person_column` holds the member's number."""

    person_column = "member_id"

    class Meta:
        abstract = True

    @classmethod
    def from_db(cls, db: str | None, field_names: Collection[str], values: Collection[Any], **options: Any) -> Self:
        """Load a row, and note whose it is."""
        row = super().from_db(db, field_names, values, **options)
        log = _current.get()
        if log is not None:
            number = row.__dict__.get(cls.person_column)
            if number is not None:
                log.members.add(number)
        return row


class OfAccount(models.Model):
    """The same for accounts: who of them is a member is asked when the line is written."""

    class Meta:
        abstract = True

    @classmethod
    def from_db(cls, db: str | None, field_names: Collection[str], values: Collection[Any], **options: Any) -> Self:
        """Load an account, and note whose it is."""
        row = super().from_db(db, field_names, values, **options)
        note_account(row.pk)
        return row
