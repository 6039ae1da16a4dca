"""The one place where a payment or an attempt changes its state."""

from datetime import datetime
from typing import Any

from ossma.core import audit
from ossma.core.viewer import Viewer
from payments.letters import tell
from payments.models import Attempt, Payment, PaymentMove
from payments.states import ATTEMPT_MOVES, LIVE, PAYMENT_MOVES, WAITING, AttemptState, PaymentState


class WrongMove(Exception):
    """The table does not know this move: a fault of ours, never of the person's."""


def move_payment(*, payment: Payment, to: PaymentState, cause: str, evidence: dict[str, Any], actor: Viewer, at: datetime) -> None:
    """Move a locked payment along the table, with time, cause and evidence on record. Raises WrongMove."""
    before = PaymentState(payment.state)
    if to not in PAYMENT_MOVES[before]:
        raise WrongMove(f"payment {payment.pk}: {before} → {to}")
    payment.state = to
    payment.save(update_fields=["state", "settled_at", "settled_method"])
    PaymentMove.objects.create(payment=payment, at=at, from_state=before, to_state=to, cause=cause, evidence=evidence)
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
    attempt.ended_at = None if to in LIVE else at
    attempt.save(update_fields=["state", "link", "reference", "expires_at", "last_error", "ended_at"])
    audit.record(
        actor=actor,
        at=at,
        action=f"attempt.{to}",
        subject=("attempt", attempt.pk),
        member_id=attempt.payment.member_id,
        detail={"from": before},
    )


def end_attempt(
    *, payment: Payment, attempt: Attempt, to: AttemptState, cause: str, evidence: dict[str, Any], actor: Viewer, at: datetime, error: str = ""
) -> None:
    """End a live attempt without money. A payment that waited for it is owed again; when the term ran out it has expired, and the member is told."""
    move_attempt(attempt=attempt, to=to, actor=actor, at=at, error=error)
    if payment.state not in WAITING:
        return
    back = PaymentState.EXPIRED if to == AttemptState.EXPIRED else PaymentState.OWED
    move_payment(payment=payment, to=back, cause=cause, evidence=evidence, actor=actor, at=at)
    if back == PaymentState.EXPIRED:
        tell(payment, "expired", at=at)
