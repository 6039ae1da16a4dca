"""Terms: reminders before they end, and what becomes of a payment when they have ended (money.md, "Payment")."""

from datetime import date, datetime, timedelta

from django.db import transaction

from ossma.core import audit, formats
from ossma.core.duties import inner_action
from ossma.core.viewer import Viewer
from payments import rules
from payments.actions.moves import move_payment
from payments.letters import tell
from payments.models import Attempt, Payment
from payments.queries.locking import is_held, lock_attempt, lock_payment
from payments.states import LIVE, WAITING, PaymentState


def _today(at: datetime) -> date:
    return at.astimezone(formats.HOME_ZONE).date()


@inner_action
def remind_due(*, limit: int, actor: Viewer, at: datetime) -> int:
    """Remind of slips and opened pages that end within a day, and of due days three days ahead; each once. Returns how many were told."""
    ending = Attempt.objects.filter(state__in=LIVE, reminded_at=None, expires_at__gt=at, expires_at__lte=at + rules.REMIND_BEFORE_END)
    told = sum(_remind_attempt(order_id, actor=actor, at=at) for order_id in ending.exclude(link="").values_list("order_id", flat=True)[:limit])
    last = _today(at) + timedelta(days=rules.REMIND_DAYS_BEFORE_DUE)
    owed = Payment.objects.filter(state=PaymentState.OWED, reminded_at=None, due_on__gte=_today(at), due_on__lte=last)
    return told + sum(_remind_owed(pk, actor=actor, at=at) for pk in owed.values_list("pk", flat=True)[:limit])


@transaction.atomic
def _remind_attempt(order_id: str, *, actor: Viewer, at: datetime) -> int:
    payment, attempt = lock_attempt(order_id)
    # A page that was opened a moment ago needs no reminder of its end.
    young = attempt.created_at > at - rules.REMIND_BEFORE_END
    if attempt.reminded_at or attempt.state not in LIVE or payment.state not in WAITING or (young and not attempt.store):
        return 0
    attempt.reminded_at = at
    attempt.save(update_fields=["reminded_at"])
    tell(payment, "remind", at=at, attempt=attempt)
    audit.record(actor=actor, at=at, action="payment.reminded", subject=("payment", payment.pk), member_id=payment.member_id)
    return 1


@transaction.atomic
def _remind_owed(payment_id: int, *, actor: Viewer, at: datetime) -> int:
    payment = lock_payment(payment_id)
    if payment.reminded_at or payment.state != PaymentState.OWED or payment.due_on is None or is_held(payment):
        return 0
    payment.reminded_at = at
    payment.save(update_fields=["reminded_at"])
    tell(payment, "remind", at=at, until=formats.day(payment.due_on, payment.member.user.language))
    audit.record(actor=actor, at=at, action="payment.reminded", subject=("payment", payment.pk), member_id=payment.member_id)
    return 1


@inner_action
def expire_overdue(*, limit: int, actor: Viewer, at: datetime) -> int:
    """End what cannot be paid after its due day (top-ups): nobody may pay for cover that can no longer begin. Returns how many ended.

    A membership fee stays owed: it can be paid late. What is under way at the gateway is ended there first, by reconciliation.
    """
    overdue = Payment.objects.filter(state=PaymentState.OWED, due_on__lt=_today(at)).exclude(purpose__in=rules.RETRY_AFTER_EXPIRY)
    return sum(_expire(pk, actor=actor, at=at) for pk in overdue.values_list("pk", flat=True)[:limit])


@transaction.atomic
def _expire(payment_id: int, *, actor: Viewer, at: datetime) -> int:
    payment = lock_payment(payment_id)
    if payment.state != PaymentState.OWED or is_held(payment):
        return 0
    move_payment(payment=payment, to=PaymentState.EXPIRED, cause="due day", evidence={"due_on": str(payment.due_on)}, actor=actor, at=at)
    tell(payment, "expired", at=at)
    return 1
