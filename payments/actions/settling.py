"""The one way in which a payment is settled: state, what waited for it, mail."""

from datetime import datetime
from typing import Any

from django.utils import translation

from ossma.core import registries
from ossma.core.duties import inner_action
from ossma.core.viewer import Viewer
from payments.actions.moves import move_payment
from payments.letters import tell
from payments.models import Payment
from payments.states import Method, PaymentState


@inner_action
def settle(
    *,
    payment: Payment,
    method: str,
    cause: str,
    evidence: dict[str, Any],
    actor: Viewer,
    at: datetime,
    source: Payment | None = None,
    paid_at: datetime | None = None,
) -> None:
    """Settle a locked payment by the money of the order that `evidence` names; `source`: the payment that it had been paid for.

    `paid_at`: when the payer paid, by the gateway's word.
    """
    payment.settled_at, payment.settled_method, payment.paid_at = at, method or Method.CARD, paid_at
    move_payment(payment=payment, to=PaymentState.SETTLED, cause=cause, evidence=evidence, actor=actor, at=at)
    registries.settled.get(payment.subject_kind)(payment_id=payment.pk, subject_id=payment.subject_id, actor=actor, at=at)
    tell(payment, "settled", at=at, source=_title(source, payment.member.user.language) if source else "")


def _title(payment: Payment, language: str) -> str:
    with translation.override(language):
        return payment.title
