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
from payments.models import Attempt, GatewayNotice, Payment, Trouble
from payments.states import TroubleKind


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

    Raises Refused without an answer.
    """
    resolution = resolution.strip()
    if not resolution:
        raise Refused(_("Please write what was done."), field="resolution")
    with transaction.atomic():
        trouble = Trouble.objects.select_for_update(of=("self",)).select_related("payment").get(pk=trouble_id)
        if trouble.resolved_at is not None:
            return
        trouble.resolved_at, trouble.resolution = at, resolution[:300]
        trouble.save(update_fields=["resolved_at", "resolution"])
        member_id = trouble.payment.member_id if trouble.payment else None
        detail = {"kind": trouble.kind}
        nudge("payments.reconcile")
        audit.record(actor=actor, at=at, action="trouble.resolved", subject=("trouble", trouble.pk), member_id=member_id, detail=detail)
