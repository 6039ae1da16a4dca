"""Rate limits counted in PostgreSQL: exact under concurrency, and there when Redis is not."""

import logging
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from django.db import connection

from ossma.core.models import RateCounter

log = logging.getLogger("ossma.security")
# Longer than any window.
KEPT = timedelta(days=8)
COUNT = """
INSERT INTO core_ratecounter (key, "window", hits) VALUES (%s, %s, 1)
ON CONFLICT (key, "window") DO UPDATE SET hits = core_ratecounter.hits + 1 RETURNING hits
"""


def allowed(*, scope: str, key: str, limit: int, per: timedelta, at: datetime) -> bool:
    """Count one use of `key` within `scope` and say whether it is still within `limit` uses per window of length `per`.

    The first use beyond the limit leaves a line in the log: the scope, not the key.
    """
    seconds = int(per.total_seconds())
    window = datetime.fromtimestamp(int(at.timestamp()) // seconds * seconds, tz=UTC)
    hashed = sha256(f"{scope}:{key}".encode()).hexdigest()
    with connection.cursor() as cursor:
        cursor.execute(COUNT, [hashed, window])
        (hits,) = cursor.fetchone()
    if hits == limit + 1:
        log.warning("limit reached: %s, %d in %s", scope, limit, per)
    return int(hits) <= limit


def forget_before(at: datetime) -> int:
    """Delete counters of windows that began before `at`; returns how many."""
    return RateCounter.objects.filter(window__lt=at).delete()[0]


def forget_old(at: datetime, dry_run: bool) -> int:
    """Retention: counters that no limit asks for any more."""
    old = at - KEPT
    return RateCounter.objects.filter(window__lt=old).count() if dry_run else forget_before(old)
