"""Result notices of a gateway: stored raw, answered fast, applied once."""

from datetime import datetime

from django.db import transaction
from django.db.models import F

from ossma.core import audit
from ossma.core.nudge import nudge
from ossma.core.viewer import Viewer
from payments import rules
from payments.actions.troubles import open_trouble
from payments.models import Attempt, GatewayNotice
from payments.states import NoticeState, TroubleKind

LEASE = rules.PATIENCE


def store_notice(
    *, gateway: str, body: bytes, digest: str, order_id: str, remote_address: str | None, actor: Viewer, at: datetime
) -> GatewayNotice:
    """Keep a notice as it came. The same event again only counts up."""
    with transaction.atomic():
        notice, new = GatewayNotice.objects.get_or_create(
            gateway=gateway,
            digest=digest,
            defaults={"received_at": at, "remote_address": remote_address, "body": body, "order_id": order_id[:64], "due_at": at},
        )
        if new:
            audit.record(actor=actor, at=at, action="notice.stored", subject=("notice", notice.pk))
        else:
            GatewayNotice.objects.filter(pk=notice.pk).update(times=F("times") + 1)
        nudge("payments.apply_notices")
    return notice


def lease_notices(*, limit: int, actor: Viewer, at: datetime) -> list[GatewayNotice]:
    """Take stored notices that are due; one that its taker does not finish is due again after a minute."""
    with transaction.atomic():
        due = GatewayNotice.objects.filter(state=NoticeState.STORED, due_at__lte=at).order_by("due_at", "pk")
        notices = list(due.select_for_update(skip_locked=True)[:limit])
        ids = [notice.pk for notice in notices]
        GatewayNotice.objects.filter(pk__in=ids).update(due_at=at + LEASE, tries=F("tries") + 1)
        if ids:
            audit.record(actor=actor, at=at, action="notices.leased", subject=("notices", len(ids)))
    return notices


def finish_notice(
    *, notice_id: int, state: NoticeState, outcome: str, trouble: TroubleKind | None, actor: Viewer, at: datetime
) -> None:
    """Write what became of a notice; with `trouble` it also lands on the work list."""
    with transaction.atomic():
        notice = GatewayNotice.objects.select_for_update().get(pk=notice_id)
        if notice.state != NoticeState.STORED:
            return
        notice.attempt = Attempt.objects.filter(order_id=notice.order_id).first()
        notice.state, notice.outcome, notice.done_at = state, outcome[:300], at
        notice.save(update_fields=["attempt", "state", "outcome", "done_at"])
        audit.record(actor=actor, at=at, action=f"notice.{state}", subject=("notice", notice.pk), detail={"outcome": outcome[:100]})
        if trouble:
            payment = notice.attempt.payment if notice.attempt else None
            detail = {"order": notice.order_id, "outcome": outcome[:200]}
            key = f"{trouble}:notice:{notice.pk}"
            open_trouble(kind=trouble, key=key, payment=payment, attempt=notice.attempt, notice=notice, detail=detail, actor=actor, at=at)


def postpone_notice(*, notice_id: int, tries: int, error: str, actor: Viewer, at: datetime) -> None:
    """The gateway could not be asked: later, and in the end by a person."""
    if tries > len(rules.NOTICE_LADDER):
        finish_notice(
            notice_id=notice_id, state=NoticeState.REVIEW, outcome=error, trouble=TroubleKind.UNANSWERED, actor=actor, at=at
        )
        return
    GatewayNotice.objects.filter(pk=notice_id, state=NoticeState.STORED).update(
        due_at=at + rules.NOTICE_LADDER[tries - 1], outcome=error[:300]
    )
