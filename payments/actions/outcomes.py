"""Acting on what the gateway says, once, whatever order the news comes in."""

from datetime import datetime

from django.db import transaction

from ossma.core import outbox, registries
from ossma.core.viewer import Viewer
from payments import rules
from payments.actions.moves import lock_payment, move_attempt, move_payment
from payments.actions.troubles import open_trouble
from payments.models import Attempt, LedgerLine, Payment
from payments.rules import Found, Verdict
from payments.states import AttemptState, LedgerKind, Method, PaymentState


def apply_found(*, order_id: str, found: Found, cause: str, actor: Viewer, at: datetime) -> Verdict:
    """Bring attempt and payment in step with the gateway's answer to a query, in one transaction. Safe to repeat.

    Raises Attempt.DoesNotExist for an order that is not ours.
    """
    payment_id = Attempt.objects.values_list("payment_id", flat=True).get(order_id=order_id)
    with transaction.atomic():
        payment = lock_payment(payment_id=payment_id)
        attempt = payment.attempts.get(order_id=order_id)
        attempt.asked_at = at
        attempt.method = found.method or attempt.method
        attempt.access_id, attempt.access_pass = found.access_id or attempt.access_id, found.access_pass or attempt.access_pass
        attempt.save()
        decision = rules.decide(payment=payment.state, attempt=attempt.state, amount=attempt.amount, found=found)
        _carry_out(payment, attempt, decision.verdict, found=found, cause=cause, actor=actor, at=at)
        if decision.trouble:
            detail = {"asked": attempt.amount, "found": found.amount, "currency": found.currency, "status": found.status}
            key = f"{decision.trouble}:{order_id}:{found.amount}"
            open_trouble(kind=decision.trouble, key=key, payment=payment, attempt=attempt, detail=detail, actor=actor, at=at)
    return decision.verdict


def _carry_out(payment: Payment, attempt: Attempt, verdict: Verdict, *, found: Found, cause: str, actor: Viewer, at: datetime) -> None:
    evidence = {"order": attempt.order_id, "status": found.status, "amount": found.amount}
    waiting = payment.state in {PaymentState.STARTED, PaymentState.AWAITING}
    match verdict:
        case Verdict.SETTLE:
            _book(payment, attempt, found, actor=actor, at=at)
            payment.settled_at, payment.settled_method = at, found.method or Method.CARD
            move_payment(payment=payment, to=PaymentState.SETTLED, cause=cause, actor=actor, at=at, evidence=evidence)
            registries.settled.get(payment.subject_kind)(payment_id=payment.pk, subject_id=payment.subject_id, actor=actor, at=at)
            _tell(payment, "settled", at=at)
        case Verdict.BOOK_ONLY:
            _book(payment, attempt, found, actor=actor, at=at)
        case Verdict.AWAIT:
            move_attempt(attempt=attempt, to=AttemptState.AWAITING, actor=actor, at=at)
            if payment.state == PaymentState.STARTED:
                move_payment(payment=payment, to=PaymentState.AWAITING, cause=cause, actor=actor, at=at, evidence=evidence)
        case Verdict.FAIL | Verdict.VOID:
            move_attempt(attempt=attempt, to=AttemptState.FAILED if verdict is Verdict.FAIL else AttemptState.VOIDED, actor=actor, at=at)
            if waiting:
                move_payment(payment=payment, to=PaymentState.OWED, cause=cause, actor=actor, at=at, evidence=evidence)
        case Verdict.EXPIRE:
            move_attempt(attempt=attempt, to=AttemptState.EXPIRED, actor=actor, at=at)
            if waiting:
                move_payment(payment=payment, to=PaymentState.EXPIRED, cause=cause, actor=actor, at=at, evidence=evidence)
                _tell(payment, "expired", at=at)


def _book(payment: Payment, attempt: Attempt, found: Found, *, actor: Viewer, at: datetime) -> None:
    move_attempt(attempt=attempt, to=AttemptState.PAID, actor=actor, at=at)
    LedgerLine.objects.create(
        payment=payment, attempt=attempt, kind=LedgerKind.MONEY_IN, amount=found.amount or 0, reference=attempt.order_id, at=at
    )


def _tell(payment: Payment, what: str, *, at: datetime) -> None:
    user = payment.member.user
    outbox.promise(
        key=f"payment-{what}:{payment.pk}:{payment.moves.count()}:email",
        to_address=user.email,
        language=user.language,
        template=f"payments/{what}",
        context={
            "name": payment.member.name,
            "title": payment.title_en if user.language == "en" else payment.title_ja,
            "total": payment.total,
            "payment_id": payment.pk,
        },
        at=at,
        member_id=payment.member_id,
    )
