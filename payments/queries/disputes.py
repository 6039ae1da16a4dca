"""What the work list knows of disputes, and what of a lost one stands in the books."""

from django.db.models import Exists, OuterRef, Q, Sum

from payments.models import Attempt, Payment, Refund, TransferFile, Trouble
from payments.states import CHARGE_BACKS, DisputeState, TransferLineState, TroubleKind

OPEN_DISPUTE = Q(kind=TroubleKind.DISPUTED, detail__state=DisputeState.OPEN)
# Of the order of a refund, for many rows.
REFUND_IS_DISPUTED = Exists(Trouble.objects.filter(OPEN_DISPUTE, attempt=OuterRef("attempt")))


def is_disputed(attempt: Attempt) -> bool:
    """Whether a dispute of this order goes on, whether or not somebody has noted it."""
    return attempt.troubles.filter(OPEN_DISPUTE).exists()


def lost_of(attempt: Attempt) -> int:
    """What was lost in disputes of an order, in yen, by the gateway's last word."""
    lost = attempt.troubles.filter(kind=TroubleKind.DISPUTED, detail__state=DisputeState.LOST)
    return sum(trouble.detail["amount"] for trouble in lost)


def charged_back_of(attempt: Attempt) -> int:
    """What of it stands in the ledger as gone, in yen."""
    return -(attempt.ledger.filter(kind__in=CHARGE_BACKS).aggregate(sum=Sum("amount"))["sum"] or 0)


def unbooked_of(attempt: Attempt) -> int:
    """What was lost beyond what the order still held, in yen: it had been given back already, so it went out twice and has no line."""
    return max(0, lost_of(attempt) - charged_back_of(attempt))


def with_bank_of(attempt: Attempt) -> int:
    """What of an order stands in a file for the bank whose result is not known, in yen: it may be gone."""
    return attempt.refunds.filter(transfer_lines__state=TransferLineState.WAITING).aggregate(sum=Sum("amount"))["sum"] or 0


def disputed_in(file: TransferFile) -> list[int]:
    """The refunds of a file that would go out on top of a dispute: one that goes on, or was lost and took what they would be paid from."""
    waiting = Refund.objects.filter(transfer_lines__file=file, transfer_lines__state=TransferLineState.WAITING)
    about = Trouble.objects.filter(kind=TroubleKind.DISPUTED, attempt=OuterRef("attempt"))
    rows = waiting.filter(Exists(about)).select_related("attempt").order_by("pk")
    return [refund.pk for refund in rows if is_disputed(refund.attempt) or unbooked_of(refund.attempt)]


def charged_back(payment: Payment, order_id: str, *, left: int) -> int:
    """What charge-backs took of the money that settled a payment, in yen. `left`: what of it refunds have left; money beyond that went first."""
    lines = payment.ledger.filter(attempt__order_id=order_id)
    taken = -(lines.filter(kind__in=CHARGE_BACKS).aggregate(sum=Sum("amount"))["sum"] or 0)
    if taken <= 0:
        return 0
    share = lines.aggregate(sum=Sum("amount"))["sum"] or 0
    return min(taken, max(0, left - share))
