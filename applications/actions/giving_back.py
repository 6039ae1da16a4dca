"""Money that goes back by a rule of this room: written down at once, asked for as soon as its order is free."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from applications.models import Application, GiveBack
from applications.rules.differences import Purse, shares
from ossma.core import audit
from ossma.core.duties import inner_action
from ossma.core.refusals import Refused
from ossma.core.viewer import Viewer
from payments import actions as payments
from payments.models import Payment


@inner_action
def give_back(*, application: Application, purses: Sequence[Purse], amount: int, spare: int, rule: str, actor: Viewer, at: datetime) -> int:
    """Give `amount` yen back out of the application's payments, the newest first, in the caller's transaction under their locks.

    `spare` is the handling fee that may go back besides, if the office says so. Returns how many refunds that makes.
    """
    found = shares(amount, spare, purses)
    for share in found:
        row = GiveBack.objects.create(
            application=application,
            payment_id=share.payment_id,
            amount=share.amount,
            handling=share.handling,
            rule=rule[:120],
            proposed_by_id=actor.user_id if actor.is_office else None,
            made_at=at,
        )
        _ask(row, actor=actor, at=at)
    return len(found)


@inner_action
def ask_waiting(*, limit: int, actor: Viewer, at: datetime) -> int:
    """Ask for refunds that waited for another one of the same order. Returns how many were asked for."""
    waiting = GiveBack.objects.filter(refund=None).order_by("made_at", "pk").values_list("pk", "payment_id")
    return sum(_ask_again(pk, payment_id, actor=actor, at=at) for pk, payment_id in waiting[:limit])


@transaction.atomic
def _ask_again(pk: int, payment_id: int, *, actor: Viewer, at: datetime) -> bool:
    Payment.objects.select_for_update().get(pk=payment_id)
    row = GiveBack.objects.filter(pk=pk, refund=None).select_related("application").first()
    return row is not None and _ask(row, actor=actor, at=at)


def _ask(row: GiveBack, *, actor: Viewer, at: datetime) -> bool:
    """Whether the refund could be asked for; an order gives back one refund at a time."""
    detail = {"payment": row.payment_id, "amount": row.amount, "handling": row.handling}
    try:
        row.refund = payments.request_refund(
            payment_id=row.payment_id,
            amount=row.amount,
            handling=row.handling,
            rule=row.rule,
            proposed_by=row.proposed_by_id,
            actor=actor,
            at=at,
        )
    except Refused:
        asked = False
    else:
        row.save(update_fields=["refund"])
        asked = True
    action = "give_back.asked" if asked else "give_back.waits"
    audit.record(actor=actor, at=at, action=action, subject=("application", row.application_id), member_id=row.application.member_id, detail=detail)
    return asked
