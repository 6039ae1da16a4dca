"""Refunds on cards: leased, asked for at the gateway, and what follows from its answer or silence."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from ossma.core import audit
from ossma.core.approval import require_other_approver
from ossma.core.duties import Duty, inner_action, office_duty
from ossma.core.refusals import Refused
from ossma.core.viewer import Viewer
from payments import rules
from payments.actions.moves import note_refund
from payments.actions.refunds import finish_refund
from payments.actions.troubles import open_trouble
from payments.disputes import require_possible
from payments.letters import tell_of_refund
from payments.models import Refund
from payments.queries.disputes import is_disputed
from payments.queries.locking import gone_without_us, lock_refund, share_of
from payments.states import RefundState, RefundWay, TroubleKind


@inner_action
def finish_card_refund(*, refund_id: int, reference: str, actor: Viewer, at: datetime) -> None:
    """The gateway has given back what was approved. Told twice, it is booked once."""
    with transaction.atomic():
        refund = lock_refund(refund_id)
        if refund.state == RefundState.APPROVED and refund.way == RefundWay.CARD:
            finish_refund(refund=refund, reference=reference, cause="gateway", actor=actor, at=at)


@inner_action
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


@inner_action
def postpone_refund(*, refund_id: int, error: str, final: bool, actor: Viewer, at: datetime) -> None:
    """The gateway did not give it back: later, or (`final`, or after the last try) by bank transfer, where the office sees it."""
    with transaction.atomic():
        refund = lock_refund(refund_id)
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
        note_refund(refund=refund, what="postponed", actor=actor, at=at)


@office_duty(Duty.APPROVE_REFUND)
def change_to_transfer(*, refund_id: int, actor: Viewer, at: datetime) -> Refund:
    """The card cannot take it: give it back by bank transfer, with a fresh decision. Only once the gateway has said no for good."""
    with transaction.atomic():
        refund = lock_refund(refund_id)
        if refund.way != RefundWay.CARD or refund.due_at is not None or refund.state != RefundState.APPROVED:
            raise Refused(_("The gateway has been asked already. Wait for its answer."))
        require_possible(is_disputed=is_disputed(refund.attempt), amount=refund.amount, held=share_of(refund.payment, refund.attempt))
        rules.require_in_step(missing=gone_without_us(refund.attempt))
        # This is a decision of its own, by whoever presses.
        require_other_approver(writers=[refund.proposed_by_id], user_id=actor.user_id)
        refund.way, refund.tries = RefundWay.TRANSFER, 0
        refund.approved_by_id, refund.approved_at = actor.user_id, at
        refund.save()
        tell_of_refund(refund, "account", at=at)
        note_refund(refund=refund, what="changed", actor=actor, at=at)
    return refund
