"""Giving money back: asked for with its rule, decided by the office, booked when it has gone (money.md, "Payment").

Carried out by the gateway (`refund_runs`) or by hand (`transfers`).
"""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from ossma.core.approval import require_other_approver
from ossma.core.duties import Duty, inner_action, office_duty
from ossma.core.nudge import nudge
from ossma.core.refusals import Refused
from ossma.core.viewer import Viewer
from payments import rules
from payments.actions.moves import move_attempt, move_payment, move_refund, note_refund
from payments.actions.troubles import reopen_trouble
from payments.disputes import require_possible
from payments.letters import tell_of_refund
from payments.models import LedgerLine, Payment, Refund
from payments.queries.disputes import is_disputed
from payments.queries.locking import booked_of, expected_there, free_of, gone_without_us, lock_order, lock_refund, share_of
from payments.queries.refunds import is_in_file, is_refund_open
from payments.queries.settling import given_back, settling_order
from payments.states import AttemptState, LedgerKind, PaymentState, RefundState, RefundWay

GIVEN_FROM = {PaymentState.SETTLED, PaymentState.REFUNDED}


@inner_action
def request_refund(
    *,
    payment_id: int,
    amount: int,
    rule: str,
    actor: Viewer,
    at: datetime,
    order_id: str = "",
    handling: int = 0,
    proposed_by: int | None = None,
    **beyond_rule: Any,
) -> Refund:
    """Write down that `amount` yen are to be given back, and by which rule; the office decides.

    `handling` is the part of the handling fee that is not in `amount`: it is given back only if the office says so.
    `proposed_by`: whose decision in the office it follows from, where a program asks later; else the actor's, if of the office.
    `beyond_rule`: columns of a refund that no rule asks for (goodwill, reason, again_of).
    Without `order_id` it is what settled the payment; money that has no place (paid twice, too much, after cancelling) names its order.
    Raises Refused when less of that order stands under the payment, or a refund of it is open already.
    """
    with transaction.atomic():
        order = order_id or settling_order(Payment.objects.get(pk=payment_id))
        if not order:
            raise Refused(_("No money came in on this order, so there is nothing to give back."))
        attempt, payments = lock_order(order, also=payment_id)
        payment = payments[payment_id]
        rules.require_no_refund(is_open=is_refund_open(attempt))
        free = free_of(payment, attempt) if order_id else 0
        held = free or share_of(payment, attempt) - free_of(payment, attempt)
        rules.require_refundable(amount=amount, booked=held)
        came = attempt.ledger.filter(kind=LedgerKind.MONEY_IN).order_by("at").first()
        way = rules.refund_way(method=attempt.method, paid_at=came.at if came else at, at=at)
        # What else may be given back: never more than is there.
        spare = max(0, min(handling, held - amount))
        refund = Refund.objects.create(
            payment=payment,
            attempt=attempt,
            surplus=free > 0,
            amount=amount,
            handling=spare,
            rule=rule[:120],
            way=way,
            requested_at=at,
            proposed_by_id=proposed_by or (actor.user_id if actor.is_office else None),
            **beyond_rule,
        )
        if payment.state in GIVEN_FROM and not refund.surplus:
            evidence = {"amount": amount, "rule": rule[:120]}
            move_payment(payment=payment, to=PaymentState.REFUND_REQUESTED, cause="refund", evidence=evidence, actor=actor, at=at)
        note_refund(refund=refund, what="requested", actor=actor, at=at)
    return refund


@office_duty(Duty.APPROVE_REFUND)
def approve_refund(*, refund_id: int, note: str, actor: Viewer, at: datetime, with_handling: bool = False, seen: str = "") -> Refund:
    """The first pair of eyes. On a card the gateway is asked to give the money back; for a transfer the member is asked for an account.

    `with_handling`: the handling fee is given back too. `seen`: the fingerprint of the bank account that this person saw.
    Raises Refused for whoever proposed it, when the order no longer holds that much, or the account is another by now.
    """
    with transaction.atomic():
        refund = lock_refund(refund_id)
        require_other_approver(writers=[refund.proposed_by_id], user_id=actor.user_id)
        rules.require_seen(account=refund.account, seen=seen)
        require_possible(is_disputed=is_disputed(refund.attempt), amount=refund.amount, held=share_of(refund.payment, refund.attempt))
        if refund.way == RefundWay.TRANSFER:
            rules.require_in_step(missing=gone_without_us(refund.attempt))
        if with_handling and refund.handling and refund.state == RefundState.REQUESTED:
            rules.require_refundable(amount=refund.amount + refund.handling, booked=share_of(refund.payment, refund.attempt))
            refund.amount, refund.handling_returned = refund.amount + refund.handling, True
        refund.approved_by_id, refund.approved_at, refund.note, refund.due_at = actor.user_id, at, note[:300], at
        move_refund(refund=refund, to=RefundState.APPROVED, actor=actor, at=at)
        if refund.way == RefundWay.CARD:
            nudge("payments.refund")
        elif not refund.account:
            tell_of_refund(refund, "account", at=at)
    return refund


@office_duty(Duty.APPROVE_REFUND)
def refuse_refund(*, refund_id: int, note: str, actor: Viewer, at: datetime) -> Refund:
    """Nothing is given back; why is on record. The payment stands as it did.

    Raises Refused without a reason, and while the gateway is being asked; once it has said no for good, this is possible again.
    """
    if not note.strip():
        raise Refused(_("Please write why."), field="note")
    with transaction.atomic():
        refund = lock_refund(refund_id)
        if refund.state == RefundState.APPROVED and refund.way == RefundWay.CARD and refund.due_at is not None:
            raise Refused(_("The gateway has been asked already. Wait for its answer."))
        rules.require_in_no_file(is_in_file=is_in_file(refund))
        refund.note, refund.ended_at = note.strip()[:300], at
        move_refund(refund=refund, to=RefundState.REFUSED, actor=actor, at=at)
        _step_back(refund, actor=actor, at=at)
        if refund.surplus:
            reopen_trouble(attempt=refund.attempt, actor=actor, at=at)
    return refund


def _step_back(refund: Refund, *, actor: Viewer, at: datetime) -> None:
    """The payment waited for this decision: it is settled again, or refunded in part as it was before."""
    payment = refund.payment
    if payment.state != PaymentState.REFUND_REQUESTED or refund.surplus:
        return
    to = PaymentState.REFUNDED if given_back(payment) else PaymentState.SETTLED
    move_payment(payment=payment, to=to, cause="refund refused", evidence={"refund": refund.pk}, actor=actor, at=at)


@inner_action
def finish_refund(*, refund: Refund, reference: str, cause: str, actor: Viewer, at: datetime) -> None:
    """The money has gone back: ledger, order, payment, mail. In the caller's transaction, under the payment's lock."""
    refund.reference, refund.ended_at, refund.due_at, refund.last_error = reference[:64], at, None, ""
    move_refund(refund=refund, to=RefundState.DONE, actor=actor, at=at)
    payment, attempt = refund.payment, refund.attempt
    LedgerLine.objects.create(payment=payment, attempt=attempt, kind=LedgerKind.REFUND, amount=-refund.amount, reference=f"refund-{refund.pk}", at=at)
    if refund.way == RefundWay.CARD:
        attempt.held_there = expected_there(attempt)
        attempt.save(update_fields=["held_there"])
    if booked_of(attempt) == 0:
        move_attempt(attempt=attempt, to=AttemptState.REFUNDED, actor=actor, at=at)
    if payment.state == PaymentState.REFUND_REQUESTED and not refund.surplus:
        evidence = {"refund": refund.pk, "amount": refund.amount}
        move_payment(payment=payment, to=PaymentState.REFUNDED, cause=cause, evidence=evidence, actor=actor, at=at)
    tell_of_refund(refund, "refunded", at=at)
