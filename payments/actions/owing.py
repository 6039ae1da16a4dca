"""Owing something, and no longer owing it."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from ossma.core import audit
from ossma.core.duties import inner_action
from ossma.core.nudge import nudge
from ossma.core.viewer import Viewer
from payments.actions.moves import move_payment
from payments.models import Payment, PaymentLine
from payments.queries.locking import lock_payment
from payments.states import OPEN_STATES, PaymentState

Line = tuple[str, str, int]


@inner_action
def owe(
    *,
    member_id: int,
    purpose: str,
    subject: tuple[str, int],
    title_ja: str,
    title_en: str,
    lines: Sequence[Line],
    methods: Sequence[str],
    due_on: date | None,
    tax_rate: Decimal,
    actor: Viewer,
    at: datetime,
) -> Payment:
    """Write down that a member owes the sum of `lines` (Japanese text, English text, yen with tax), in the caller's transaction.

    `tax_rate`: the consumption tax in every line (0.1 is 10 %), 0 for what bears none.

    Raises ValueError when the lines do not sum to something to pay, IntegrityError when a membership fee is owed twice.
    """
    total = sum(amount for _ja, _en, amount in lines)
    if total <= 0:
        raise ValueError(f"nothing to pay: the lines sum to {total}")
    with transaction.atomic():
        payment = Payment.objects.create(
            member_id=member_id,
            purpose=purpose,
            subject_kind=subject[0],
            subject_id=subject[1],
            title_ja=title_ja,
            title_en=title_en,
            total=total,
            methods=list(methods),
            due_on=due_on,
            created_at=at,
        )
        PaymentLine.objects.bulk_create(
            PaymentLine(payment=payment, position=number, text_ja=ja, text_en=en, amount=amount, tax_rate=tax_rate)
            for number, (ja, en, amount) in enumerate(lines, start=1)
        )
        audit.record(actor=actor, at=at, action="payment.owed", subject=("payment", payment.pk), member_id=member_id, detail={"total": total})
    return payment


@inner_action
def cancel(*, payment_id: int, cause: str, actor: Viewer, at: datetime) -> Payment:
    """Stop owing. A payment that is settled or cancelled already stays as it is.

    A live attempt stays live here: a task makes it unpayable at the gateway at once, which no transaction may wait for.
    """
    with transaction.atomic():
        payment = lock_payment(payment_id)
        if payment.state in OPEN_STATES:
            move_payment(payment=payment, to=PaymentState.CANCELLED, cause=cause, evidence={}, actor=actor, at=at)
            nudge("payments.close")
    return payment
