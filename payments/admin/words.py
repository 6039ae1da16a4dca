"""What happened to money that needs a person, in plain words."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from payments.admin.story import yen
from payments.models import Trouble
from payments.states import DisputeState, TroubleKind


def what_happened(trouble: Trouble) -> str:
    """One or two sentences: what came or did not come, and why it did not settle by itself."""
    words = {
        TroubleKind.AMOUNT_DIFFERS: _of_amount(trouble.detail),
        TroubleKind.NOT_PAYABLE: _("%(found)s came in for a payment that had been cancelled or had run out."),
        TroubleKind.PAID_TWICE: _("This order holds %(found)s, although other money has settled the payment, or it was paid by two methods."),
        TroubleKind.REFUNDED_OUTSIDE: _(
            "By our books this order holds %(booked)s; the payment company says %(found)s. Money was given back there without us."
        ),
        TroubleKind.UNKNOWN_ORDER: _("A notice names an order that is not ours: %(order)s."),
        TroubleKind.SHOP_DIFFERS: _("A notice names another shop than ours. Its order: %(order)s."),
        TroubleKind.UNANSWERED: _("A notice could not be acted on for two days: the payment company could not be asked about its order."),
        TroubleKind.REFUND_FAILED: _("The payment company did not make a refund that the office had approved."),
        TroubleKind.DISPUTED: _of_dispute(trouble.detail),
        TroubleKind.STUCK: _("The term of an order is over, and the payment company neither closes it nor says what became of it (%(outcome)s)."),
    }
    detail = trouble.detail
    sums = {name: yen(detail.get(name)) for name in ("asked", "found", "booked", "amount")}
    return words[TroubleKind(trouble.kind)] % {**sums, "order": detail.get("order", ""), "outcome": detail.get("outcome", "").partition(": ")[2]}


def _of_amount(detail: dict[str, Any]) -> str:
    if "found" in detail:
        return _("%(found)s came in on this order; %(asked)s had been asked for. The payment is on hold until somebody has decided.")
    return _("A notice names another sum or currency than was asked for (%(outcome)s). It was not believed; the payment is on hold meanwhile.")


def _of_dispute(detail: dict[str, Any]) -> str:
    words = {
        DisputeState.OPEN: _("The payer has told the bank that this charge of %(amount)s is wrong. Answer with evidence before the time is over."),
        DisputeState.LOST: _("The bank has decided for the payer: %(amount)s are gone. What the order still held is booked as a charge-back."),
        DisputeState.WON: _("The dispute about %(amount)s is over without loss."),
    }
    return words[DisputeState(detail.get("state", DisputeState.OPEN))]


@dataclass(frozen=True, slots=True)
class DisputeShown:
    """A dispute as the office reads it; `reason` in words where we know the gateway's word for it."""

    state: str
    reason: str
    due_at: datetime | None


def dispute_of(trouble: Trouble) -> DisputeShown | None:
    """The facts of a dispute; None for any other entry."""
    if trouble.kind != TroubleKind.DISPUTED:
        return None
    reasons = {
        "fraudulent": _("The cardholder says that they did not pay this"),
        "unrecognized": _("The cardholder does not recognise the charge"),
        "duplicate": _("Charged twice"),
        "product_not_received": _("The service was not received"),
        "product_unacceptable": _("The service was not as described"),
        "subscription_canceled": _("It had been cancelled"),
        "credit_not_processed": _("A promised refund did not come"),
        "general": _("General (no reason given)"),
    }
    detail = trouble.detail
    word = str(detail.get("reason", ""))
    due = datetime.fromisoformat(detail["due_at"]) if detail.get("due_at") else None
    state = str(DisputeState(detail.get("state", DisputeState.OPEN)).label)
    return DisputeShown(state, f"{reasons[word]} ({word})" if word in reasons else word, due)


def money_of(trouble: Trouble) -> int | None:
    """The sum that it is about, in yen, where one is known."""
    found = trouble.detail.get("amount" if trouble.kind == TroubleKind.DISPUTED else "found")
    return found if found is not None else trouble.attempt.amount if trouble.attempt else None
