"""What happens at the gateway, as far as tests of applications need it: a payment is paid, a refund is given back."""

from datetime import timedelta

from ossma.core.viewer import SYSTEM
from payments import actions
from payments.models import Attempt, Payment, Refund
from payments.rules import Found
from payments.states import OPEN_STATES, RefundState, RefundWay
from tests.factories.payments import AttemptFactory


def begin(payment: Payment, at) -> Attempt:
    """The member has gone to the gateway's page."""
    Payment.objects.filter(pk=payment.pk).update(state="started")
    return AttemptFactory(payment=payment, created_at=at, expires_at=at + timedelta(days=7))


def learn(attempt: Attempt, at, *, amount: int | None = None, method: str = "card") -> str:
    """The gateway says that the order is paid."""
    found = Found(status="paid", amount=attempt.amount if amount is None else amount, currency="JPN", method=method)
    return actions.apply_found(order_id=attempt.order_id, found=found, cause="notice", actor=SYSTEM, at=at)


def pay(payment: Payment, at, *, method: str = "card") -> Attempt:
    """Paid from beginning to end."""
    attempt = begin(payment, at)
    learn(attempt, at, method=method)
    return attempt


def pay_open(member, at, *, method: str = "card") -> Payment:
    """Pay the one thing that is owed."""
    payment = Payment.objects.get(member=member, state__in=OPEN_STATES)
    pay(payment, at, method=method)
    payment.refresh_from_db()
    return payment


def finish(refund: Refund, at, *, with_handling: bool = False) -> None:
    """The office approves, and the gateway gives the money back."""
    actions.approve_refund(refund_id=refund.pk, note="", with_handling=with_handling, actor=SYSTEM, at=at)
    assert refund.way == RefundWay.CARD
    actions.finish_card_refund(refund_id=refund.pk, reference="r", actor=SYSTEM, at=at)


def finish_all(at) -> None:
    """Every refund that was asked for is given back."""
    for refund in Refund.objects.filter(state=RefundState.REQUESTED).order_by("pk"):
        finish(refund, at)
