"""Background work of safety checks. Work is always a row first: every task is a look at what is due, safe at any time and twice at once."""

import logging
import time

from celery import current_app, shared_task
from django.utils import timezone

from ossma.core.viewer import SYSTEM
from safety import actions
from safety.actions.reach import ask_taps
from safety.channels import BY_CHANNEL
from safety.dispatching import Outcome, deliver_chunk, look_after_check_ins, release_cases, set_times_right, steps, take
from safety.planned import look_at_plans
from safety.queries import deliveries
from safety.queries.summaries import due_counts
from safety.states import SummaryKind

log = logging.getLogger(__name__)

# Ten thousand mails must not keep an alert waiting: senders give way to everything else in the queue, and keep a worker this long at a time.
LAST = 9
TURN_SECONDS = 2.0
MOST_SENDERS = 32


def _call_senders(channel: str, number: int) -> bool:
    """Ask for senders of one channel. False when the broker is away."""
    try:
        for _ in range(number):
            current_app.send_task("safety.deliver", args=[channel], priority=LAST, expires=120, retry=False)
    except Exception as error:  # noqa: BLE001 - whatever the broker's client raises: the rows are safe
        log.warning("broker away, no senders called: %s", type(error).__name__)
        return False
    return True


@shared_task(name="safety.dispatch")
def dispatch() -> int:
    """Open scheduled checks, queue due rounds, and call as many senders as there is work for."""
    at = timezone.now()
    outcome = Outcome()
    set_times_right(outcome, at=at)
    outcome.failures += look_at_plans(at)
    for step in steps(at):
        take(step, outcome, at=at)
    look_after_check_ins(outcome, at=at)
    release_cases(outcome, at=at)
    for channel, carrier in BY_CHANNEL.items():
        waiting = deliveries.waiting(timezone.now(), channel, most=carrier.chunk * MOST_SENDERS)
        _call_senders(channel, -(-waiting // carrier.chunk))
    return outcome.queued


@shared_task(name="safety.deliver")
def deliver(channel: str) -> int:
    """Send chunk after chunk of one channel for a short turn, then hand on to a task at the end of the queue; without a broker, go on alone."""
    sent = 0
    turn_ends = time.monotonic() + TURN_SECONDS
    while (tally := deliver_chunk(channel, clock=timezone.now)) is not None:
        sent += tally.sent
        if tally.returned:
            # What carries this is away: the next look finds these again.
            break
        if time.monotonic() >= turn_ends and _call_senders(channel, 1):
            break
    return sent


@shared_task(name="safety.fold")
def fold() -> int:
    """Fold what has changed into the figures, until nothing is left."""
    total = 0
    while folded := actions.fold_shifts(actor=SYSTEM, at=timezone.now()):
        total += folded
    return total


@shared_task(name="safety.count")
def count() -> int:
    """Count again what is due of large checks, and compare the kept figures with the rows."""
    due = due_counts(timezone.now())
    for one in due:
        at = timezone.now()
        if one.what is not SummaryKind.COMPARED:
            actions.count_now(actor=SYSTEM, at=at, check_id=one.check_id, what=one.what)
        elif wrong := actions.compare_figures(actor=SYSTEM, at=at, check_id=one.check_id):
            log.error("safety check %s: %d kept figures were wrong and have been counted anew", one.check_id, wrong)
    return len(due)


@shared_task(name="safety.ask_taps")
def ask() -> int:
    """The monthly question whether messages arrive, for whoever was not asked yet."""
    return ask_taps(actor=SYSTEM, at=timezone.now())


@shared_task(name="safety.forgive")
def forgive() -> int:
    """Addresses through which somebody has answered since are no longer shown as broken."""
    return actions.forgive_addresses(actor=SYSTEM, at=timezone.now())
