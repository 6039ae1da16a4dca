"""What people see of their payments."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, Subquery, Sum, Value, When

from ossma.core.refusals import first_or_404
from ossma.core.viewer import Viewer
from payments import konbini, rules
from payments.models import Attempt, LedgerLine, Payment, Refund, Trouble
from payments.queries.settling import given_back
from payments.states import HOLDS, LIVE, OPEN_STATES, AttemptState, LedgerKind, RefundWay

UNHEARD = (AttemptState.CREATED, AttemptState.UNKNOWN)
IN_DOUBT = Exists(Attempt.objects.filter(payment=OuterRef("pk"), state__in=LIVE, in_doubt_since__isnull=False))
WANTING_ACCOUNT = Refund.objects.filter(payment=OuterRef("pk"), way=RefundWay.TRANSFER, ended_at=None, account="")
HELD = {
    "held": Exists(Trouble.objects.filter(payment=OuterRef("pk"), kind__in=HOLDS, resolved_at=None)),
    "in_doubt": IN_DOUBT,
    "slip_until": Subquery(Attempt.objects.filter(payment=OuterRef("pk"), state=AttemptState.AWAITING).values("pay_by")[:1]),
    # What stands still until a bank account is entered, in yen.
    "account_wanted": Subquery(WANTING_ACCOUNT.values("amount")[:1]),
    # The gateway has not told us the address of its page, or whether it made one.
    "unanswered": Exists(Attempt.objects.filter(payment=OuterRef("pk"), state__in=UNHEARD)),
}


def _rows(viewer: Viewer) -> QuerySet[Payment]:
    return Payment.objects.visible_to(viewer).annotate(**HELD)


def _own(viewer: Viewer) -> Q:
    return Q(member_id=viewer.member_id or 0)


def payments_of(viewer: Viewer) -> list[Payment]:
    """A member's own payments: what is owed first, then the newest."""
    open_first = Case(When(state__in=OPEN_STATES, then=Value(0)), default=Value(1))
    return list(_rows(viewer).filter(_own(viewer)).order_by(open_first, "-created_at", "-pk"))


def payment(viewer: Viewer, payment_id: int) -> Payment:
    """One payment with its lines and its payer; `held` while the office checks money. Raises NotFound for a stranger's.

    `booked_over`: the office has used money for it that had come in for another payment.
    """
    over = LedgerLine.objects.filter(payment=OuterRef("pk"), kind=LedgerKind.ASSIGNED_IN)
    rows = _rows(viewer).filter(pk=payment_id).annotate(booked_over=Exists(over))
    return first_or_404(list(rows.select_related("member__user").prefetch_related("lines")))


@dataclass(frozen=True, slots=True)
class SlipShown:
    """A slip as its payer sees it: the numbers in the order in which the store asks for them, and what to do there."""

    store_ja: str
    store_en: str
    numbers: list[tuple[str, str]]
    steps: list[str]
    pay_by: datetime | None


def slip_of(viewer: Viewer, payment: Payment) -> SlipShown | None:
    """The live slip of a payment the viewer may see, in the reader's language; None when there is none."""
    attempts = Attempt.objects.filter(payment__in=Payment.objects.visible_to(viewer).filter(pk=payment.pk), state=AttemptState.AWAITING)
    attempt = attempts.exclude(store="").first()
    if attempt is None:
        return None
    store = konbini.store_of(attempt.store)
    rows = konbini.numbers(attempt.store, receipt=attempt.receipt_number, confirmation=attempt.confirmation_number)
    return SlipShown(store.name_ja, store.name_en, rows, konbini.steps(attempt.store), attempt.pay_by)


def payments_for(viewer: Viewer, subject: tuple[str, int]) -> list[Payment]:
    """What is or was owed for an application or a top-up, oldest first."""
    rows = _rows(viewer).filter(subject_kind=subject[0], subject_id=subject[1])
    return list(rows.order_by("created_at", "pk"))


def payments_to_deal_with(viewer: Viewer) -> list[Payment]:
    """What a member still has to do something about: refunds that want a bank account first, then what is to be paid, soonest due first."""
    own = _rows(viewer).filter(_own(viewer)).filter(Q(state__in=OPEN_STATES) | Q(account_wanted__isnull=False))
    return list(own.order_by(F("account_wanted").asc(nulls_last=True), "due_on", "pk"))


def has_receipt(viewer: Viewer, payment: Payment) -> bool:
    """Whether the viewer, who may see the payment, can have a receipt of it."""
    if payment.member_id != viewer.member_id or payment.settled_at is None:
        return False
    return rules.has_receipt(state=payment.state, total=payment.total, given_back=given_back(payment))


def has_money(payment: Payment) -> bool:
    """Whether money of it is in the books, or at the gateway by its last answer."""
    there = payment.attempts.filter(held_there__gt=0).exists()
    return there or (payment.ledger.aggregate(sum=Sum("amount"))["sum"] or 0) > 0


def is_any_in_doubt(viewer: Viewer, payment_ids: Iterable[int]) -> bool:
    """Whether nobody can say at the moment if a card was charged for one of these payments."""
    return Payment.objects.visible_to(viewer).filter(IN_DOUBT, pk__in=payment_ids).exists()


def payments_about(viewer: Viewer, member_id: int) -> list[Payment]:
    """A member's payments for those who may look at the member, newest first."""
    return list(_rows(viewer).filter(member_id=member_id))


def export_of(member_id: int) -> list[dict]:
    """A member's payments for their data export: the person's own, asked for by themselves, so no viewer narrows it."""
    columns = ("title_ja", "title_en", "purpose", "total", "state", "created_at", "due_on", "settled_at", "paid_at", "settled_method")
    rows = Payment.objects.filter(member_id=member_id).order_by("created_at", "pk").prefetch_related("lines")
    return [
        {name: getattr(row, name) for name in columns}
        | {"lines": [{"text_ja": line.text_ja, "text_en": line.text_en, "amount": line.amount} for line in row.lines.all()]}
        for row in rows
    ]
