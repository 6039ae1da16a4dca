"""The engine's two turns: writing down what is due, and sending a chunk of it. Called by the worker's tasks and by the command."""

import logging
from dataclasses import dataclass, field
from datetime import datetime

from ossma.core.claiming import claim, drop
from ossma.core.postman import Tally
from ossma.core.viewer import SYSTEM
from safety import actions
from safety.actions import clocks, endings, watching
from safety.channels import BY_CHANNEL
from safety.channels.base import Clock
from safety.models import Delivery
from safety.queries import deliveries

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Outcome:
    """What one look at everything due has done. `failures` names what could not be queued."""

    sent_checks: int = 0
    queued: int = 0
    check_ins: int = 0
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


def set_times_right(outcome: Outcome, *, at: datetime) -> None:
    """Before anything else: what a clock that ran ahead put off. What goes wrong with it holds up nothing."""
    try:
        clocks.set_times_right(actor=SYSTEM, at=at)
    except Exception as error:
        log.exception("times could not be set right")
        outcome.failures.append(f"times: {type(error).__name__}: {error}")


def release_cases(outcome: Outcome, *, at: datetime) -> None:
    """Cases of people who may not act any more are nobody's, so that somebody sees them."""
    try:
        endings.release_unattended(actor=SYSTEM, at=at)
    except Exception as error:
        log.exception("cases could not be released")
        outcome.failures.append(f"cases: {type(error).__name__}: {error}")


def look_after_check_ins(outcome: Outcome, *, at: datetime) -> None:
    """Check-ins: those reported by other words first, so that nobody is reminded or missed who has spoken (safety.md S4)."""
    for act in (watching.settle_reported, watching.remind_due, watching.open_missed):
        try:
            outcome.check_ins += act(actor=SYSTEM, at=at)
        except Exception as error:
            log.exception("check-ins: %s failed", act.__name__)
            outcome.failures.append(f"check-ins: {act.__name__}: {type(error).__name__}: {error}")


def deliver_chunk(channel: str, *, clock: Clock) -> Tally | None:
    """Claim a chunk of one channel's due messages and hand it to the carrier. None when there was nothing to claim."""
    at = clock()
    carrier = BY_CHANNEL[channel]
    held = claim(Delivery, at=at, limit=carrier.chunk, lease=carrier.lease, only=deliveries.going_out(channel))
    if not held.ids:
        return None
    rows = deliveries.parcels(held)
    needless = {row.pk for row in rows if row.is_needless} | deliveries.superseded(held.ids, at)
    if needless:
        drop(held, sorted(needless), at=at)
    return carrier.send(held, [row for row in rows if row.pk not in needless], clock=clock)
