"""What must hold whatever happened to money, once the gateway answers again."""

from collections.abc import Iterable

from django.db.models import Sum

from ossma.core.models import OutboxMessage
from payments.gateways.base import Status
from payments.models import Attempt, GatewayNotice, LedgerLine, Payment, Refund, Trouble
from payments.queries.locking import booked_of, free_of, share_of, transferred_of, twice_of
from payments.queries.settling import given_back, settling_order
from payments.states import LIVE, WAITING, LedgerKind, PaymentState
from tests.payments.fake_gateway import FakeGateway
from tests.payments.steps import OPENED

OPEN = ["requested", "approved"]


def check(gateway: FakeGateway) -> None:
    """Everything, order by order and payment by payment."""
    for attempt in Attempt.objects.all():
        _check_order(attempt, gateway)
    for payment in Payment.objects.all():
        _check_moves(payment)
        _check_payment(payment)
    for refund in Refund.objects.select_related("payment", "attempt"):
        _check_refund(refund)
    for member in set(Payment.objects.values_list("member", flat=True)):
        lines = LedgerLine.objects.filter(payment__member=member)
        assert (lines.aggregate(sum=Sum("amount"))["sum"] or 0) >= 0, "no member gets more than they paid"
    settled = Payment.objects.exclude(settled_at=None).values_list("pk", flat=True)
    assert sorted(OPENED) == sorted(settled), "opened once each, and only when settled"
    assert not GatewayNotice.objects.filter(state="stored").exists(), "every notice has an end"
    assert not Trouble.objects.exclude(resolved_at=None).filter(resolution="").exists(), "a person has said what was done"


def _sum(lines: Iterable[LedgerLine]) -> int:
    return sum(line.amount for line in lines)


def _check_order(attempt: Attempt, gateway: FakeGateway) -> None:
    state = gateway.states.get(attempt.order_id)
    held = (state.amount or 0) if state and state.status is Status.PAID else 0
    told_twice = [twice_of(trouble, attempt) for trouble in attempt.troubles.exclude(resolved_at=None)]
    twice = max(told_twice, default=0)
    assert booked_of(attempt) + transferred_of(attempt) - twice == held, "the ledger of an order is what the gateway holds of it"
    assert (attempt.state == "paid") == (booked_of(attempt) > 0), "an order is paid while money of it is there"
    lines = list(attempt.ledger.all())
    over = [line for line in lines if line.kind in {LedgerKind.ASSIGNED_IN, LedgerKind.ASSIGNED_OUT}]
    assert _sum(over) == 0, "booking over moves nothing at the gateway"
    done = attempt.refunds.filter(state="done").aggregate(sum=Sum("amount"))["sum"] or 0
    assert -_sum(line for line in lines if line.kind == LedgerKind.REFUND) == done, "every refund that is done stands in the ledger, once"
    payments = {line.payment for line in lines}
    assert len({payment.member_id for payment in payments}) <= 1, "nobody pays for somebody else"
    for payment in payments:
        share = share_of(payment, attempt)
        assert share >= 0, "no payment gives away what it does not have"
        if free_of(payment, attempt):
            listed = attempt.troubles.filter(resolved_at=None).exists()
            promised = attempt.refunds.filter(state__in=OPEN).exists()
            assert listed or promised, "money without a place stays on the work list until it has one"
    came = _sum(line for line in lines if line.kind == LedgerKind.MONEY_IN)
    assert done <= came, "no more goes out of an order than came in"


def _check_moves(payment: Payment) -> None:
    moves = list(payment.moves.order_by("pk"))
    assert [move.from_state for move in moves] == ["owed", *[move.to_state for move in moves]][: len(moves)]
    assert moves == [] or moves[-1].to_state == payment.state, "the record leads to where it stands"
    settling = [move for move in moves if move.to_state == PaymentState.SETTLED and "order" in move.evidence]
    assert len(settling) == (payment.settled_at is not None), "settled once, by one order"
    mails = OutboxMessage.objects.filter(key__startswith=f"payment-settled:{payment.pk}:").count()
    assert mails == len(settling), "the member is told once that it is paid"


def _check_payment(payment: Payment) -> None:
    live = payment.attempts.filter(state__in=LIVE).count()
    assert live == (payment.state in WAITING), "what waits has one live order, and nothing else can be paid"
    asked = payment.refunds.filter(state__in=OPEN, surplus=False).exists()
    assert (payment.state == PaymentState.REFUND_REQUESTED) == (asked and payment.settled_at is not None), "waits for a refund while there is one"
    if payment.settled_at:
        attempt = Attempt.objects.get(order_id=settling_order(payment))
        assert share_of(payment, attempt) >= payment.total - given_back(payment) >= 0, "what settled it is there until it is given back"
    if payment.state == PaymentState.SETTLED:
        assert given_back(payment) == 0, "what was given back is not settled"


def _check_refund(refund: Refund) -> None:
    share, free = share_of(refund.payment, refund.attempt), free_of(refund.payment, refund.attempt)
    if refund.state in OPEN:
        assert refund.amount <= (free if refund.surplus else share), "no more is promised than is there"
    if refund.way == "transfer" and refund.state == "done":
        assert refund.account, "a transfer went to an account"
        assert refund.done_by_id != refund.approved_by_id, "two people looked at it"
    mails = OutboxMessage.objects.filter(key__startswith=f"payment-refunded:{refund.payment_id}:r{refund.pk}:").count()
    assert mails == (refund.state == "done"), "the member is told once that it was given back"
