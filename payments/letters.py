"""Mails of this room in the member's own language, promised to the outbox inside the action's transaction."""

from datetime import datetime

from django.utils import translation

from ossma.core import outbox
from payments.models import Payment
from payments.rules import RETRY_AFTER_EXPIRY


def tell(payment: Payment, what: str, *, at: datetime) -> None:
    """Promise the mail `what` (settled, expired) to the member, once per change of state."""
    user = payment.member.user
    with translation.override(user.language):
        name, title = payment.member.name, payment.title
    outbox.promise(
        key=f"payment-{what}:{payment.pk}:{payment.moves.count()}:email",
        to_address=user.email,
        language=user.language,
        template=f"payments/{what}",
        context={
            "name": name,
            "title": title,
            "total": payment.total,
            "payment_id": payment.pk,
            "may_start_again": payment.purpose in RETRY_AFTER_EXPIRY,
        },
        at=at,
        member_id=payment.member_id,
    )
