"""What settled payments still hold: what a rule of a room above can give back."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, Sum
from django.db.models.functions import Coalesce

from payments.models import LedgerLine, Payment
from payments.queries.disputes import charged_back
from payments.queries.settling import settling_order
from payments.states import CHARGE_BACKS, PaymentState, RefundState

HOLDING = (PaymentState.SETTLED, PaymentState.REFUND_REQUESTED, PaymentState.REFUNDED)
CHARGED_BACK = LedgerLine.objects.filter(payment=OuterRef("pk"), kind__in=CHARGE_BACKS)


@dataclass(frozen=True, slots=True)
class Holding:
    """One settled payment and what is left of the money that settled it; what an open refund has asked for is gone already."""

    payment_id: int
    amount: int
    # What the office gave back as goodwill: no longer held, and never asked for again.
    goodwill: int = 0


def holdings(payment_ids: Iterable[int]) -> list[Holding]:
    """The settled ones of these payments, last settled first. Money beyond what settled them has a way out of its own."""
    went = Q(refunds__surplus=False) & ~Q(refunds__state=RefundState.REFUSED)
    gift = went & Q(refunds__goodwill=True)
    rows = Payment.objects.filter(pk__in=payment_ids, state__in=HOLDING).annotate(
        gone=Coalesce(Sum("refunds__amount", filter=went), 0),
        gift=Coalesce(Sum("refunds__amount", filter=gift), 0),
        is_charged_back=Exists(CHARGED_BACK),
    )
    return [Holding(row.pk, row.total - row.gone - _lost(row), row.gift) for row in rows.order_by("-settled_at", "-pk")]


def _lost(row: Payment) -> int:
    """What a lost dispute took; hardly any payment has one."""
    return charged_back(row, settling_order(row), left=row.total - row.gone) if row.is_charged_back else 0  # type: ignore[attr-defined]
