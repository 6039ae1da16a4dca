"""Which order's money settled a payment, and what of it went back."""

from django.db.models import Sum

from payments.models import Attempt, LedgerLine, Payment
from payments.queries.disputes import charged_back
from payments.states import MONEY_CAME, LedgerKind, PaymentState, RefundState, RefundWay


def settling_order(payment: Payment) -> str:
    """The order that the move to settled names; for a payment whose move names none, the first that brought money. Empty when there is none."""
    move = payment.moves.filter(to_state=PaymentState.SETTLED, evidence__has_key="order").order_by("pk").first()
    if move:
        return str(move.evidence["order"])
    first = Attempt.objects.filter(ledger__payment=payment, ledger__kind__in=MONEY_CAME).order_by("ledger__at", "pk").first()
    return first.order_id if first else ""


def given_back(payment: Payment) -> int:
    """What went back of the money that settled a payment, by us or by a lost dispute, in yen; money that was beyond it does not count."""
    back = payment.refunds.filter(state=RefundState.DONE, surplus=False).aggregate(sum=Sum("amount"))["sum"] or 0
    if payment.settled_at is None:
        return back
    return back + charged_back(payment, settling_order(payment), left=payment.total - back)


def is_unpaid_now(payment: Payment) -> bool:
    """Whether nothing is left of the money that once settled this payment."""
    return payment.settled_at is not None and given_back(payment) >= payment.total


def came_in(payment: Payment) -> LedgerLine | None:
    """The line of the ledger by which money that was used for this payment had come in for another one; None for money of its own."""
    over = payment.ledger.filter(kind=LedgerKind.ASSIGNED_IN).values("attempt")
    return LedgerLine.objects.filter(attempt__in=over, kind=LedgerKind.MONEY_IN).select_related("payment", "attempt").order_by("at", "pk").first()


def expected_totals(attempt: Attempt) -> set[int]:
    """The sums in yen that the gateway may rightly name for an order: what was asked for, what it has stood at, what it will stand at.

    Gateways may report a refund of ours like any change of the charge, before or after we have booked it, and late.
    """
    totals, standing = {attempt.amount}, 0
    for line in attempt.ledger.filter(kind__in=(LedgerKind.MONEY_IN, LedgerKind.REFUND)).order_by("at", "pk"):
        standing += line.amount
        totals.add(standing)
    refund = attempt.refunds.filter(state=RefundState.APPROVED, way=RefundWay.CARD).first()
    return totals | ({standing - refund.amount} if refund else set())
