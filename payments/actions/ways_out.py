"""Ways out of money that has no place (money.md, "Payment"): give it back, accept it late, or use it for another payment of the same member.
Money that went without us is booked as gone.

Each also resolves the entry on the work list.
"""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from ossma.core import audit, registries
from ossma.core.duties import Duty, office_duty
from ossma.core.nudge import nudge
from ossma.core.refusals import Refused
from ossma.core.viewer import Viewer
from payments import rules
from payments.actions.attempts import close_attempt
from payments.actions.moves import move_refund
from payments.actions.refunds import finish_refund, request_refund
from payments.actions.settling import settle
from payments.actions.troubles import resolve_trouble
from payments.disputes import require_undisputed
from payments.models import Attempt, LedgerLine, Payment, Refund, Trouble
from payments.queries.disputes import is_disputed
from payments.queries.locking import booked_of, free_of, gone_without_us, is_held, lock_order, lock_refund, missing_of, share_of, twice_of
from payments.queries.refunds import is_refund_open
from payments.queries.settling import is_unpaid_now
from payments.states import LIVE, AttemptState, DisputeState, LedgerKind, RefundState, RefundWay, TroubleKind


def _lock_money(trouble_id: int, *, also: int | None = None) -> tuple[Trouble, Attempt, dict[int, Payment]]:
    """An entry of the work list with the order that it is about, under the locks of everybody concerned."""
    trouble = Trouble.objects.select_related("attempt").get(pk=trouble_id)
    if trouble.attempt is None:
        raise Refused(_("This entry names no order of ours."))
    attempt, payments = lock_order(trouble.attempt.order_id, also=also)
    if trouble.kind not in {TroubleKind.DISPUTED, TroubleKind.STUCK}:
        require_undisputed(is_disputed=is_disputed(attempt))
    return trouble, attempt, payments


@office_duty(Duty.HANDLE_PAYMENTS)
@transaction.atomic
def give_back(*, trouble_id: int, resolution: str, actor: Viewer, at: datetime) -> Refund:
    """Ask for a refund of everything of this order that has no place, and resolve the entry.

    Raises Refused when nothing is there: what rightly settled a payment goes back by a rule of what it is for, or as goodwill.
    """
    trouble, attempt, _payments = _lock_money(trouble_id)
    rules.require_in_step(missing=gone_without_us(attempt))
    rule = f"{trouble.get_kind_display()}: {resolution}"
    amount = free_of(attempt.payment, attempt)
    if amount <= 0:
        raise Refused(_("All money of this order has its place. There is nothing to give back here."))
    refund = request_refund(payment_id=attempt.payment_id, amount=amount, rule=rule, order_id=attempt.order_id, actor=actor, at=at)
    resolve_trouble(trouble_id=trouble_id, resolution=resolution, actor=actor, at=at)
    return refund


@office_duty(Duty.HANDLE_PAYMENTS)
@transaction.atomic
def reinstate(*, trouble_id: int, resolution: str, actor: Viewer, at: datetime) -> Payment:
    """Accept late money: the payment is settled by it as if it had come in time, and what is beyond its sum goes back.

    Only for what is owed or expired. Raises Refused.
    """
    trouble, attempt, _payments = _lock_money(trouble_id)
    payment = attempt.payment
    rules.require_no_refund(is_open=is_refund_open(attempt))
    rules.require_in_step(missing=gone_without_us(attempt))
    money = free_of(payment, attempt)
    rules.require_acceptable(state=payment.state, total=payment.total, money=money)
    evidence = {"order": attempt.order_id, "amount": payment.total, "trouble": trouble.pk, "why": resolution[:200]}
    settle(payment=payment, method=attempt.method, cause="office", evidence=evidence, paid_at=attempt.paid_at, actor=actor, at=at)
    _give_rest_back(payment, attempt, money - payment.total, resolution, actor=actor, at=at)
    resolve_trouble(trouble_id=trouble_id, resolution=resolution, actor=actor, at=at)
    return payment


@office_duty(Duty.HANDLE_PAYMENTS)
@transaction.atomic
def assign(*, trouble_id: int, payment_id: int, resolution: str, actor: Viewer, at: datetime) -> Payment:
    """Book money that its own payment cannot take over to another open payment of the same member, which it settles.

    Two lines on the same order: what the gateway holds of it stays what the ledger says. What is beyond the sum goes back.
    A live attempt of the other payment is made unpayable by reconciliation. Raises Refused.
    """
    trouble, attempt, payments = _lock_money(trouble_id, also=payment_id)
    source, target = attempt.payment, payments[payment_id]
    rules.require_no_refund(is_open=is_refund_open(attempt))
    rules.require_in_step(missing=gone_without_us(attempt))
    money = free_of(source, attempt)
    same_member = target.pk != source.pk and target.member_id == source.member_id
    rules.require_assignable(same_member=same_member, held=is_held(target), state=target.state, total=target.total, money=money)
    reference = f"trouble-{trouble.pk}"
    for payment, kind, amount in ((source, LedgerKind.ASSIGNED_OUT, -target.total), (target, LedgerKind.ASSIGNED_IN, target.total)):
        LedgerLine.objects.create(payment=payment, attempt=attempt, kind=kind, amount=amount, reference=reference, at=at)
    evidence = {"order": attempt.order_id, "amount": target.total, "trouble": trouble.pk, "from_payment": source.pk, "why": resolution[:200]}
    settle(payment=target, method=attempt.method, cause="office", evidence=evidence, source=source, actor=actor, at=at)
    _give_rest_back(source, attempt, money - target.total, resolution, actor=actor, at=at)
    detail = {"order": attempt.order_id, "amount": target.total, "from_payment": source.pk, "trouble": trouble.pk}
    audit.record(actor=actor, at=at, action="payment.assigned", subject=("payment", target.pk), member_id=target.member_id, detail=detail)
    resolve_trouble(trouble_id=trouble_id, resolution=resolution, actor=actor, at=at)
    nudge("payments.close")
    return target


@office_duty(Duty.HANDLE_PAYMENTS)
@transaction.atomic
def abandon(*, trouble_id: int, resolution: str, actor: Viewer, at: datetime) -> None:
    """End a live order that the gateway neither settles nor closes, so that the member can begin anew; money of it is found later all the same."""
    trouble, attempt, _payments = _lock_money(trouble_id)
    if trouble.kind != TroubleKind.STUCK or attempt.state not in LIVE:
        raise Refused(_("Nothing is under way on this order any more."))
    close_attempt(order_id=attempt.order_id, to=AttemptState.VOIDED, cause="office", error=resolution[:200], actor=actor, at=at)
    resolve_trouble(trouble_id=trouble_id, resolution=resolution, actor=actor, at=at)


@office_duty(Duty.HANDLE_PAYMENTS)
@transaction.atomic
def book_outside(*, trouble_id: int, resolution: str, actor: Viewer, at: datetime, closes: bool = False) -> None:
    """Somebody gave money back at the gateway without us: book it as refunds that are done, so that the ledger says again what is there.

    First what has no place, then what settled. `closes`: what was paid for ends with money that had settled it and is all gone; without
    it, it stays by this person's decision. Raises Refused when nothing is missing by what the gateway said, or a refund is under way.
    """
    trouble, attempt, payments = _lock_money(trouble_id)
    rules.require_no_refund(is_open=is_refund_open(attempt))
    missing = missing_of(trouble, attempt)
    rules.require_refundable(amount=missing, booked=booked_of(attempt))
    shares = [(payment, free_of(payment, attempt), share_of(payment, attempt)) for payment in payments.values()]
    parts = [(payment, free, attempt.order_id) for payment, free, _share in shares]
    parts += [(payment, share - free, "") for payment, free, share in shares]
    for payment, held, order_id in parts:
        amount = min(held, missing)
        if amount > 0:
            _book_one(payment, amount, order_id, trouble=trouble, rule=resolution, actor=actor, at=at)
            missing -= amount
    if twice := twice_of(trouble, attempt):
        detail = {"order": attempt.order_id, "amount": twice, "trouble": trouble.pk}
        audit.record(
            actor=actor, at=at, action="payment.given_back_twice", subject=("trouble", trouble.pk), member_id=attempt.payment.member_id, detail=detail
        )
    for payment, _free, _share in shares:
        if is_unpaid_now(payment):
            _after_all_went(payment, trouble, closes=closes, resolution=resolution, actor=actor, at=at)
    resolve_trouble(trouble_id=trouble_id, resolution=resolution, actor=actor, at=at)


@office_duty(Duty.HANDLE_PAYMENTS)
@transaction.atomic
def decide_charged_back(*, trouble_id: int, resolution: str, actor: Viewer, at: datetime, closes: bool = False) -> None:
    """A dispute was lost, and nothing is left of what settled a payment: what it was for ends (`closes`), or stays by this person's decision.

    Raises Refused when there is nothing to decide.
    """
    trouble, _attempt, payments = _lock_money(trouble_id)
    trouble = Trouble.objects.select_for_update(of=("self",)).get(pk=trouble.pk)
    is_lost = trouble.kind == TroubleKind.DISPUTED and trouble.detail["state"] == DisputeState.LOST
    unpaid = [payment for payment in payments.values() if is_unpaid_now(payment)]
    if not is_lost or trouble.resolved_at or not unpaid:
        raise Refused(_("Nothing is left to decide about this dispute."))
    for payment in unpaid:
        _after_all_went(payment, trouble, closes=closes, resolution=resolution, actor=actor, at=at)
    resolve_trouble(trouble_id=trouble_id, resolution=resolution, actor=actor, at=at)


def _after_all_went(payment: Payment, trouble: Trouble, *, closes: bool, resolution: str, actor: Viewer, at: datetime) -> None:
    """Nothing is left of what settled this payment: what it was for ends, or stays by decision; either way on record."""
    detail = {"trouble": trouble.pk, "closes": closes, "why": resolution[:200]}
    audit.record(actor=actor, at=at, action="payment.unsettled", subject=("payment", payment.pk), member_id=payment.member_id, detail=detail)
    if closes:
        registries.unsettled.get(payment.subject_kind).close(payment_id=payment.pk, subject_id=payment.subject_id, actor=actor, at=at)


def _book_one(payment: Payment, amount: int, order_id: str, *, trouble: Trouble, rule: str, actor: Viewer, at: datetime) -> None:
    asked = request_refund(payment_id=payment.pk, amount=amount, rule=rule, order_id=order_id, actor=actor, at=at)
    refund = lock_refund(asked.pk)
    # A fact that is written down, no proposal: the money has gone already.
    refund.proposed_by_id = None
    refund.way, refund.approved_by_id, refund.approved_at = RefundWay.CARD, actor.user_id, at
    move_refund(refund=refund, to=RefundState.APPROVED, actor=actor, at=at)
    finish_refund(refund=refund, reference=f"trouble-{trouble.pk}", cause="office", actor=actor, at=at)


def _give_rest_back(payment: Payment, attempt: Attempt, rest: int, resolution: str, *, actor: Viewer, at: datetime) -> None:
    if rest > 0:
        rule = _("Paid too much: %(why)s") % {"why": resolution}
        request_refund(payment_id=payment.pk, amount=rest, rule=rule, order_id=attempt.order_id, actor=actor, at=at)
