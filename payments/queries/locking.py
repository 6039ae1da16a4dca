"""Rows read under lock: member → payment → application is the order of the whole product."""

from django.db.models import Sum

from payments.models import Attempt, Payment
from payments.states import HOLDS, RefundState, RefundWay


def lock_payment(payment_id: int) -> Payment:
    """The payment, locked until the transaction ends; whoever holds it holds its attempts. Raises Payment.DoesNotExist."""
    return Payment.objects.select_for_update().get(pk=payment_id)


def lock_attempt(order_id: str) -> tuple[Payment, Attempt]:
    """An attempt under its payment's lock. Raises Attempt.DoesNotExist."""
    payment = lock_payment(Attempt.objects.values_list("payment_id", flat=True).get(order_id=order_id))
    return payment, payment.attempts.get(order_id=order_id)


def booked_of(attempt: Attempt) -> int:
    """What an order has brought in and not given back, in yen, by the ledger."""
    return attempt.ledger.aggregate(sum=Sum("amount"))["sum"] or 0


def transferred_of(attempt: Attempt) -> int:
    """What was given back of an order by bank transfer, in yen: the gateway knows nothing of it and still holds it."""
    done = attempt.refunds.filter(way=RefundWay.TRANSFER, state=RefundState.DONE)
    return done.aggregate(sum=Sum("amount"))["sum"] or 0


def is_held(payment: Payment) -> bool:
    """Whether a disagreement about money of this payment waits for a person."""
    return payment.troubles.filter(kind__in=HOLDS, resolved_at=None).exists()
