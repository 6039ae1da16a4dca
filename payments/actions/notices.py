"""Result notices of a gateway: stored raw, answered fast, applied once."""

from datetime import datetime

from django.db import transaction
from django.db.models import F

from ossma.core import audit
from ossma.core.duties import inner_action, not_for_office
from ossma.core.nudge import nudge
from ossma.core.viewer import Viewer
from payments import rules
from payments.actions.troubles import open_trouble
from payments.models import Attempt, GatewayNotice
from payments.states import NoticeState, TroubleKind

LEASE = rules.PATIENCE


@not_for_office
def store_notice(
    *, gateway: str, body: bytes, digest: str, order_id: str, remote_address: str | None, actor: Viewer, at: datetime, signature: str = ""
) -> GatewayNotice:
    """Keep a notice as it came. The same event again only counts up."""
    with transaction.atomic():
        notice, new = GatewayNotice.objects.get_or_create(
            gateway=gateway,
            digest=digest,
            defaults={
                "received_at": at,
                "remote_address": remote_address,
                "body": body,
                "signature": signature[:500],
                "order_id": order_id[:64],
                "due_at": at,
            },
        )
        if new:
            audit.record(actor=actor, at=at, action="notice.stored", subject=("notice", notice.pk))
            nudge("payments.apply_notices")
        else:
            GatewayNotice.objects.filter(pk=notice.pk).update(times=F("times") + 1)
    return notice


@inner_action
def lease_notices(*, limit: int, actor: Viewer, at: datetime) -> list[GatewayNotice]:
    """Take stored notices that are due; one that its taker does not finish is due again after a minute."""
    with transaction.atomic():
        due = GatewayNotice.objects.filter(state=NoticeState.STORED, due_at__lte=at).order_by("due_at", "pk")
        notices = list(due.select_for_update(skip_locked=True)[:limit])
        for notice in notices:
            notice.due_at, notice.tries = at + LEASE, notice.tries + 1
        GatewayNotice.objects.bulk_update(notices, ["due_at", "tries"])
        if notices:
            audit.record(actor=actor, at=at, action="notices.leased", subject=("notices", len(notices)))
    return notices


@inner_action
def finish_notice(
    *, notice_id: int, state: NoticeState, outcome: str, trouble: TroubleKind | None, actor: Viewer, at: datetime, order_id: str = ""
) -> None:
    """Write what became of a notice, once; with `trouble` it also lands on the work list. `order_id`: what it was about, where it names none."""
    with transaction.atomic():
        notice = GatewayNotice.objects.select_for_update().get(pk=notice_id)
        if notice.state != NoticeState.STORED:
            return
        notice.attempt = Attempt.objects.filter(order_id=order_id or notice.order_id).select_related("payment").first()
        notice.state, notice.outcome, notice.done_at = state, outcome[:300], at
        notice.save(update_fields=["attempt", "state", "outcome", "done_at"])
        payment = notice.attempt.payment if notice.attempt else None
        member_id = payment.member_id if payment else None
        audit.record(actor=actor, at=at, action=f"notice.{state}", subject=("notice", notice.pk), member_id=member_id)
        if trouble:
            detail = {"order": notice.order_id or order_id, "outcome": outcome[:200]}
            key = f"{trouble}:notice:{notice.pk}"
            open_trouble(kind=trouble, key=key, payment=payment, attempt=notice.attempt, notice=notice, detail=detail, actor=actor, at=at)


@inner_action
def postpone_notice(*, notice_id: int, tries: int, error: str, actor: Viewer, at: datetime) -> None:
    """The notice could not be applied on its try number `tries`: later, and in the end by a person."""
    if tries > len(rules.NOTICE_LADDER):
        finish_notice(notice_id=notice_id, state=NoticeState.REVIEW, outcome=error, trouble=TroubleKind.UNANSWERED, actor=actor, at=at)
        return
    with transaction.atomic():
        waiting = GatewayNotice.objects.filter(pk=notice_id, state=NoticeState.STORED)
        if waiting.update(due_at=at + rules.NOTICE_LADDER[tries - 1], outcome=error[:300]):
            audit.record(actor=actor, at=at, action="notice.postponed", subject=("notice", notice_id), detail={"tries": tries})
