"""Ways out of money that has no place: give it back, or accept it late. Each also resolves the entry on the work list (money.md, "Payment")."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from ossma.core import registries
from ossma.core.refusals import Refused
from ossma.core.viewer import Viewer
from payments.actions.moves import move_payment
from payments.actions.refunds import request_refund
from payments.actions.troubles import resolve_trouble
from payments.letters import tell
from payments.models import Attempt, Payment, Refund, Trouble
from payments.queries.locking import booked_of, lock_attempt
from payments.states import AttemptState, Method, PaymentState

ACCEPTABLE = {PaymentState.OWED, PaymentState.EXPIRED}


def _money_of(trouble_id: int) -> tuple[Trouble, Payment, Attempt]:
    trouble = Trouble.objects.select_related("attempt").get(pk=trouble_id)
    if trouble.attempt is None:
        raise Refused(_("This entry names no order of ours."))
    payment, attempt = lock_attempt(trouble.attempt.order_id)
    return trouble, payment, attempt


@transaction.atomic
def give_back(*, trouble_id: int, resolution: str, actor: Viewer, at: datetime) -> Refund:
    """Ask for a refund of everything this order still holds, and resolve the entry. Raises Refused when it holds nothing."""
    trouble, payment, attempt = _money_of(trouble_id)
    rule = f"{trouble.get_kind_display()}: {resolution}"
    refund = request_refund(payment_id=payment.pk, amount=booked_of(attempt), rule=rule, order_id=attempt.order_id, actor=actor, at=at)
    resolve_trouble(trouble_id=trouble_id, resolution=resolution, actor=actor, at=at)
    return refund


@transaction.atomic
def reinstate(*, trouble_id: int, resolution: str, actor: Viewer, at: datetime) -> Payment:
    """Accept late money: the payment is settled by it as if it had come in time. Only for what is owed or expired, and for exactly its sum."""
    _trouble, payment, attempt = _money_of(trouble_id)
    fits = attempt.state == AttemptState.PAID and booked_of(attempt) == payment.total
    if payment.state not in ACCEPTABLE or not fits:
        raise Refused(_("This money cannot settle the payment. Give it back instead."))
    payment.settled_at, payment.settled_method = at, attempt.method or Method.CARD
    evidence = {"order": attempt.order_id, "amount": attempt.amount, "why": resolution[:200]}
    move_payment(payment=payment, to=PaymentState.SETTLED, cause="office", evidence=evidence, actor=actor, at=at)
    registries.settled.get(payment.subject_kind)(payment_id=payment.pk, subject_id=payment.subject_id, actor=actor, at=at)
    tell(payment, "settled", at=at)
    resolve_trouble(trouble_id=trouble_id, resolution=resolution, actor=actor, at=at)
    return payment
