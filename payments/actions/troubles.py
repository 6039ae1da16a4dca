"""The work list of money: nothing that disagrees is settled silently or lost."""

from datetime import datetime
from typing import Any

from django.db import transaction

from ossma.core import audit
from ossma.core.viewer import Viewer
from payments.models import Attempt, GatewayNotice, Payment, Trouble
from payments.states import TroubleKind


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
    """Put something on the office's work list; the same thing found again stays one entry."""
    trouble, new = Trouble.objects.get_or_create(
        key=key, defaults={"kind": kind, "payment": payment, "attempt": attempt, "notice": notice, "detail": detail, "opened_at": at}
    )
    if new:
        member_id = payment.member_id if payment else None
        audit.record(actor=actor, at=at, action="trouble.opened", subject=("trouble", trouble.pk), member_id=member_id, detail={"kind": kind})
    return trouble


def resolve_trouble(*, trouble_id: int, resolution: str, actor: Viewer, at: datetime) -> None:
    """A person has dealt with it and says how."""
    with transaction.atomic():
        trouble = Trouble.objects.select_for_update().get(pk=trouble_id)
        if trouble.resolved_at is None:
            trouble.resolved_at, trouble.resolution = at, resolution[:300]
            trouble.save(update_fields=["resolved_at", "resolution"])
            audit.record(actor=actor, at=at, action="trouble.resolved", subject=("trouble", trouble.pk))
