"""What money means: decisions about payments as pure functions (money.md, "Payment")."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from django.utils.translation import gettext as _

from ossma.core.refusals import Refused
from payments.states import LIVE, AttemptState, PaymentState, TroubleKind

# How long a link can be used, and how long a begun attempt may wait for the gateway's answer before it counts as unknown.
LINK_LIFE = timedelta(days=7)
PATIENCE = timedelta(seconds=60)
# Waits before a notice is tried again when the gateway cannot be asked; after the last one the office sees it.
NOTICE_LADDER = tuple(timedelta(minutes=minutes) for minutes in (1, 2, 5, 15, 60, 180))
YEN = {"JPY", "JPN", ""}


@dataclass(frozen=True, slots=True)
class Found:
    """What the gateway says about one order when asked: the only thing that settles."""

    status: str
    amount: int | None = None
    currency: str = ""
    method: str = ""
    access_id: str = ""
    access_pass: str = field(default="", repr=False)
    raw: Mapping[str, str] = field(default_factory=dict, repr=False)


class Verdict(StrEnum):
    """What to do with an attempt and its payment."""

    NOTHING = "nothing"
    SETTLE = "settle"
    BOOK_ONLY = "book_only"
    AWAIT = "await"
    FAIL = "fail"
    EXPIRE = "expire"
    VOID = "void"
    TROUBLE = "trouble"


@dataclass(frozen=True, slots=True)
class Decision:
    """A verdict, and the entry on the work list that goes with it, if any."""

    verdict: Verdict
    trouble: TroubleKind | None = None


_ENDINGS = {"failed": Verdict.FAIL, "expired": Verdict.EXPIRE, "cancelled": Verdict.VOID, "awaiting": Verdict.AWAIT}


def decide(*, payment: str, attempt: str, amount: int, found: Found) -> Decision:
    """What follows from the gateway's answer. Money is always booked; it settles only what is waiting for exactly that much."""
    if found.status == "paid":
        return _decide_money(payment=payment, attempt=attempt, amount=amount, found=found)
    if found.status == "refunded":
        known = attempt == AttemptState.REFUNDED
        return Decision(Verdict.NOTHING) if known else Decision(Verdict.TROUBLE, TroubleKind.REFUNDED_OUTSIDE)
    verdict = _ENDINGS.get(found.status, Verdict.NOTHING)
    still_moves = attempt in LIVE and not (verdict is Verdict.AWAIT and attempt == AttemptState.AWAITING)
    return Decision(verdict if still_moves else Verdict.NOTHING)


def _decide_money(*, payment: str, attempt: str, amount: int, found: Found) -> Decision:
    if attempt in {AttemptState.PAID, AttemptState.REFUNDED}:
        return Decision(Verdict.NOTHING)
    if found.amount != amount or found.currency not in YEN:
        return Decision(Verdict.TROUBLE, TroubleKind.AMOUNT_DIFFERS)
    if payment in {PaymentState.STARTED, PaymentState.AWAITING}:
        return Decision(Verdict.SETTLE)
    if payment in {PaymentState.SETTLED, PaymentState.REFUND_REQUESTED, PaymentState.REFUNDED}:
        return Decision(Verdict.BOOK_ONLY, TroubleKind.PAID_TWICE)
    return Decision(Verdict.BOOK_ONLY, TroubleKind.NOT_PAYABLE)


def refusal_to_pay(state: str, *, retry_allowed: bool) -> Refused | None:
    """Why a payment cannot be started, in the person's words; None when it can."""
    match state:
        case PaymentState.OWED | PaymentState.STARTED | PaymentState.AWAITING:
            return None
        case PaymentState.EXPIRED if retry_allowed:
            return None
        case PaymentState.SETTLED | PaymentState.REFUND_REQUESTED | PaymentState.REFUNDED:
            return Refused(_("This has been paid already."))
    return Refused(_("This can no longer be paid."))


def order_id(payment_id: int, number: int, tag: str) -> str:
    """The gateway's name for one attempt: at most 27 letters, digits and hyphens, spent for ever once used.

    `tag` (4 characters) keeps two installations on one shop apart, such as a demo that was emptied.
    """
    return f"P{payment_id}-{number}-{tag}"


def may_reuse(state: str, expires_at: datetime, at: datetime) -> bool:
    """Whether the link of a live attempt still takes the person there."""
    return state in {AttemptState.OPEN, AttemptState.AWAITING} and expires_at > at + timedelta(minutes=5)
