"""Mails of this room in the member's own language, promised to the outbox inside the action's transaction (money.md, "Payment")."""

from datetime import datetime
from typing import Any

from django.utils import translation

from ossma.core import formats, outbox
from payments import konbini
from payments.models import Attempt, Payment, Refund
from payments.rules import RETRY_AFTER_EXPIRY


def tell(payment: Payment, what: str, *, at: datetime, attempt: Attempt | None = None, **more: Any) -> None:
    """Promise the mail `what` (link, slip, remind, settled, expired) to the member, once per change of the payment's state or once per attempt."""
    _promise(payment, what, occasion=f"a{attempt.pk}" if attempt else str(payment.moves.count()), at=at, attempt=attempt, **more)


def tell_of_refund(refund: Refund, what: str, *, at: datetime, occasion: str = "", **more: Any) -> None:
    """Promise the mail `what` (account, account_noted, refunded) with the sum and what of it is the handling fee, once per refund and `occasion`."""
    handling = refund.handling if refund.handling_returned else 0
    occasion = f"r{refund.pk}{occasion}"
    _promise(refund.payment, what, occasion=occasion, at=at, attempt=None, amount=refund.amount, handling=handling, **more)


def _promise(payment: Payment, what: str, *, occasion: str, at: datetime, attempt: Attempt | None, **more: Any) -> None:
    user = payment.member.user
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
