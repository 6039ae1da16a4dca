"""Mails of this room in the member's own language, promised to the outbox inside the action's transaction (money.md, "Payment")."""

from datetime import datetime
from typing import Any

from django.utils import translation

from ossma.core import formats, outbox
from payments import konbini
from payments.models import Attempt, Payment
from payments.rules import RETRY_AFTER_EXPIRY


def tell(payment: Payment, what: str, *, at: datetime, attempt: Attempt | None = None, **more: Any) -> None:
    """Promise the mail `what` (link, slip, remind, settled, expired, account, refunded) to the member, once per occasion.

    An occasion is a change of the payment's state, or one attempt or refund where there is one.
    """
    user = payment.member.user
    occasion = f"a{attempt.pk}" if attempt else f"r{more['refund']}" if "refund" in more else str(payment.moves.count())
    with translation.override(user.language):
        context = {
            "name": payment.member.name,
            "title": payment.title,
            "total": payment.total,
            "payment_id": payment.pk,
            "may_start_again": payment.purpose in RETRY_AFTER_EXPIRY,
            **(_of_attempt(attempt, user.language) if attempt else {}),
            **more,
        }
    outbox.promise(
        key=f"payment-{what}:{payment.pk}:{occasion}:email",
        to_address=user.email,
        language=user.language,
        template=f"payments/{what}",
        context=context,
        at=at,
        member_id=payment.member_id,
    )


def _of_attempt(attempt: Attempt, language: str) -> dict[str, Any]:
    """Until when, and at a store with which numbers and how."""
    context: dict[str, Any] = {"until": formats.day_and_clock(attempt.expires_at, formats.HOME_ZONE, language)}
    if attempt.store:
        store = konbini.store_of(attempt.store)
        context |= {
            "store": store.name_en if language == "en" else store.name_ja,
            "numbers": konbini.numbers(attempt.store, receipt=attempt.receipt_number, confirmation=attempt.confirmation_number),
            "steps": konbini.steps(attempt.store),
        }
    return context
