"""Payments in every state, with the evidence that each state needs."""

from datetime import datetime, timedelta
from itertools import cycle
from random import Random

from applications.models import Application, Quote
from applications.states import ApplicationState, PayerKind
from payments.models import Attempt, LedgerLine, Payment, PaymentLine, PaymentMove, Refund
from payments.states import AttemptState, LedgerKind, Method, PaymentState, Purpose, RefundState, RefundWay

S = PaymentState
# The way to each state, as money.md's table allows it.
WAYS = {
    S.OWED: (),
    S.STARTED: (S.STARTED,),
    S.AWAITING: (S.STARTED, S.AWAITING),
    S.EXPIRED: (S.STARTED, S.EXPIRED),
    S.CANCELLED: (S.CANCELLED,),
    S.SETTLED: (S.STARTED, S.SETTLED),
    S.REFUND_REQUESTED: (S.STARTED, S.SETTLED, S.REFUND_REQUESTED),
    S.REFUNDED: (S.STARTED, S.SETTLED, S.REFUND_REQUESTED, S.REFUNDED),
}
ATTEMPTS = {
    S.STARTED: AttemptState.OPEN, S.AWAITING: AttemptState.AWAITING, S.EXPIRED: AttemptState.EXPIRED, S.SETTLED: AttemptState.PAID,
    S.REFUND_REQUESTED: AttemptState.PAID, S.REFUNDED: AttemptState.REFUNDED,
}  # fmt: skip
PAID = {S.SETTLED, S.REFUND_REQUESTED, S.REFUNDED}


def _states(random: Random) -> dict[bool, cycle]:
    paid = [S.SETTLED] * 40 + [S.REFUND_REQUESTED, S.REFUNDED]
    unpaid = [S.OWED, S.OWED, S.STARTED, S.AWAITING, S.EXPIRED]
    random.shuffle(paid)
    return {True: cycle(paid), False: cycle(unpaid)}


def make_payments(quoted: list[tuple[Application, Quote]], *, random: Random, at: datetime) -> int:
    """A payment for every application that its member pays; the first three people get what interface.md says."""
    states = _states(random)
    wanted: list[tuple[Application, Quote, PaymentState]] = []
    for number, (application, quote) in enumerate(quoted):
        if application.payer != PayerKind.MEMBER:
            continue
        in_force = application.state == ApplicationState.IN_FORCE
        named = S.SETTLED if in_force else S.OWED
        state = S.CANCELLED if application.state == ApplicationState.CANCELLED else next(states[in_force])
        wanted.append((application, quote, named if number < 3 else state))
    payments = Payment.objects.bulk_create((_payment(*want) for want in wanted), batch_size=2000)
    PaymentLine.objects.bulk_create(
        (line for payment, want in zip(payments, wanted, strict=True) for line in _lines(payment, want[1])), batch_size=4000
    )
    PaymentMove.objects.bulk_create((move for payment in payments for move in _moves(payment)), batch_size=4000)
    attempts = Attempt.objects.bulk_create((_attempt(payment, at) for payment in payments if payment.state in ATTEMPTS), batch_size=2000)
    LedgerLine.objects.bulk_create((line for attempt in attempts for line in _ledger(attempt, at)), batch_size=4000)
    Refund.objects.bulk_create(_refund(attempt, at) for attempt in attempts if attempt.payment.state in {S.REFUND_REQUESTED, S.REFUNDED})
    return len(payments)


def _payment(application: Application, quote: Quote, state: PaymentState) -> Payment:
    settled = application.submitted_at + timedelta(hours=2) if state in PAID else None
    service = application.get_service_display()
    return Payment(
        member_id=application.member_id, purpose=Purpose.MEMBERSHIP_FEE, subject_kind="application", subject_id=application.pk,
        title_ja=f"{service} 会費（{application.number}）", title_en=f"{service} fee ({application.number})",
        total=quote.total, methods=[Method.CARD, Method.KONBINI], state=state, created_at=application.submitted_at, settled_at=settled,
        settled_method=Method.CARD if settled else "", due_on=application.first_day,
    )  # fmt: skip


def _lines(payment: Payment, quote: Quote) -> list[PaymentLine]:
    texts = (
        (f"会費（{quote.months}か月・税込）", f"Membership fee ({quote.months} months, tax included)", quote.net + quote.tax),
        ("取扱手数料", "Handling fee", quote.handling),
    )
    return [
        PaymentLine(payment=payment, position=n, text_ja=ja, text_en=en, amount=amount, tax_rate=quote.table.tax_rate)
        for n, (ja, en, amount) in enumerate(texts, start=1)
    ]


def _moves(payment: Payment) -> list[PaymentMove]:
    moves, before = [], S.OWED
    for step, state in enumerate(WAYS[S(payment.state)], start=1):
        moves.append(
            PaymentMove(
                payment=payment,
                at=payment.created_at + timedelta(hours=step),
                from_state=before,
                to_state=state,
                cause="demo",
                evidence={"demo": True},
            )
        )
        before = state
    return moves


def _attempt(payment: Payment, at: datetime) -> Attempt:
    state = ATTEMPTS[S(payment.state)]
    live = state in {AttemptState.OPEN, AttemptState.AWAITING}
    slip = {}
    if state == AttemptState.AWAITING:
        pay_by = at + timedelta(days=7)
        slip = {"store": "10001", "receipt_number": f"{payment.pk:011d}", "confirmation_number": f"{payment.pk % 100000:05d}", "pay_by": pay_by}
    return Attempt(
        payment=payment, gateway="gmo" if live else "demo", order_id=f"DEMO-{payment.pk}-1", amount=payment.total, state=state,
        method=Method.KONBINI if slip else Method.CARD, created_at=payment.created_at,
        expires_at=at + timedelta(days=7) if live else payment.created_at + timedelta(days=7),
        ended_at=None if live else payment.created_at + timedelta(hours=2), **slip,
    )  # fmt: skip


def _ledger(attempt: Attempt, at: datetime) -> list[LedgerLine]:
    if attempt.state not in {AttemptState.PAID, AttemptState.REFUNDED}:
        return []
    paid_at = attempt.created_at + timedelta(hours=2)
    lines = [
        LedgerLine(payment=attempt.payment, attempt=attempt, kind=LedgerKind.MONEY_IN, amount=attempt.amount, reference=attempt.order_id, at=paid_at)
    ]
    if attempt.state == AttemptState.REFUNDED:
        back = LedgerLine(
            payment=attempt.payment,
            attempt=attempt,
            kind=LedgerKind.REFUND,
            amount=-attempt.amount,
            reference=attempt.order_id,
            at=min(paid_at + timedelta(days=3), at),
        )
        lines.append(back)
    return lines


def _refund(attempt: Attempt, at: datetime) -> Refund:
    payment = attempt.payment
    done = payment.state == S.REFUNDED
    asked = min(payment.created_at + timedelta(days=2), at)
    return Refund(
        payment=payment, attempt=attempt, amount=payment.total, rule="見本データの返金", requested_at=asked,
        way=RefundWay.CARD, state=RefundState.DONE if done else RefundState.REQUESTED, ended_at=min(asked + timedelta(days=1), at) if done else None,
    )  # fmt: skip
