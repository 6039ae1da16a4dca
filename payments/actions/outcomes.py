"""Acting on what the gateway says, once, whatever order the news comes in."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db import transaction

from ossma.core.duties import inner_action
from ossma.core.viewer import Viewer
from payments import rules
from payments.actions.disputes import take_disputes
from payments.actions.moves import end_attempt, move_attempt, move_payment
from payments.actions.refunds import finish_refund
from payments.actions.settling import settle
from payments.actions.troubles import open_trouble, reopen
from payments.letters import tell
from payments.models import Attempt, LedgerLine, Payment
from payments.queries.locking import booked_of, expected_there, is_held, lock_order, lock_payment, missing_of
from payments.rules import Found, Standing, Verdict
from payments.states import LIVE, WAITING, AttemptState, LedgerKind, PaymentState, RefundState, RefundWay

ENDS = {Verdict.FAIL: AttemptState.FAILED, Verdict.VOID: AttemptState.VOIDED, Verdict.EXPIRE: AttemptState.EXPIRED}


@inner_action
def apply_found(*, order_id: str, found: Found, cause: str, actor: Viewer, at: datetime) -> Verdict:
    """Bring attempt and payment in step with the gateway's answer to a query, in one transaction. Safe to repeat.

    Raises Attempt.DoesNotExist for an order that is not ours.
    """
    with transaction.atomic():
        attempt, payments = lock_order(order_id)
        payment = attempt.payment
        first = rules.first_of_several(attempt=attempt.state, amount=attempt.amount, found=found)
        if first:
            # Two methods were paid before anybody looked: the one settles like any other, then the second is found on top.
            verdict = apply_found(order_id=order_id, found=first, cause=cause, actor=actor, at=at)
            apply_found(order_id=order_id, found=replace(found, parts=()), cause=cause, actor=actor, at=at)
            return verdict
        _remember(attempt, found, at)
        disputes: dict[str, Any] = {"attempt": attempt, "payments": payments, "disputes": found.disputes, "actor": actor, "at": at}
        disputed = take_disputes(**disputes)
        booked = booked_of(attempt)
        refund = attempt.refunds.filter(state=RefundState.APPROVED, way=RefundWay.CARD).first()
        expected = expected_there(attempt)
        standing = Standing(payment.state, attempt.state, attempt.amount, expected, is_held(payment), refund.amount if refund else 0)
        decision = rules.decide(standing, found)
        if found.slip and attempt.state in LIVE:
            _keep_slip(attempt, found.slip)
        if decision.verdict is Verdict.BOOK_MORE:
            _book(payment, attempt, (found.amount or 0) - expected, actor=actor, at=at)
        _carry_out(payment, attempt, decision.verdict, found=found, cause=cause, actor=actor, at=at)
        if decision.verdict is Verdict.GIVEN_BACK and refund:
            refund.payment, refund.attempt = payments.get(refund.payment_id) or lock_payment(refund.payment_id), attempt
            finish_refund(refund=refund, reference=f"{order_id}:{found.amount or 0}", cause=cause, actor=actor, at=at)
        if decision.trouble:
            holds = rules.held_by(found)
            detail = {"asked": attempt.amount, "booked": booked, "found": holds, "currency": found.currency, "status": found.status}
            key = f"{decision.trouble}:{order_id}:{holds}"
            trouble = open_trouble(kind=decision.trouble, key=key, payment=payment, attempt=attempt, detail=detail, actor=actor, at=at)
            if missing_of(trouble, attempt):
                # The same sum is held there as when this was dealt with, and money came in between.
                reopen(trouble=trouble, actor=actor, at=at)
        waits = _waits_with_money(standing, found)
        if waits or decision.verdict in {Verdict.BOOK_ONLY, Verdict.BOOK_MORE}:
            fits = waits and found.amount == attempt.amount
            tell(payment, "checking", at=at, attempt=attempt, amount=(found.amount or 0) - expected, fits=fits)
        # Money that was only booked now may be disputed already.
        disputed = take_disputes(**disputes) or disputed
    return Verdict.DISPUTED if disputed and decision.verdict is Verdict.NOTHING else decision.verdict


def _waits_with_money(standing: Standing, found: Found) -> bool:
    """Whether the gateway holds what was asked for, and a message that disagrees keeps it from settling until a person has looked."""
    return standing.held and standing.attempt != AttemptState.PAID and bool(rules.held_by(found))


def _remember(attempt: Attempt, found: Found, at: datetime) -> None:
    attempt.asked_at = at
    attempt.method = found.method or attempt.method
    attempt.access_id = found.access_id or attempt.access_id
    attempt.access_pass = found.access_pass or attempt.access_pass
    attempt.intent = found.intent or attempt.intent
    held = rules.held_by(found)
    attempt.held_there = attempt.held_there if held is None else held
    if attempt.in_doubt_since and rules.is_doubt_over(status=found.status, since=attempt.in_doubt_since, at=at):
        attempt.in_doubt_since = None
    attempt.save(update_fields=["asked_at", "method", "access_id", "access_pass", "intent", "held_there", "in_doubt_since"])


def _keep_slip(attempt: Attempt, slip: rules.Slip) -> None:
    """The numbers for the store; from now on the slip's term is the order's."""
    attempt.store, attempt.confirmation_number, attempt.receipt_number = slip.store, slip.confirmation_number, slip.receipt_number
    attempt.pay_by = slip.pay_by
    attempt.expires_at = slip.pay_by or attempt.expires_at
    attempt.link = slip.url or attempt.link
    attempt.save(update_fields=["store", "confirmation_number", "receipt_number", "pay_by", "expires_at", "link"])


def _carry_out(payment: Payment, attempt: Attempt, verdict: Verdict, *, found: Found, cause: str, actor: Viewer, at: datetime) -> None:
    evidence = {"order": attempt.order_id, "status": found.status, "amount": found.amount, "currency": found.currency, "raw": dict(found.raw)}
    match verdict:
        case Verdict.SETTLE:
            _book(payment, attempt, found.amount or 0, paid_at=found.paid_at, actor=actor, at=at)
            settle(payment=payment, method=found.method, cause=cause, evidence=evidence, paid_at=attempt.paid_at, actor=actor, at=at)
        case Verdict.BOOK_ONLY:
            _book(payment, attempt, found.amount or 0, paid_at=found.paid_at, actor=actor, at=at)
            if payment.state in WAITING and not payment.attempts.filter(state__in=LIVE).exists():
                # Nothing is under way any more: what the money is for is owed until a person has decided.
                move_payment(payment=payment, to=PaymentState.OWED, cause=cause, evidence=evidence, actor=actor, at=at)
        case Verdict.AWAIT:
            move_attempt(attempt=attempt, to=AttemptState.AWAITING, actor=actor, at=at)
            if payment.state == PaymentState.STARTED:
                move_payment(payment=payment, to=PaymentState.AWAITING, cause=cause, evidence=evidence, actor=actor, at=at)
                tell(payment, "slip", at=at, attempt=attempt)
        case Verdict.FAIL | Verdict.VOID | Verdict.EXPIRE:
            end_attempt(payment=payment, attempt=attempt, to=ENDS[verdict], cause=cause, evidence=evidence, actor=actor, at=at)


def _book(payment: Payment, attempt: Attempt, amount: int, *, actor: Viewer, at: datetime, paid_at: datetime | None = None) -> None:
    """Money came in on this order, for the first time or (by another method) once more; `paid_at` by the gateway's word."""
    if attempt.paid_at is None and paid_at:
        # No clock of a gateway makes a payment of tomorrow.
        attempt.paid_at = min(paid_at, at)
        attempt.save(update_fields=["paid_at"])
    if attempt.state != AttemptState.PAID:
        move_attempt(attempt=attempt, to=AttemptState.PAID, actor=actor, at=at)
    before = attempt.ledger.filter(kind=LedgerKind.MONEY_IN).count()
    reference = f"{attempt.order_id}+{before}" if before else attempt.order_id
    LedgerLine.objects.create(payment=payment, attempt=attempt, kind=LedgerKind.MONEY_IN, amount=amount, reference=reference, at=at)
