"""The engine's two turns: writing down what is due, and sending a chunk of it. Called by the worker's tasks and by the command."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from ossma.core.claiming import claim, drop
from ossma.core.postman import Tally, send_claimed
from ossma.core.viewer import SYSTEM
from safety import actions, mails
from safety.models import Delivery
from safety.queries import deliveries

log = logging.getLogger(__name__)

CHUNK = 200
# A dead worker's messages wait this long for the next one.
LEASE = timedelta(seconds=30)
Clock = Callable[[], datetime]


@dataclass(slots=True)
class Outcome:
    """What one look at everything due has done. `failures` names what could not be queued."""

    sent_checks: int = 0
    queued: int = 0
    failures: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that is due: a scheduled check, or the due rounds of an open one."""

    check_id: int
    scheduled: bool


def steps(at: datetime) -> list[Step]:
    """Everything that is due now."""
    return [
        *(Step(check_id, scheduled=True) for check_id in deliveries.due_checks(at)),
        *(Step(check_id, scheduled=False) for check_id in deliveries.checks_with_due_rounds(at)),
    ]


def take(step: Step, outcome: Outcome, *, at: datetime) -> None:
    """Do one step and add it to the outcome. One broken check does not hold up the others."""
    try:
        if step.scheduled and actions.send_scheduled_check(actor=SYSTEM, at=at, check_id=step.check_id) is not None:
            outcome.sent_checks += 1
        # The first round of a check that has just been sent is due at once.
        outcome.queued += actions.queue_rounds(actor=SYSTEM, at=at, check_id=step.check_id)
    except Exception as error:
        log.exception("safety check %s could not be queued", step.check_id)
        outcome.failures.append(f"{step.check_id}: {type(error).__name__}: {error}")


def deliver_chunk(*, clock: Clock) -> Tally | None:
    """Claim a chunk of due messages and send it over one connection. None when there was nothing to claim."""
    at = clock()
    held = claim(Delivery, at=at, limit=CHUNK, lease=LEASE, only=deliveries.GOING_OUT)
    if not held.ids:
        return None
    rows = deliveries.parcels(held)
    needless = [row.pk for row in rows if row.is_needless]
    if needless:
        drop(held, needless, at=at)
    wanted = [row for row in rows if not row.is_needless]
    return send_claimed(held, mails.letters(wanted, deliveries.checks_of(wanted), at=at), clock=clock)
