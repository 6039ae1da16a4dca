"""Rows read under lock: member → payment → application is the order of the whole product; several payments by their number."""

from django.db.models import Sum

from payments.models import Attempt, Payment, Refund, Trouble
from payments.queries.disputes import unbooked_of
from payments.queries.refunds import OPEN
from payments.queries.settling import given_back, settling_order
from payments.states import HOLDS, RefundState, RefundWay, TroubleKind


def lock_payment(payment_id: int) -> Payment:
    """The payment, locked until the transaction ends; whoever holds it holds its attempts. Raises Payment.DoesNotExist."""
    return Payment.objects.select_for_update().get(pk=payment_id)


def lock_order(order_id: str, *, also: int | None = None) -> tuple[Attempt, dict[int, Payment]]:
    """An order under the lock of its own payment, of every payment that holds money of it, and of `also`. Raises Attempt.DoesNotExist.

    Taken by number, so that two that need the same payments never wait for each other.
    """
    rows = Attempt.objects.filter(order_id=order_id).values_list("payment_id", "ledger__payment_id").distinct()
    wanted = {number for row in rows for number in (*row, also) if number}
    payments = {payment.pk: payment for payment in Payment.objects.select_for_update().filter(pk__in=wanted).order_by("pk")}
    attempt = Attempt.objects.get(order_id=order_id)
    attempt.payment = payments[attempt.payment_id]
    return attempt, payments


def lock_attempt(order_id: str) -> tuple[Payment, Attempt]:
    """An attempt and its own payment, under lock. Raises Attempt.DoesNotExist."""
    attempt, _payments = lock_order(order_id)
    return attempt.payment, attempt


def lock_refund(refund_id: int) -> Refund:
    """A refund with its order and its payment, under the locks of both. Raises Refund.DoesNotExist."""
    order_id, payment_id = Refund.objects.values_list("attempt__order_id", "payment_id").get(pk=refund_id)
    attempt, payments = lock_order(order_id, also=payment_id)
    refund = Refund.objects.get(pk=refund_id)
    refund.attempt, refund.payment = attempt, payments[payment_id]
    return refund


def booked_of(attempt: Attempt) -> int:
    """What an order has brought in and not given back, in yen, by the ledger: what the gateway holds, whichever payment it was booked to."""
    return attempt.ledger.aggregate(sum=Sum("amount"))["sum"] or 0


def share_of(payment: Payment, attempt: Attempt) -> int:
    """What of an order's money stands under this payment, in yen."""
    return attempt.ledger.filter(payment=payment).aggregate(sum=Sum("amount"))["sum"] or 0


def free_of(payment: Payment, attempt: Attempt) -> int:
    """What of this share has no place, in yen: all of it, but for what the payment was settled with and has not been given back."""
    share = share_of(payment, attempt)
    if payment.settled_at is None or settling_order(payment) != attempt.order_id:
        return share
    return max(0, share - payment.total + given_back(payment))


def transferred_of(attempt: Attempt) -> int:
    """What was given back of an order by bank transfer, in yen: the gateway knows nothing of it and still holds it."""
    done = attempt.refunds.filter(way=RefundWay.TRANSFER, state=RefundState.DONE)
    return done.aggregate(sum=Sum("amount"))["sum"] or 0


def expected_there(attempt: Attempt) -> int:
    """What the gateway should hold of an order, in yen: what is booked and what we gave back past it, less what a lost dispute took of that."""
    return max(0, booked_of(attempt) + transferred_of(attempt) - unbooked_of(attempt))


def missing_of(trouble: Trouble, attempt: Attempt) -> int:
    """What by this entry was given back at the gateway without us and is not booked yet, in yen."""
    if trouble.kind != TroubleKind.REFUNDED_OUTSIDE:
        return 0
    return min(booked_of(attempt), max(0, expected_there(attempt) - _found(trouble, attempt)))


def twice_of(trouble: Trouble, attempt: Attempt) -> int:
    """What by this entry went out twice, in yen: we had given it back, and the gateway gave it back or lost it in a dispute too.

    The books end at nothing held, so it has no line there; the member, or nobody, pays it back.
    """
    if trouble.kind == TroubleKind.DISPUTED:
        return unbooked_of(attempt)
    outside = trouble.kind == TroubleKind.REFUNDED_OUTSIDE
    return max(0, transferred_of(attempt) - unbooked_of(attempt) - _found(trouble, attempt)) if outside else 0


def _found(trouble: Trouble, attempt: Attempt) -> int:
    """What the gateway held by its last word, which may be newer than the entry."""
    return attempt.held_there if attempt.held_there is not None else trouble.detail.get("found") or 0


def promised_of(attempt: Attempt) -> int:
    """What of an order's money beyond what was owed is to be given back and has not gone yet, in yen."""
    return attempt.refunds.filter(state__in=OPEN, surplus=True).aggregate(sum=Sum("amount"))["sum"] or 0


def gone_without_us(attempt: Attempt) -> int:
    """How much less, in yen, the gateway held of an order when it was asked last than the ledger says it should hold."""
    return 0 if attempt.held_there is None else max(0, expected_there(attempt) - attempt.held_there)


def is_held(payment: Payment) -> bool:
    """Whether a disagreement about money of this payment waits for a person."""
    return payment.troubles.filter(kind__in=HOLDS, resolved_at=None).exists()
