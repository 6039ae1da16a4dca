"""What happened to one payment's money, from every table that knows of it, in the order of time."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from ossma.core.duties import Duty
from ossma.core.viewer import Viewer
from payments.models import Attempt, GatewayNotice, LedgerLine, PaymentMove, Refund, Trouble

Row = PaymentMove | Attempt | LedgerLine | GatewayNotice | Trouble | Refund


@dataclass(frozen=True, slots=True)
class Happening:
    """One thing that happened: `what` tells apart the moments of one row (begun, ended)."""

    at: datetime
    row: Row
    what: str = ""


def story_of(viewer: Viewer, payment_id: int) -> list[Happening]:
    """Everything of one payment, newest first: for the office. Six queries, however long it is."""
    if not viewer.may(Duty.HANDLE_PAYMENTS):
        return []
    return sorted(_happenings(payment_id), key=lambda happening: happening.at, reverse=True)


def _happenings(payment_id: int) -> Iterator[Happening]:
    orders = list(Attempt.objects.filter(Q(payment=payment_id) | Q(ledger__payment=payment_id)).distinct())
    for move in PaymentMove.objects.filter(payment=payment_id).order_by("-pk"):
        yield Happening(move.at, move)
    for line in LedgerLine.objects.filter(payment=payment_id).select_related("attempt").order_by("-pk"):
        yield Happening(line.at, line)
    for order in orders:
        yield Happening(order.created_at, order, "begun")
        if order.ended_at:
            yield Happening(order.ended_at, order, "ended")
    for notice in GatewayNotice.objects.filter(Q(order_id__in=[order.order_id for order in orders]) | Q(attempt__in=orders)):
        yield Happening(notice.received_at, notice)
    for trouble in Trouble.objects.filter(Q(payment=payment_id) | Q(attempt__in=orders)):
        yield Happening(trouble.opened_at, trouble, "opened")
        if trouble.resolved_at:
            yield Happening(trouble.resolved_at, trouble, "resolved")
    for refund in Refund.objects.filter(payment=payment_id):
        yield from _of_refund(refund)


def _of_refund(refund: Refund) -> Iterator[Happening]:
    moments = (("requested", refund.requested_at), ("approved", refund.approved_at), ("withdrawn", refund.withdrawn_at), ("ended", refund.ended_at))
    return (Happening(at, refund, what) for what, at in moments if at)
