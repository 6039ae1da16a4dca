"""Background work of money."""

from celery import shared_task
from django.utils import timezone

from ossma.core.viewer import SYSTEM
from payments import actions, queries
from payments.gateways import desk, refunding
from payments.gateways.registry import configured

CHUNK = 10
ORDERS = 500
LOOK_BACK_DAYS = 7
# What was paid can be given back at the gateway's own pages, or disputed, for half a year: each such order is asked about
# once a day, so many in a run at most.
PAID_LOOK_BACK_DAYS = 180
PAID_ORDERS = 100


@shared_task(name="payments.apply_notices")
def apply_notices() -> int:
    """Act on stored notices. Safe at any time and twice at once. Returns how many were looked at."""
    looked = 0
    while notices := actions.lease_notices(limit=CHUNK, actor=SYSTEM, at=timezone.now()):
        done = desk.apply_notices(notices, clock=timezone.now)
        looked += done
        if done < len(notices):
            # The gateway is away: the scheduler looks again, and meanwhile this worker is free for mail.
            break
    return looked


@shared_task(name="payments.refund")
def refund() -> int:
    """Give back what was approved for cards. Safe at any time and twice at once. Returns how many were given back."""
    done = 0
    while refunds := actions.lease_refunds(limit=CHUNK, actor=SYSTEM, at=timezone.now()):
        done += refunding.carry_out(refunds, clock=timezone.now)
    return done


@shared_task(name="payments.terms")
def terms() -> int:
    """Remind of what ends soon and end what is over. Safe at any time and twice at once. Returns how many members were told."""
    at = timezone.now()
    return actions.remind_due(limit=ORDERS, actor=SYSTEM, at=at) + actions.expire_overdue(limit=ORDERS, actor=SYSTEM, at=at)


@shared_task(name="payments.close")
def close() -> int:
    """Make pages and numbers unpayable whose payment was called off or settled another way, until the gateway says that they are.

    Nudged by whoever calls off, and scheduled. Safe at any time and twice at once. Returns how many were asked about.
    """
    asked = 0
    for name in configured():
        attempts = queries.attempts_to_close(SYSTEM, at=timezone.now(), gateway=name, limit=ORDERS)
        asked += len(list(desk.reconcile(attempts, clock=timezone.now)))
    return asked


@shared_task(name="payments.reconcile")
def reconcile() -> dict[str, int]:
    """Ask the gateway for live attempts, recently ended ones and, once a day, what was paid within half a year; repair what was missed."""
    answers: list[desk.Asked] = []
    for name in configured():
        attempts = queries.attempts_to_ask(SYSTEM, at=timezone.now(), gateway=name, days=LOOK_BACK_DAYS, limit=ORDERS, rested=True)
        paid = queries.paid_attempts_to_ask(SYSTEM, at=timezone.now(), gateway=name, days=PAID_LOOK_BACK_DAYS, limit=PAID_ORDERS)
        known = {attempt.pk for attempt in attempts}
        attempts += [attempt for attempt in paid if attempt.pk not in known]
        answers += desk.reconcile(attempts, clock=timezone.now)
    return {
        "asked": len(answers),
        "repaired": sum(answer.verdict not in {None, desk.Verdict.NOTHING} for answer in answers),
        "unanswered": sum(answer.verdict is None for answer in answers),
    }
