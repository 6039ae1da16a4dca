"""Reads for the system and the office: orders at the gateway, notices, the work list of money."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, F, Min, OuterRef, Q

from ossma.core.duties import Duty
from ossma.core.viewer import Viewer
from payments.models import Attempt, GatewayNotice, Trouble
from payments.queries.disputes import OPEN_DISPUTE
from payments.states import LIVE, PAID_ONCE, WAITING, AttemptState, NoticeState

# The scheduler leaves an order alone for so long after it was asked last; an attempt younger than YOUNG is still being made.
YOUNG = timedelta(minutes=1)
LIVE_REST = timedelta(minutes=5)
ENDED_REST = timedelta(hours=6)
PAID_REST = timedelta(days=1)
CLOSE_REST = timedelta(seconds=5)
NOTICE_PATIENCE = timedelta(minutes=5)


def attempt_by_order(viewer: Viewer, order_id: str) -> Attempt | None:
    """The attempt under the gateway's name for it."""
    if not viewer.may(Duty.HANDLE_PAYMENTS):
        return None
    return Attempt.objects.filter(order_id=order_id).select_related("payment").first()


def attempt_by_intent(viewer: Viewer, gateway: str, intent: str) -> Attempt | None:
    """The attempt whose payment has this name at its gateway: for what names no order of ours, such as a dispute."""
    if not intent or not viewer.may(Duty.HANDLE_PAYMENTS):
        return None
    return Attempt.objects.filter(gateway=gateway, intent=intent).select_related("payment").first()


def attempts_to_ask(viewer: Viewer, *, at: datetime, gateway: str, days: int, limit: int, rested: bool = False) -> list[Attempt]:
    """Live attempts, and those that ended within `days`, least recently asked first; with `rested` none that was just made or asked."""
    if not viewer.may(Duty.HANDLE_PAYMENTS):
        return []
    live, ended = Q(state__in=LIVE), Q(ended_at__gte=at - timedelta(days=days))
    if rested:
        live &= Q(created_at__lt=at - YOUNG) & (Q(asked_at=None) | Q(asked_at__lt=at - LIVE_REST))
        ended &= Q(asked_at=None) | Q(asked_at__lt=at - ENDED_REST)
    rows = Attempt.objects.filter(live | ended, gateway=gateway).select_related("payment")
    return list(rows.order_by(F("asked_at").asc(nulls_first=True), "pk")[:limit])


def paid_attempts_to_ask(viewer: Viewer, *, at: datetime, gateway: str, days: int, limit: int) -> list[Attempt]:
    """Orders that money came in on within `days`, and older ones with an open dispute, that were not asked about for a day; longest ago first.

    What somebody does to them at the gateway's own pages, and what payers dispute, is found although no notice came.
    """
    if not viewer.may(Duty.HANDLE_PAYMENTS):
        return []
    disputed = Exists(Trouble.objects.filter(OPEN_DISPUTE, attempt=OuterRef("pk")))
    rows = Attempt.objects.filter(Q(ended_at__gte=at - timedelta(days=days)) | Q(disputed), state__in=PAID_ONCE, gateway=gateway)
    rows = rows.filter(Q(asked_at=None) | Q(asked_at__lt=at - PAID_REST)).select_related("payment")
    return list(rows.order_by(F("asked_at").asc(nulls_first=True), "pk")[:limit])


def attempts_to_close(viewer: Viewer, *, at: datetime, gateway: str, limit: int) -> list[Attempt]:
    """Live attempts of payments that wait for no money any more, but for those that were asked about this very moment."""
    if not viewer.may(Duty.HANDLE_PAYMENTS):
        return []
    unwanted = Attempt.objects.filter(state__in=LIVE, gateway=gateway).exclude(payment__state__in=WAITING)
    just_asked = Q(asked_at__gt=at - CLOSE_REST)
    return list(unwanted.exclude(just_asked).select_related("payment").order_by(F("asked_at").asc(nulls_first=True), "pk")[:limit])


def live_attempt(payment_id: int) -> Attempt | None:
    """What is under way for a payment, with it; for the conversation with the gateway, whose caller has asked whose it is."""
    return Attempt.objects.filter(payment=payment_id, state__in=LIVE).select_related("payment").first()


def open_troubles(viewer: Viewer) -> list[dict[str, Any]]:
    """Counts and ages of the money work list by kind, oldest first."""
    if not viewer.may(Duty.HANDLE_PAYMENTS):
        return []
    rows = Trouble.objects.filter(resolved_at=None).order_by().values("kind").annotate(count=Count("pk"), oldest=Min("opened_at"))
    return [dict(row) for row in rows.order_by("oldest")]


def late_slips(viewer: Viewer, at: datetime) -> tuple[int, datetime | None]:
    """How many slips are past their term without word from the gateway, and the oldest term."""
    if not viewer.may(Duty.HANDLE_PAYMENTS):
        return 0, None
    found = Attempt.objects.filter(state=AttemptState.AWAITING, pay_by__lt=at).aggregate(n=Count("pk"), oldest=Min("pay_by"))
    return found["n"], found["oldest"]


def notices_waiting(viewer: Viewer, at: datetime) -> int:
    """Notices that should have been applied five minutes ago."""
    if not viewer.may(Duty.HANDLE_PAYMENTS):
        return 0
    return GatewayNotice.objects.filter(state=NoticeState.STORED, received_at__lt=at - NOTICE_PATIENCE).count()
