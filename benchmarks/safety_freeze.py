"""Freezing an audience, and queueing its first round, each against one bare INSERT … SELECT of the same rows into the same table."""

import time
from collections.abc import Callable, Iterator
from statistics import median

from django.db import connection, transaction
from django.utils import timezone

from benchmarks.safety_check import draft
from benchmarks.table import Row
from ossma.core.viewer import SYSTEM
from safety import actions
from safety.models import Delivery, Recipient

ROUNDS = 3
# Columns that the bare statement writes anew; all others are copied.
OWN = {"id", "check_id", "recipient_id"}
RECIPIENTS = "INSERT INTO safety_recipient (check_id, {columns}) SELECT %(copy)s, {columns} FROM safety_recipient WHERE check_id = %(check)s"
DELIVERIES = """
INSERT INTO safety_delivery (check_id, recipient_id, {columns})
SELECT %(copy)s, r.id, {prefixed} FROM safety_delivery d
JOIN safety_recipient o ON o.id = d.recipient_id JOIN safety_recipient r ON r.check_id = %(copy)s AND r.member_id = o.member_id
WHERE d.check_id = %(check)s
"""


def _timed(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def _bare(statement: str, model: type[Recipient] | type[Delivery], **values: int) -> float:
    names = [field.column for field in model._meta.concrete_fields if field.column not in OWN]
    text = statement.format(columns=", ".join(names), prefixed=", ".join(f"d.{name}" for name in names))

    def run() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(text, values)

    return _timed(run)


def _one_round(people: int) -> tuple[float, float, float, float]:
    """Seconds: ours and bare for the recipients, ours and bare for the messages."""
    check, copy = draft(), draft()
    freeze = _timed(lambda: actions.send_check(actor=SYSTEM, at=timezone.now(), check_id=check.pk, typed_count=people))
    bare_freeze = _bare(RECIPIENTS, Recipient, copy=copy.pk, check=check.pk)
    queue = _timed(lambda: actions.queue_rounds(actor=SYSTEM, at=timezone.now(), check_id=check.pk))
    bare_queue = _bare(DELIVERIES, Delivery, copy=copy.pk, check=check.pk)
    Delivery.objects.filter(check_row__in=[check.pk, copy.pk]).update(state="cancelled", ended_at=timezone.now())
    return freeze, bare_freeze, queue, bare_queue


def measure(people: int) -> Iterator[Row]:
    """Seconds for `people`, the median of some rounds, each beside its baseline."""
    rounds = [_one_round(people) for _ in range(ROUNDS if people <= 100_000 else 1)]
    freeze, bare_freeze, queue, bare_queue = (median(column) for column in zip(*rounds, strict=True))
    ratio = median(one[0] / one[1] for one in rounds)
    must = "within 1.5 x of one bare INSERT ... SELECT"
    yield Row("freeze the audience", f"{freeze:.2f} s", f"{bare_freeze:.2f} s", ratio, must, freeze / people)
    ratio = median(one[2] / one[3] for one in rounds)
    yield Row("queue the first round", f"{queue:.2f} s", f"{bare_queue:.2f} s", ratio, "", queue / people)
