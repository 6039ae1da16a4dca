"""Background work of money."""

import logging

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from ossma.core.viewer import SYSTEM
from payments import actions, queries
from payments.gateways import desk
from payments.gateways.base import GatewayError

log = logging.getLogger(__name__)
CHUNK = 50
LOOK_BACK_DAYS = 7


@shared_task(name="payments.apply_notices")
def apply_notices() -> int:
    """Act on stored notices. Safe at any time and twice at once. Returns how many were looked at."""
    looked = 0
    while notices := actions.lease_notices(limit=CHUNK, actor=SYSTEM, at=timezone.now()):
        for notice in notices:
            desk.apply_notice(notice, at=timezone.now())
        looked += len(notices)
    return looked


@shared_task(name="payments.reconcile")
def reconcile() -> dict[str, int]:
    """Ask the gateway for every live attempt and the recently ended ones, and repair what was missed."""
    tally = {"asked": 0, "repaired": 0, "unanswered": 0}
    for attempt in queries.attempts_to_ask(SYSTEM, at=timezone.now(), gateway=settings.PAYMENT_GATEWAY, days=LOOK_BACK_DAYS, limit=500):
        tally["asked"] += 1
        try:
            verdict = desk.ask_back(attempt, cause="reconciliation", at=timezone.now())
        except GatewayError as error:
            log.warning("order %s cannot be asked: %s", attempt.pk, type(error).__name__)
            tally["unanswered"] += 1
        else:
            tally["repaired"] += verdict != "nothing"
    return tally
