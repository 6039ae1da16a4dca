"""The one place where a payment, an attempt or a refund changes its state."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from ossma.core import audit
from ossma.core.duties import inner_action
from ossma.core.refusals import Refused
from ossma.core.viewer import Viewer
from payments.letters import tell
from payments.models import Attempt, Payment, PaymentMove, Refund
from payments.states import ATTEMPT_MOVES, LIVE, PAYMENT_MOVES, REFUND_MOVES, WAITING, AttemptState, PaymentState, RefundState


class WrongMove(Exception):
    """The table does not know this move: a fault of ours, never of the person's."""


@inner_action
def move_payment(*, payment: Payment, to: PaymentState, cause: str, evidence: dict[str, Any], actor: Viewer, at: datetime) -> None:
    """Move a locked payment along the table, with time, cause and evidence on record. Raises WrongMove."""
    before = PaymentState(payment.state)
    if to not in PAYMENT_MOVES[before]:
        raise WrongMove(f"payment {payment.pk}: {before} → {to}")
    payment.state = to
    payment.save(update_fields=["state", "settled_at", "settled_method", "paid_at"])
    PaymentMove.objects.create(payment=payment, at=at, from_state=before, to_state=to, cause=cause, evidence=evidence)
    audit.record(
        actor=actor,
        at=at,
        action=f"payment.{to}",
        subject=("payment", payment.pk),
        member_id=payment.member_id,
        detail={"cause": cause, "from": before},
    )


@inner_action
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


@inner_action
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


@inner_action
def move_refund(*, refund: Refund, to: RefundState, actor: Viewer, at: datetime, what: str = "") -> None:
    """Move a locked refund along the table and save it with everything that was set on it. Raises Refused: somebody else was faster."""
    if to not in REFUND_MOVES[RefundState(refund.state)]:
        raise Refused(_("This refund is %(state)s, so this cannot be done any more.") % {"state": RefundState(refund.state).label})
    refund.state = to
    refund.save()
    note_refund(refund=refund, what=what or to, actor=actor, at=at)


@inner_action
def note_refund(*, refund: Refund, what: str, actor: Viewer, at: datetime) -> None:
    """The audit line of something that happened to a refund."""
    detail = {"amount": refund.amount, "way": refund.way}
    if refund.handling:
        detail |= {"handling": refund.handling, "handling_returned": refund.handling_returned}
    member_id = refund.payment.member_id
    audit.record(actor=actor, at=at, action=f"refund.{what}", subject=("refund", refund.pk), member_id=member_id, detail=detail)
