"""One visit to the gateway: begun as a row before anybody is called, then given a link or an end."""

from datetime import datetime

from django.conf import settings
from django.db import transaction

from ossma.core import audit
from ossma.core.links import sign
from ossma.core.refusals import Refused
from ossma.core.viewer import Viewer
from payments import rules
from payments.actions.moves import lock_payment, move_attempt, move_payment
from payments.models import Attempt, Payment
from payments.states import LIVE, AttemptState, PaymentState, Purpose

RETRY_AFTER_EXPIRY = {Purpose.MEMBERSHIP_FEE, Purpose.PERIOD_DIFFERENCE}


def begin_attempt(*, payment_id: int, actor: Viewer, at: datetime) -> tuple[Attempt, bool]:
    """The attempt to continue, and whether it is new: then the caller must ask the gateway for its link.

    A live attempt is never doubled, so two clicks or two tabs end at one order. Raises Refused.
    """
    with transaction.atomic():
        payment = lock_payment(payment_id=payment_id)
        refusal = rules.refusal_to_pay(payment.state, retry_allowed=payment.purpose in RETRY_AFTER_EXPIRY)
        if refusal:
            raise refusal
        live = payment.attempts.filter(state__in=LIVE).first()
        if live:
            return live, False
        number = payment.attempts.count() + 1
        tag = sign("order", payment.pk)[-4:].replace("_", "a").replace("-", "b")
        attempt = Attempt.objects.create(
            payment=payment,
            gateway=settings.PAYMENT_GATEWAY,
            order_id=rules.order_id(payment.pk, number, tag),
            amount=payment.total,
            created_at=at,
            expires_at=at + rules.LINK_LIFE,
        )
        if payment.state != PaymentState.STARTED:
            move_payment(payment=payment, to=PaymentState.STARTED, cause="member", actor=actor, at=at, evidence={"order": attempt.order_id})
        audit.record(actor=actor, at=at, action="attempt.created", subject=("attempt", attempt.pk), member_id=payment.member_id)
    return attempt, True


def _locked(order_id: str) -> tuple[Payment, Attempt]:
    payment = lock_payment(payment_id=Attempt.objects.values_list("payment_id", flat=True).get(order_id=order_id))
    return payment, payment.attempts.get(order_id=order_id)


def give_link(*, order_id: str, link: str, expires_at: datetime, actor: Viewer, at: datetime) -> Attempt:
    """The gateway made the page: keep its address, which cannot be had a second time."""
    with transaction.atomic():
        _payment, attempt = _locked(order_id)
        if attempt.state in {AttemptState.CREATED, AttemptState.UNKNOWN}:
            attempt.link, attempt.expires_at = link, expires_at
            move_attempt(attempt=attempt, to=AttemptState.OPEN, actor=actor, at=at)
    return attempt


def mark_unknown(*, order_id: str, error: str, actor: Viewer, at: datetime) -> None:
    """The gateway did not answer: nothing may be tried again before it was asked what became of the order."""
    with transaction.atomic():
        _payment, attempt = _locked(order_id)
        if attempt.state == AttemptState.CREATED:
            move_attempt(attempt=attempt, to=AttemptState.UNKNOWN, actor=actor, at=at, error=error)


def close_attempt(*, order_id: str, to: AttemptState, error: str, actor: Viewer, at: datetime) -> None:
    """End a live attempt without money (refused, voided, expired); the payment can be started again."""
    if to not in {AttemptState.FAILED, AttemptState.VOIDED, AttemptState.EXPIRED}:
        raise Refused(f"an attempt does not end as {to}")
    with transaction.atomic():
        payment, attempt = _locked(order_id)
        if attempt.state not in LIVE:
            return
        move_attempt(attempt=attempt, to=to, actor=actor, at=at, error=error)
        if payment.state in {PaymentState.STARTED, PaymentState.AWAITING}:
            back = PaymentState.EXPIRED if to == AttemptState.EXPIRED else PaymentState.OWED
            move_payment(payment=payment, to=back, cause="gateway", actor=actor, at=at, evidence={"order": order_id, "error": error[:200]})
