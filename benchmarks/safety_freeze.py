"""Freezing an audience against one bare INSERT … SELECT of the same rows into the same table."""

import time
from statistics import median

from django.db import connection, transaction
from django.utils import timezone

from benchmarks.safety_check import draft
from benchmarks.table import Row
from ossma.core.viewer import SYSTEM
from safety import actions
from safety.models import SafetyCheck

ROUNDS = 3
BARE = """
INSERT INTO safety_recipient (check_id, member_id, school_id, reason, reason_id, country_id, city, zone, latitude, longitude, standing, late)
SELECT %s, member_id, school_id, reason, reason_id, country_id, city, zone, latitude, longitude, standing, late
FROM safety_recipient WHERE check_id = %s
"""


def _frozen(people: int) -> tuple[SafetyCheck, float]:
    check = draft()
    begun = time.perf_counter()
    check = actions.send_check(actor=SYSTEM, at=timezone.now(), check_id=check.pk, typed_count=people)
    return check, time.perf_counter() - begun


def _bare(check: SafetyCheck) -> float:
    copy = draft()
    begun = time.perf_counter()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(BARE, [copy.pk, check.pk])
    return time.perf_counter() - begun


def measure(people: int) -> Row:
    """Seconds for `people` recipients; the median of three, each beside its baseline."""
    ours, bare = [], []
    for _ in range(ROUNDS):
        check, seconds = _frozen(people)
        ours.append(seconds)
        bare.append(_bare(check))
    ratio = median(one / other for one, other in zip(ours, bare, strict=True))
    return Row(f"freeze {people:,} recipients", f"{median(ours):.2f} s", f"{median(bare):.2f} s", ratio, "within 1.5 x of one bare INSERT ... SELECT")
