"""The work list of money: nothing that disagrees is settled silently or lost."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from ossma.core import audit
from ossma.core.duties import Duty, inner_action, office_duty
from ossma.core.nudge import nudge
from ossma.core.refusals import Refused
from ossma.core.viewer import Viewer
from payments import rules
from payments.models import Attempt, GatewayNotice, Payment, Trouble
from payments.queries.locking import booked_of, free_of, lock_order, missing_of, promised_of
from payments.states import TroubleKind

ABOUT_FREE_MONEY = (TroubleKind.NOT_PAYABLE, TroubleKind.PAID_TWICE, TroubleKind.AMOUNT_DIFFERS)


@inner_action
def open_trouble(
    *,
    kind: TroubleKind,
    key: str,
    detail: dict[str, Any],
    actor: Viewer,
    at: datetime,
    payment: Payment | None = None,
    attempt: Attempt | None = None,
    notice: GatewayNotice | None = None,
) -> Trouble:
    """Put something on the office's work list; the same thing found again stays one entry, resolved or not."""
    trouble, new = Trouble.objects.get_or_create(
        key=key, defaults={"kind": kind, "payment": payment, "attempt": attempt, "notice": notice, "detail": detail, "opened_at": at}
    )
    if new:
        member_id = payment.member_id if payment else None
        audit.record(actor=actor, at=at, action="trouble.opened", subject=("trouble", trouble.pk), member_id=member_id, detail={"kind": kind})
    return trouble


@office_duty(Duty.HANDLE_PAYMENTS)
def resolve_trouble(*, trouble_id: int, resolution: str, actor: Viewer, at: datetime) -> None:
    """A person has dealt with it and says how; what it held is asked about again. Resolving twice keeps the first answer.

    Raises Refused without an answer, and while money of its order has no place or is missing: words cannot take money off the list.
    """
    resolution = resolution.strip()
    if not resolution:
        raise Refused(_("Please write what was done."), field="resolution")
    with transaction.atomic():
        rules.require_placed(open_money=_open_money(trouble_id))
        trouble = Trouble.objects.select_for_update(of=("self",)).select_related("payment").get(pk=trouble_id)
        if trouble.resolved_at is not None:
            return
        trouble.resolved_at, trouble.resolution = at, resolution[:300]
        trouble.save(update_fields=["resolved_at", "resolution"])
        member_id = trouble.payment.member_id if trouble.payment else None
        detail = {"kind": trouble.kind}
        if trouble.attempt_id:
            # Not rested: the gateway is asked now, whenever that was last done.
            Attempt.objects.filter(pk=trouble.attempt_id).update(asked_at=None)
        nudge("payments.reconcile")
        audit.record(actor=actor, at=at, action="trouble.resolved", subject=("trouble", trouble.pk), member_id=member_id, detail=detail)


def _open_money(trouble_id: int) -> int:
    """What of the entry's order waits for a decision, in yen, under the locks of the order; what is promised back has its place."""
    trouble = Trouble.objects.select_related("attempt").get(pk=trouble_id)
    if trouble.attempt is None or trouble.resolved_at is not None:
        return 0
    attempt, payments = lock_order(trouble.attempt.order_id)
    if trouble.kind == TroubleKind.DISPUTED:
        # Only the bank decides; money without a place has an entry of its own.
        return 0
    if trouble.kind == TroubleKind.REFUNDED_OUTSIDE:
        return missing_of(trouble, attempt)
    free = sum(max(0, free_of(payment, attempt)) for payment in payments.values())
    return free - promised_of(attempt)


@inner_action
def reopen(*, trouble: Trouble, actor: Viewer, at: datetime) -> None:
    """What was dealt with is there again."""
    if trouble.resolved_at is None:
        return
    trouble.resolved_at = None
    trouble.save(update_fields=["resolved_at"])
    member_id, about = trouble.payment.member_id if trouble.payment else None, {"kind": trouble.kind}
    audit.record(actor=actor, at=at, action="trouble.reopened", subject=("trouble", trouble.pk), member_id=member_id, detail=about)


@inner_action
def reopen_trouble(*, attempt: Attempt, actor: Viewer, at: datetime) -> None:
    """Money of this order has lost the place that it was promised: the newest entry about it is open again, under the order's locks."""
    trouble = Trouble.objects.filter(attempt=attempt, kind__in=ABOUT_FREE_MONEY).order_by("-opened_at", "-pk").first()
    if trouble is None:
        key, detail = f"{TroubleKind.NOT_PAYABLE}:{attempt.order_id}:unplaced", {"asked": attempt.amount, "found": booked_of(attempt)}
        open_trouble(kind=TroubleKind.NOT_PAYABLE, key=key, payment=attempt.payment, attempt=attempt, detail=detail, actor=actor, at=at)
    else:
        reopen(trouble=trouble, actor=actor, at=at)
