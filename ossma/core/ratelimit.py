"""Rate limits counted in PostgreSQL: exact under concurrency, and there when Redis is not. Every limit is declared in ossma/core/limits.py.

Always counted outside the caller's transaction: a row counted inside one would be locked until it commits, and lost if it rolls back.
"""

import logging
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

from django.db import connection
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ossma.core.models import RateCounter
from ossma.core.refusals import Refused

log = logging.getLogger("ossma.security")
ZERO = timedelta(0)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
# Growing waits are kept in one row per key, not in windows.
NO_WINDOW = datetime(1970, 1, 1, tzinfo=UTC)
# Counters are of no use to anybody later than this. No limit may look back further: declaring one that does raises ValueError.
KEPT = timedelta(days=8)

# The key of a ceiling over all.
EVERYBODY = "everybody"
UNBOUND = 2**31 - 1

# The first use beyond the limit is counted once, to be told in the log; those after it change nothing and return no row.
COUNT = """
INSERT INTO core_ratecounter AS c (key, "window", hits) VALUES (%(key)s, %(window)s, 1)
ON CONFLICT (key, "window") DO UPDATE SET hits = c.hits + 1 WHERE c.hits <= %(most)s RETURNING c.hits
"""
# The n-th use within memory sets the n-th wait, the last one again and again; while a wait runs, nothing is counted and nothing grows.
CLIMB = """
INSERT INTO core_ratecounter AS c (key, "window", hits, until) VALUES (%(key)s, %(window)s, 1, %(at)s + (%(waits)s::interval[])[1])
ON CONFLICT (key, "window") DO UPDATE SET
    hits = CASE WHEN c.until + %(per)s <= %(at)s THEN 1 ELSE c.hits + 1 END,
    until = %(at)s + (%(waits)s::interval[])[CASE WHEN c.until + %(per)s <= %(at)s THEN 1 ELSE LEAST(c.hits + 1, %(steps)s) END]
WHERE c.until <= %(at)s RETURNING c.hits
"""


@dataclass(frozen=True, slots=True)
class Limit:
    """`most` uses of one key per window of length `per`.

    With `waits`: `most` uses at once, then each further one only after the next of the waits, the last of them again and again; a key that
    was quiet for `per` starts afresh. `each` (what a key is) and `protects` are for docs/operations.md.
    """

    name: str
    most: int
    per: timedelta
    each: str
    protects: str
    waits: tuple[timedelta, ...] = ()

    def __post_init__(self) -> None:
        if self.most < 1 or self.per + max(self.waits, default=ZERO) > KEPT:
            raise ValueError(f"limit {self.name}: {self.most} within {self.per} cannot be counted")

    @property
    def told(self) -> str:
        """The numbers in English, for operators: "600 in 1 h", "5, then one after 30 s, 1 min, 1 h"."""
        if self.waits:
            return f"{self.most}, then one after {', '.join(map(_short, self.waits))}"
        return f"{self.most} in {_short(self.per)}"


class TooMany(Refused):
    """A limit is used up. `wait`: how long until the next use is taken."""

    def __init__(self, wait: timedelta, message: str = "") -> None:
        super().__init__(message or _("Too many tries. Please wait %(wait)s and try again.") % {"wait": in_words(wait)}, code="too_many")
        self.wait = wait


def take(limit: Limit, *, key: object, at: datetime) -> timedelta:
    """Count one use; zero when it is taken, else how long to wait. What is not taken is not counted.

    The first use beyond the limit leaves a line in the log: the limit's name, not the key.
    """
    row: dict[str, Any] = {"key": _hashed(limit, key), "window": _window(limit, at), "at": at, "most": limit.most, "per": limit.per}
    if limit.waits:
        steps = [ZERO] * (limit.most - 1) + list(limit.waits)
        row |= {"waits": steps, "steps": len(steps)}
    with connection.cursor() as cursor:
        cursor.execute(CLIMB if limit.waits else COUNT, row)
        counted = cursor.fetchone()
    if counted == (limit.most + 1,):
        log.warning("limit reached: %s, %d in %s", limit.name, limit.most, limit.per)
    if counted and (limit.waits or counted[0] <= limit.most):
        return ZERO
    return max(peek(limit, key=key, at=at), timedelta(seconds=1))


def allowed(limit: Limit, *, key: object, at: datetime) -> bool:
    """Count one use and say whether it is taken."""
    return not take(limit, key=key, at=at)


def require(limit: Limit, *, key: object, at: datetime) -> None:
    """Count one use. Raises TooMany."""
    if wait := take(limit, key=key, at=at):
        raise TooMany(wait)


def peek(limit: Limit, *, key: object, at: datetime) -> timedelta:
    """How long a use would have to wait now, zero for not at all; nothing is counted."""
    window = _window(limit, at)
    row = RateCounter.objects.filter(key=_hashed(limit, key), window=window).first()
    if row is None:
        return ZERO
    if limit.waits:
        return max((row.until or at) - at, ZERO)
    return window + limit.per - at if row.hits >= limit.most else ZERO


def give_back(limit: Limit, *, key: object, at: datetime) -> None:
    """Undo one use that was taken at `at`, as if it had not been."""
    with connection.cursor() as cursor:
        cursor.execute(
            'UPDATE core_ratecounter SET hits = GREATEST(LEAST(hits, %s) - 1, 0), until = LEAST(until, %s) WHERE key = %s AND "window" = %s',
            [UNBOUND if limit.waits else limit.most, at, _hashed(limit, key), _window(limit, at)],
        )


@dataclass(frozen=True, slots=True)
class Taken:
    """Uses that were taken together."""

    uses: tuple[tuple[Limit, object], ...]
    at: datetime

    def give_back(self) -> None:
        """Undo all of them."""
        for limit, key in self.uses:
            give_back(limit, key=key, at=self.at)


def take_all(*uses: tuple[Limit, object], at: datetime) -> Taken:
    """Count one use of each (limit, key), or none where one of them is used up. Raises TooMany then."""
    for done, (limit, key) in enumerate(uses):
        if wait := take(limit, key=key, at=at):
            Taken(uses[:done], at).give_back()
            raise TooMany(wait)
    return Taken(uses, at)


def clear(limit: Limit, *, key: object) -> None:
    """Let a key start afresh."""
    RateCounter.objects.filter(key=_hashed(limit, key)).delete()


def forget_old(at: datetime, dry_run: bool = False) -> int:
    """A rule of retention: counters that no limit looks at any more. Returns how many (`dry_run` only counts)."""
    over = Q(until=None, window__lt=at - KEPT) | Q(until__lt=at - KEPT)
    rows = RateCounter.objects.filter(over)
    return rows.count() if dry_run else rows.delete()[0]


def in_words(wait: timedelta) -> str:
    """A wait as it is told to people, rounded up: "30 seconds", "5 minutes", "2 hours"."""
    seconds = -(-wait // timedelta(seconds=1))
    if wait <= MINUTE:
        return ngettext("%(n)d second", "%(n)d seconds", seconds) % {"n": seconds}
    if wait <= HOUR:
        minutes = -(-wait // MINUTE)
        return ngettext("%(n)d minute", "%(n)d minutes", minutes) % {"n": minutes}
    hours = -(-wait // HOUR)
    return ngettext("%(n)d hour", "%(n)d hours", hours) % {"n": hours}


def _short(length: timedelta) -> str:
    for unit, word in ((HOUR, "h"), (MINUTE, "min")):
        if not length % unit:
            return f"{length // unit} {word}"
    return f"{int(length.total_seconds())} s"


def _hashed(limit: Limit, key: object) -> str:
    return sha256(f"{limit.name}:{key}".encode()).hexdigest()


def _window(limit: Limit, at: datetime) -> datetime:
    if limit.waits:
        return NO_WINDOW
    seconds = int(limit.per.total_seconds())
    return datetime.fromtimestamp(int(at.timestamp()) // seconds * seconds, tz=UTC)
