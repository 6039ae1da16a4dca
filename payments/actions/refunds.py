"""Giving money back: asked for with its rule, decided by the office, carried out by the gateway or by two people (money.md, "Payment")."""

import json
from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from ossma.core import audit
from ossma.core.nudge import nudge
from ossma.core.refusals import Refused
from ossma.core.viewer import Viewer
from payments import rules
from payments.actions.moves import move_attempt, move_payment
from payments.actions.troubles import open_trouble
from payments.letters import tell
from payments.models import Attempt, LedgerLine, Payment, Refund
from payments.queries.locking import booked_of, lock_payment
from payments.queries.refunds import stale_accounts
from payments.states import REFUND_MOVES, AttemptState, LedgerKind, PaymentState, RefundState, RefundWay, TroubleKind

OPEN = (RefundState.REQUESTED, RefundState.APPROVED)
GIVEN_FROM = {PaymentState.SETTLED, PaymentState.REFUNDED}


def request_refund(*, payment_id: int, amount: int, rule: str, actor: Viewer, at: datetime, order_id: str = "", handling: int = 0) -> Refund:
    """Write down that `amount` yen are to be given back, and by which rule; the office decides.

    `handling` is the part of the handling fee that is not in `amount`: it is given back only if the office says so.
    Without `order_id` it is the order that settled the payment; money of another order (paid twice, paid after cancelling) names it.
    Raises Refused when the order holds less, or a refund of it is open already.
    """
    with transaction.atomic():
        payment = lock_payment(payment_id)
        attempt = _order_of(payment, order_id)
        if attempt.refunds.filter(state__in=OPEN).exists():
            raise Refused(_("A refund of this order is under way already."))
        booked = booked_of(attempt)
        rules.require_refundable(amount=amount, booked=booked)
        money_in = attempt.ledger.filter(kind=LedgerKind.MONEY_IN).order_by("at").first()
        way = rules.refund_way(method=attempt.method, paid_at=money_in.at if money_in else at, at=at)
        # What else the order may still give back: never more than it holds.
        spare = max(0, min(handling, booked - amount))
        refund = Refund.objects.create(payment=payment, attempt=attempt, amount=amount, handling=spare, rule=rule[:120], way=way, requested_at=at)
        if not order_id and payment.state in GIVEN_FROM:
            evidence = {"amount": amount, "rule": rule[:120]}
            move_payment(payment=payment, to=PaymentState.REFUND_REQUESTED, cause="refund", evidence=evidence, actor=actor, at=at)
        _note(refund, "requested", actor=actor, at=at)
    return refund


def _order_of(payment: Payment, order_id: str) -> Attempt:
    attempts = payment.attempts.filter(ledger__kind=LedgerKind.MONEY_IN)
    attempt = (attempts.filter(order_id=order_id) if order_id else attempts.order_by("ledger__at")).first()
    if attempt is None:
        raise Refused(_("No money came in on this order, so there is nothing to give back."))
    return attempt


def _locked(refund_id: int) -> Refund:
    """The refund under its payment's lock."""
    payment = lock_payment(Refund.objects.values_list("payment_id", flat=True).get(pk=refund_id))
    refund = Refund.objects.select_related("attempt").get(pk=refund_id)
    refund.payment = payment
    return refund


def _move(refund: Refund, to: RefundState) -> None:
    if to not in REFUND_MOVES[RefundState(refund.state)]:
        raise Refused(_("This refund is %(state)s, so this cannot be done any more.") % {"state": RefundState(refund.state).label})
    refund.state = to


def _note(refund: Refund, what: str, *, actor: Viewer, at: datetime) -> None:
    detail = {"amount": refund.amount, "way": refund.way}
    if refund.handling:
        detail |= {"handling": refund.handling, "handling_returned": refund.handling_returned}
    member_id = refund.payment.member_id
    audit.record(actor=actor, at=at, action=f"refund.{what}", subject=("refund", refund.pk), member_id=member_id, detail=detail)


def _tell(refund: Refund, what: str, *, at: datetime) -> None:
    """The mail names the sum, and what of it is the handling fee."""
    handling = refund.handling if refund.handling_returned else 0
    tell(refund.payment, what, at=at, amount=refund.amount, refund=refund.pk, handling=handling)


def approve_refund(*, refund_id: int, note: str, actor: Viewer, at: datetime, with_handling: bool = False) -> Refund:
    """The first pair of eyes. On a card the gateway is asked to give the money back; for a transfer the member is asked for an account.

    `with_handling`: the handling fee is given back too. Raises Refused when the order no longer holds that much.
    """
    with transaction.atomic():
        refund = _locked(refund_id)
        _move(refund, RefundState.APPROVED)
        if with_handling and refund.handling:
            rules.require_refundable(amount=refund.amount + refund.handling, booked=booked_of(refund.attempt))
            refund.amount, refund.handling_returned = refund.amount + refund.handling, True
        refund.approved_by_id, refund.approved_at, refund.note, refund.due_at = actor.user_id, at, note[:300], at
        refund.save()
        if refund.way == RefundWay.CARD:
            nudge("payments.refund")
        elif not refund.account:
            _tell(refund, "account", at=at)
        _note(refund, "approved", actor=actor, at=at)
    return refund


def refuse_refund(*, refund_id: int, note: str, actor: Viewer, at: datetime) -> Refund:
    """Nothing is given back; why is on record. The payment stands as it did. Raises Refused without a reason."""
    if not note.strip():
        raise Refused(_("Please write why."), field="note")
    with transaction.atomic():
        refund = _locked(refund_id)
        if refund.state == RefundState.APPROVED and refund.way == RefundWay.CARD:
            raise Refused(_("The gateway has been asked already. Wait for its answer."))
        _move(refund, RefundState.REFUSED)
        refund.note, refund.ended_at = note.strip()[:300], at
        refund.save()
        _step_back(refund, actor=actor, at=at)
        _note(refund, "refused", actor=actor, at=at)
    return refund


def _step_back(refund: Refund, *, actor: Viewer, at: datetime) -> None:
    """The payment waited for a decision: it is settled again, or refunded in part as it was before."""
    payment = refund.payment
    if payment.state != PaymentState.REFUND_REQUESTED or payment.refunds.filter(state__in=OPEN).exists():
        return
    gave_before = payment.refunds.filter(state=RefundState.DONE).exists()
    to = PaymentState.REFUNDED if gave_before else PaymentState.SETTLED
    move_payment(payment=payment, to=to, cause="refund refused", evidence={"refund": refund.pk}, actor=actor, at=at)


def give_account(*, refund_id: int, account: Mapping[str, str], actor: Viewer, at: datetime) -> Refund:
    """Keep the bank account that money goes back to, encrypted, until the transfer is made."""
    with transaction.atomic():
        refund = _locked(refund_id)
        if refund.way != RefundWay.TRANSFER or refund.state not in OPEN:
            raise Refused(_("No bank account is needed for this refund any more."))
        refund.account = json.dumps(dict(account), ensure_ascii=False)
        refund.save(update_fields=["account"])
        _note(refund, "account_given", actor=actor, at=at)
    return refund


def confirm_transfer(*, refund_id: int, reference: str, actor: Viewer, at: datetime) -> Refund:
    """The second pair of eyes: the transfer was made. Raises Refused for whoever approved it."""
    with transaction.atomic():
        refund = _locked(refund_id)
        if refund.way != RefundWay.TRANSFER:
            raise Refused(_("Money on a card is given back by the gateway."))
        if refund.state == RefundState.APPROVED:
            refusal = rules.refusal_of_second_pair(approved_by=refund.approved_by_id, user_id=actor.user_id)
            if refusal:
                raise refusal
            if not refund.account:
                raise Refused(_("The member has not given a bank account yet."))
        refund.done_by_id = actor.user_id
        finish_refund(refund=refund, reference=reference, cause="bank transfer", actor=actor, at=at)
    return refund


def finish_refund(*, refund: Refund, reference: str, cause: str, actor: Viewer, at: datetime) -> None:
    """The money has gone back: ledger, order, payment, mail. In the caller's transaction, under the payment's lock."""
    _move(refund, RefundState.DONE)
    refund.reference, refund.ended_at, refund.due_at, refund.last_error = reference[:64], at, None, ""
    refund.save()
    payment, attempt = refund.payment, refund.attempt
    LedgerLine.objects.create(
        payment=payment, attempt=attempt, kind=LedgerKind.REFUND, amount=-refund.amount, reference=f"refund-{refund.pk}", at=at
    )  # fmt: skip
    if booked_of(attempt) == 0:
        move_attempt(attempt=attempt, to=AttemptState.REFUNDED, actor=actor, at=at)
    if payment.state == PaymentState.REFUND_REQUESTED:
        evidence = {"refund": refund.pk, "amount": refund.amount}
        move_payment(payment=payment, to=PaymentState.REFUNDED, cause=cause, evidence=evidence, actor=actor, at=at)
    _tell(refund, "refunded", at=at)
    _note(refund, "done", actor=actor, at=at)


def finish_card_refund(*, refund_id: int, reference: str, actor: Viewer, at: datetime) -> None:
    """The gateway has given back what was approved. Told twice, it is booked once."""
    with transaction.atomic():
        refund = _locked(refund_id)
        if refund.state == RefundState.APPROVED and refund.way == RefundWay.CARD:
            finish_refund(refund=refund, reference=reference, cause="gateway", actor=actor, at=at)


def lease_refunds(*, limit: int, actor: Viewer, at: datetime) -> list[Refund]:
    """Approved refunds on cards that are due; one that its taker does not finish is due again after a minute."""
    with transaction.atomic():
        due = Refund.objects.filter(state=RefundState.APPROVED, way=RefundWay.CARD, due_at__lte=at).order_by("due_at", "pk")
        refunds = list(due.select_for_update(skip_locked=True, of=("self",)).select_related("attempt")[:limit])
        for refund in refunds:
            refund.due_at, refund.tries = at + rules.PATIENCE, refund.tries + 1
        Refund.objects.bulk_update(refunds, ["due_at", "tries"])
        if refunds:
            audit.record(actor=actor, at=at, action="refunds.leased", subject=("refunds", len(refunds)))
    return refunds


def postpone_refund(*, refund_id: int, error: str, final: bool, actor: Viewer, at: datetime) -> None:
    """The gateway did not give it back: later, or (`final`, or after the last try) by bank transfer, where the office sees it."""
    with transaction.atomic():
        refund = _locked(refund_id)
        if refund.state != RefundState.APPROVED or refund.way != RefundWay.CARD:
            return
        refund.last_error = error[:300]
        if final or refund.tries > len(rules.REFUND_LADDER):
            detail = {"refund": refund.pk, "error": error[:200]}
            open_trouble(
                kind=TroubleKind.REFUND_FAILED, key=f"refund_failed:{refund.pk}", payment=refund.payment, attempt=refund.attempt,
                detail=detail, actor=actor, at=at,
            )  # fmt: skip
            refund.due_at = None
        else:
            refund.due_at = at + rules.REFUND_LADDER[refund.tries - 1]
        refund.save(update_fields=["last_error", "due_at"])
        _note(refund, "postponed", actor=actor, at=at)


def change_to_transfer(*, refund_id: int, actor: Viewer, at: datetime) -> Refund:
    """The card cannot take it: give it back by bank transfer, with a fresh decision. Only once the gateway has said no for good."""
    with transaction.atomic():
        refund = _locked(refund_id)
        if refund.way != RefundWay.CARD or refund.due_at is not None or refund.state != RefundState.APPROVED:
            raise Refused(_("The gateway has been asked already. Wait for its answer."))
        refund.way, refund.tries = RefundWay.TRANSFER, 0
        refund.approved_by_id, refund.approved_at = actor.user_id, at
        refund.save()
        _tell(refund, "account", at=at)
        _note(refund, "changed", actor=actor, at=at)
    return refund


def forget_accounts(*, actor: Viewer, at: datetime) -> int:
    """Empty the bank accounts of refunds that ended 90 days ago. Returns how many."""
    with transaction.atomic():
        count = stale_accounts(at).update(account="")
        if count:
            audit.record(actor=actor, at=at, action="refunds.accounts_forgotten", subject=("refunds", count))
    return count
