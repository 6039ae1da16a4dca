"""Disputes of charges (charge-backs): what a gateway says of one, and what is not done meanwhile."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from ossma.core.refusals import Refused
from payments.states import DisputeState


@dataclass(frozen=True, slots=True)
class Dispute:
    """A charge that the payer disputes with the bank. `reference` is the gateway's name for the dispute, `reason` and `status` are its words;
    `amount`: what is at stake or lost, in yen; `due_at`: until when evidence is taken.
    """

    reference: str
    amount: int
    state: DisputeState
    reason: str = ""
    status: str = ""
    due_at: datetime | None = None


def require_undisputed(*, is_disputed: bool) -> None:
    """Refuse to give money back, or to use it, while the payer disputes the charge: it could go out twice."""
    if is_disputed:
        words = _("The payer disputes this charge with the bank. Before that is decided nothing is given back or used, or money goes out twice.")
        raise Refused(words)


def require_possible(*, is_disputed: bool, amount: int, held: int) -> None:
    """Refuse a refund of `amount` yen while the payer disputes the charge, and when its order holds less: the bank has taken it back."""
    require_undisputed(is_disputed=is_disputed)
    if amount > held:
        words = _("Only %(held)d yen are left of this order: the payer's bank has taken the rest back. Refuse this refund.")
        raise Refused(words % {"held": max(0, held)})
