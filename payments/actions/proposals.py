"""Refunds that a person of the office proposes: goodwill, and what was refused by mistake.

Another person approves (office.md, "Duties and roles").
"""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from ossma.core import audit
from ossma.core.duties import Duty, office_duty
from ossma.core.refusals import Refused
from ossma.core.viewer import Viewer
from payments.actions.refunds import request_refund
from payments.disputes import require_undisputed
from payments.models import Attempt, Payment, Refund
from payments.queries.disputes import is_disputed
from payments.queries.locking import lock_refund
from payments.queries.settling import settling_order
from payments.states import RefundState, RefundWay


@office_duty(Duty.HANDLE_PAYMENTS)
def propose_goodwill(*, payment_id: int, amount: int, reason: str, actor: Viewer, at: datetime) -> Refund:
    """Propose to give back `amount` yen of what settled a payment although no rule says so.

    What was paid for stays in force. Raises Refused without a reason or a person on record, for more than is held,
    and while a refund of the order is open.
    """
    why = _require_reason(reason, actor)
    with transaction.atomic():
        order = settling_order(Payment.objects.get(pk=payment_id))
        attempt = Attempt.objects.filter(order_id=order).first()
        require_undisputed(is_disputed=attempt is not None and is_disputed(attempt))
        beyond_rule: dict[str, Any] = {"goodwill": True, "reason": why}
        refund = request_refund(payment_id=payment_id, amount=amount, rule=_("Goodwill"), actor=actor, at=at, **beyond_rule)
        _record(refund, "goodwill_proposed", {"amount": amount, "why": why}, actor=actor, at=at)
    return refund


@office_duty(Duty.HANDLE_PAYMENTS)
def ask_again(*, refund_id: int, reason: str, actor: Viewer, at: datetime) -> Refund:
    """Ask anew for a refund that was refused by mistake: same order, sum and rule, to be approved like any other.

    Asked twice it is one. The bank account goes along while it is kept. Raises Refused without a reason, unless it was
    refused, and when less is held by now.
    """
    why = _require_reason(reason, actor)
    with transaction.atomic():
        refused = lock_refund(refund_id)
        again = Refund.objects.filter(again_of=refused).first()
        if again is not None:
            return again
        if refused.state != RefundState.REFUSED:
            raise Refused(_("This refund was not refused, so it need not be asked for again."))
        if refused.surplus:
            raise Refused(_("The money of this refund is on the work list again. Decide there what becomes of it."))
        refund = request_refund(
            payment_id=refused.payment_id,
            amount=refused.amount - (refused.handling if refused.handling_returned else 0),
            handling=refused.handling,
            rule=refused.rule,
            goodwill=refused.goodwill,
            reason=why,
            again_of=refused,
            actor=actor,
            at=at,
        )
        if refund.way == RefundWay.TRANSFER and refused.account:
            refund.account, refund.account_at, refund.account_version = (
                refused.account,
                refused.account_at,
                refused.account_version,
            )
            refund.save(update_fields=["account", "account_at", "account_version"])
        _record(refund, "asked_again", {"refused": refused.pk, "amount": refund.amount, "why": why}, actor=actor, at=at)
    return refund


def _require_reason(reason: str, actor: Viewer) -> str:
    if not reason.strip():
        raise Refused(_("Please write why."), field="reason")
    if actor.user_id is None:
        raise Refused(_("Nobody is on record as its writer. Save it once, then somebody else can decide."))
    return reason.strip()[:300]


def _record(refund: Refund, what: str, detail: dict[str, object], *, actor: Viewer, at: datetime) -> None:
    member_id = refund.payment.member_id
    audit.record(actor=actor, at=at, action=f"refund.{what}", subject=("refund", refund.pk), member_id=member_id, detail=detail)
