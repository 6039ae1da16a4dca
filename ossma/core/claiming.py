"""Taking due rows so that no two workers hold the same one and a dead worker's rows come back by themselves."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Generic, TypeVar
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q

from ossma.core.models import Claimable, Progress

M = TypeVar("M", bound=Claimable)
# Waits before the next try, by how often it was tried; after the last one the message is given up where the office sees it.
LADDER = tuple(timedelta(minutes=m) for m in (1, 3, 10, 30, 60, 180, 360, 720, 1440))

# No lease is longer, the clocks of two machines apart included. One that ends later was written by a clock that ran ahead and was set right
# since: it holds nothing.
LONGEST = timedelta(minutes=10)
APART = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Claim(Generic[M]):
    """Rows held by one worker until the lease ends."""

    model: type[M]
    key: UUID
    ids: list[int]
    lease: timedelta
    until: datetime


def nobody_holds(at: datetime) -> Q:
    """Rows without a lease, with one that has ended, or with one that no clock set right could have written."""
    return Q(lease_until=None) | Q(lease_until__lt=at) | Q(lease_until__gt=at + LONGEST)


def claim(model: type[M], *, at: datetime, limit: int, lease: timedelta, only: Q | None = None) -> Claim[M]:
    """Lease up to `limit` due rows, oldest first, skipping rows that others are taking at this moment.

    Raises ValueError for a lease so long that others would not respect it.
    """
    if lease > LONGEST - APART:
        raise ValueError(f"a lease of {lease} is longer than any may be")
    key = model.new_lease()
    with transaction.atomic():
        due = model._default_manager.filter(nobody_holds(at), only or Q(), state=Progress.DUE, due_at__lte=at).order_by("due_at", "pk")
        ids = list(due.select_for_update(skip_locked=True, of=("self",)).values_list("pk", flat=True)[:limit])
        model._default_manager.filter(pk__in=ids).update(lease_until=at + lease, lease_key=key, tries=F("tries") + 1)
    return Claim(model, key, ids, lease, at + lease)


def renew(held: Claim, *, at: datetime) -> None:
    """Hold on to what is left of a chunk: a slow mail server is no dead worker."""
    held.model._default_manager.filter(_held(held, held.ids)).update(lease_until=at + held.lease)


def drop(held: Claim, ids: list[int], *, at: datetime) -> None:
    """Cancel messages that nobody needs any more."""
    held.model._default_manager.filter(_held(held, ids)).update(state=Progress.CANCELLED, ended_at=at, lease_until=None, lease_key=None)


def _held(held: Claim, ids: list[int]) -> Q:
    return Q(pk__in=ids, lease_key=held.key, state=Progress.DUE)


def give_back(held: Claim, ids: list[int], *, due_at: datetime, error: str, uncertain: int | None = None) -> None:
    """Return rows that were not tried (the server is away): due again at `due_at`, the try does not count.

    `uncertain` is the row whose conversation was cut: it keeps its begun mark, and so is counted if it repeats.
    """
    rows = held.model._default_manager.filter(_held(held, ids))
    rows.exclude(pk=uncertain).update(begun_at=None)
    rows.update(lease_until=None, lease_key=None, due_at=due_at, tries=F("tries") - 1, last_error=error[:300])


def failed(held: Claim, pk: int, *, tries: int, at: datetime, error: str, final: bool, doubtful: bool = False) -> None:
    """The server refused this message: try again up the ladder, or give up when it said "never" or the ladder ends.

    Of a `doubtful` one nobody knows whether it was taken: it keeps its begun mark, and so is counted if it repeats.
    """
    over = final or tries > len(LADDER)
    change: dict[str, object] = {"state": Progress.GAVE_UP, "ended_at": at} if over else {"due_at": at + LADDER[tries - 1]}
    if not doubtful:
        change["begun_at"] = None
    held.model._default_manager.filter(_held(held, [pk])).update(lease_until=None, lease_key=None, last_error=error[:300], **change)
