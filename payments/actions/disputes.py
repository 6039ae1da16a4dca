"""Disputes of charges: onto the work list as soon as the gateway names one, into the ledger when it was lost or won after all."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from ossma.core import audit
from ossma.core.duties import inner_action
from ossma.core.viewer import Viewer
from payments.actions.moves import move_attempt, move_payment
from payments.actions.troubles import open_trouble
from payments.disputes import Dispute
from payments.models import Attempt, LedgerLine, Payment, Trouble
from payments.queries.disputes import charged_back_of, lost_of, with_bank_of
from payments.queries.locking import booked_of, free_of, share_of
from payments.queries.settling import given_back, settling_order
from payments.states import CHARGE_BACKS, PAID_ONCE, AttemptState, DisputeState, LedgerKind, PaymentState, TroubleKind

CAUSE = "charge-back"


@inner_action
def take_disputes(*, attempt: Attempt, payments: Mapping[int, Payment], disputes: Iterable[Dispute], actor: Viewer, at: datetime) -> bool:
    """Bring work list and ledger in step with what the gateway says of an order's disputes, under the order's locks; safe to repeat.

    Whether anything was new. Nothing is booked before the money itself is.
    """
    if attempt.state not in PAID_ONCE:
        return False
    news = [_note(attempt, dispute, actor=actor, at=at) for dispute in disputes]
    if news:
        _book(attempt, payments, actor=actor, at=at)
    return any(news)


def _note(attempt: Attempt, dispute: Dispute, *, actor: Viewer, at: datetime) -> bool:
    detail = {
        "order": attempt.order_id,
        "dispute": dispute.reference,
        "amount": dispute.amount,
        "reason": dispute.reason[:60],
        "status": dispute.status[:40],
        "state": dispute.state.value,
        "due_at": dispute.due_at.isoformat() if dispute.due_at else "",
    }
    key = f"{TroubleKind.DISPUTED}:{attempt.order_id}:{dispute.reference}"[:120]
    known = Trouble.objects.filter(key=key).first()
    if known is None:
        open_trouble(kind=TroubleKind.DISPUTED, key=key, payment=attempt.payment, attempt=attempt, detail=detail, actor=actor, at=at)
        return True
    if known.detail == detail:
        return False
    before, known.detail = known.detail["state"], detail
    if before != dispute.state and (before, dispute.state) != (DisputeState.OPEN, DisputeState.WON):
        # Lost, or won after it had been lost: somebody decides again. A dispute that simply ends well changes nothing.
        known.resolved_at = None
    known.save(update_fields=["detail", "resolved_at"])
    told = {"before": before, "state": dispute.state.value, "status": dispute.status[:40]}
    member_id = attempt.payment.member_id
    audit.record(actor=actor, at=at, action="trouble.updated", subject=("trouble", known.pk), member_id=member_id, detail=told)
    return True


def _book(attempt: Attempt, payments: Mapping[int, Payment], *, actor: Viewer, at: datetime) -> None:
    """Make the ledger say what was lost, as far as the order holds it. What is with the bank already stays for that transfer."""
    missing = lost_of(attempt) - charged_back_of(attempt)
    if missing > 0:
        _book_out(attempt, payments, min(missing, booked_of(attempt) - with_bank_of(attempt)), actor=actor, at=at)
    elif missing < 0:
        _book_back(attempt, payments, -missing, actor=actor, at=at)


def _book_out(attempt: Attempt, payments: Mapping[int, Payment], amount: int, *, actor: Viewer, at: datetime) -> None:
    """Money that has no place goes first, then what settled."""
    shares = [(payment, free_of(payment, attempt), share_of(payment, attempt)) for payment in payments.values()]
    for payment, held in [(payment, free) for payment, free, _share in shares] + [(payment, share - free) for payment, free, share in shares]:
        part = min(held, amount)
        if part > 0:
            _line(payment, attempt, LedgerKind.CHARGED_BACK, -part, actor=actor, at=at)
            amount -= part
    if booked_of(attempt) == 0 and attempt.state == AttemptState.PAID:
        move_attempt(attempt=attempt, to=AttemptState.REFUNDED, actor=actor, at=at)
    for payment, _free, _share in shares:
        if payment.state == PaymentState.SETTLED and settling_order(payment) == attempt.order_id and given_back(payment):
            _move_payment(payment, attempt, PaymentState.REFUND_REQUESTED, PaymentState.REFUNDED, actor=actor, at=at)


def _book_back(attempt: Attempt, payments: Mapping[int, Payment], amount: int, *, actor: Viewer, at: datetime) -> None:
    """The bank has decided for us after all: each payment has again what was taken from it."""
    for payment in payments.values():
        lines = attempt.ledger.filter(payment=payment, kind__in=CHARGE_BACKS)
        part = min(amount, -sum(line.amount for line in lines))
        if part > 0:
            _line(payment, attempt, LedgerKind.REINSTATED, part, actor=actor, at=at)
            amount -= part
        whole = payment.settled_at is not None and settling_order(payment) == attempt.order_id and not given_back(payment)
        if payment.state == PaymentState.REFUNDED and whole:
            _move_payment(payment, attempt, PaymentState.REFUND_REQUESTED, PaymentState.SETTLED, actor=actor, at=at)
    if booked_of(attempt) > 0 and attempt.state == AttemptState.REFUNDED:
        move_attempt(attempt=attempt, to=AttemptState.PAID, actor=actor, at=at)


def _line(payment: Payment, attempt: Attempt, kind: LedgerKind, amount: int, *, actor: Viewer, at: datetime) -> None:
    reference = f"{CAUSE}-{attempt.ledger.filter(kind=kind).count() + 1}"
    LedgerLine.objects.create(payment=payment, attempt=attempt, kind=kind, amount=amount, reference=reference, at=at)
    detail = {"order": attempt.order_id, "amount": amount}
    audit.record(actor=actor, at=at, action=f"payment.{kind}", subject=("payment", payment.pk), member_id=payment.member_id, detail=detail)


def _move_payment(payment: Payment, attempt: Attempt, *through: PaymentState, actor: Viewer, at: datetime) -> None:
    """By the table: what is gone has been asked for first, and so has what comes back."""
    evidence = {"disputed_order": attempt.order_id}
    for state in through:
        move_payment(payment=payment, to=state, cause=CAUSE, evidence=evidence, actor=actor, at=at)
