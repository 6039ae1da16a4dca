"""What settled payments still hold, order by order: what a rule of a room above can give back."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Sum

from payments.models import LedgerLine, Payment, PaymentMove, Refund
from payments.states import PaymentState, RefundState

HOLDING = (PaymentState.SETTLED, PaymentState.REFUND_REQUESTED, PaymentState.REFUNDED)
PROMISED = (RefundState.REQUESTED, RefundState.APPROVED)


@dataclass(frozen=True, slots=True)
class Holding:
    """One settled payment and what the order that settled it holds; what an open refund has asked for is gone already."""

    payment_id: int
    amount: int


def settling_orders(payment_ids: Iterable[int]) -> dict[int, str]:
    """The order that settled each payment, by payment id: money of its other orders (paid twice, a wrong sum) has a way out of its own."""
    moves = PaymentMove.objects.filter(payment__in=payment_ids, to_state=PaymentState.SETTLED, evidence__has_key="order")
    return dict(moves.order_by("-at", "-pk").values_list("payment_id", "evidence__order"))


def holdings(payment_ids: Iterable[int]) -> list[Holding]:
    """The settled ones of these payments, last settled first."""
    rows = Payment.objects.filter(pk__in=payment_ids, state__in=HOLDING).order_by("-settled_at", "-pk")
    ids = list(rows.values_list("pk", flat=True))
    orders = list(settling_orders(ids).values())
    booked = LedgerLine.objects.filter(attempt__order_id__in=orders).values_list("payment_id").annotate(Sum("amount")).order_by()
    promised = Refund.objects.filter(attempt__order_id__in=orders, state__in=PROMISED).values_list("payment_id").annotate(Sum("amount")).order_by()
    held, gone = dict(booked), dict(promised)
    return [Holding(pk, held.get(pk, 0) - gone.get(pk, 0)) for pk in ids]
