"""Reads of refunds: for the person who gets the money, and for the office's work list."""

from datetime import datetime, timedelta

from django.db.models import Count, Min, QuerySet

from ossma.core.duties import Duty
from ossma.core.refusals import first_or_404
from ossma.core.viewer import Viewer
from payments.models import Attempt, Payment, Refund, TransferFile
from payments.states import RefundState, RefundWay, TransferLineState

ACCOUNT_KEPT = timedelta(days=90)
OPEN = (RefundState.REQUESTED, RefundState.APPROVED)


def refund_waiting_for_account(viewer: Viewer, payment_id: int) -> Refund:
    """The open refund by bank transfer of an own payment. Raises NotFound when there is none."""
    own = Payment.objects.visible_to(viewer).filter(pk=payment_id, member_id=viewer.member_id or 0)
    return first_or_404(Refund.objects.filter(payment__in=own, way=RefundWay.TRANSFER, state__in=OPEN).select_related("payment")[:1])


def is_refund_open(attempt: Attempt) -> bool:
    """Whether money of this order is promised back already."""
    return attempt.refunds.filter(state__in=OPEN).exists()


def stale_accounts(at: datetime) -> QuerySet[Refund]:
    """Refunds that ended long enough ago for the bank account to go."""
    return Refund.objects.filter(ended_at__lt=at - ACCOUNT_KEPT).exclude(account="")


def stale_files(at: datetime) -> QuerySet[TransferFile]:
    """Files of transfers that ended as long ago, for their content to go."""
    return TransferFile.objects.filter(ended_at__lt=at - ACCOUNT_KEPT).exclude(content="")


def old_accounts(at: datetime) -> int:
    """How many refunds and files hold bank accounts that are due to be forgotten."""
    return stale_accounts(at).count() + stale_files(at).count()


def is_in_file(refund: Refund) -> bool:
    """Whether this transfer stands in a file for the bank whose result is not known."""
    return refund.transfer_lines.filter(state=TransferLineState.WAITING).exists()


def refunds_of(viewer: Viewer, payment: Payment) -> list[Refund]:
    """What was or will be given back of a payment, oldest first."""
    return list(Refund.objects.filter(payment__in=Payment.objects.visible_to(viewer).filter(pk=payment.pk)).order_by("requested_at"))


def refunds_waiting(viewer: Viewer) -> list[tuple[str, int, datetime]]:
    """For the office: how many wait for a decision (`requested`) and for a transfer (`approved`), and since when."""
    if not viewer.may(Duty.HANDLE_PAYMENTS):
        return []
    requested = Refund.objects.filter(state=RefundState.REQUESTED)
    transfers = Refund.objects.filter(state=RefundState.APPROVED, way=RefundWay.TRANSFER)
    transfers = transfers.exclude(transfer_lines__state=TransferLineState.WAITING)
    found = []
    for state, rows in ((RefundState.REQUESTED, requested), (RefundState.APPROVED, transfers)):
        counted = rows.aggregate(n=Count("pk"), oldest=Min("requested_at"))
        if counted["n"]:
            found.append((state.value, counted["n"], counted["oldest"]))
    return found
