"""The one place where a payment or an attempt changes its state."""

from datetime import datetime
from typing import Any

from ossma.core import audit
from ossma.core.viewer import Viewer
from payments.models import Attempt, Payment, PaymentMove
from payments.states import ATTEMPT_MOVES, PAYMENT_MOVES, AttemptState, PaymentState


class WrongMove(Exception):
    """The table does not know this move: a fault of ours, never of the person's."""


def lock_payment(*, payment_id: int) -> Payment:
    """The payment's row, locked until the transaction ends."""
    return Payment.objects.select_for_update().get(pk=payment_id)


def move_payment(*, payment: Payment, to: PaymentState, cause: str, actor: Viewer, at: datetime, evidence: dict[str, Any] | None = None) -> None:
    """Move a locked payment along the table, with time, cause and evidence on record. Raises WrongMove."""
    before = PaymentState(payment.state)
    if to not in PAYMENT_MOVES[before]:
        raise WrongMove(f"payment {payment.pk}: {before} → {to}")
    payment.state = to
    payment.save(update_fields=["state", "settled_at", "settled_method"])
    PaymentMove.objects.create(payment=payment, at=at, from_state=before, to_state=to, cause=cause, evidence=evidence or {})
    audit.record(
        actor=actor,
        at=at,
        action=f"payment.{to}",
        subject=("payment", payment.pk),
        member_id=payment.member_id,
        detail={"cause": cause, "from": before},
    )


def move_attempt(*, attempt: Attempt, to: AttemptState, actor: Viewer, at: datetime, error: str = "") -> None:
    """Move an attempt of a locked payment along the table. Raises WrongMove."""
    before = AttemptState(attempt.state)
    if to not in ATTEMPT_MOVES[before]:
        raise WrongMove(f"attempt {attempt.order_id}: {before} → {to}")
    attempt.state = to
    attempt.last_error = error[:300]
    if to in {AttemptState.PAID, AttemptState.FAILED, AttemptState.EXPIRED, AttemptState.VOIDED, AttemptState.REFUNDED}:
        attempt.ended_at = at
    attempt.save()
    audit.record(actor=actor, at=at, action=f"attempt.{to}", subject=("attempt", attempt.pk), detail={"from": before})
