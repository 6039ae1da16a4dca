"""What money means: decisions about payments as pure functions (money.md, "Payment")."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _

from ossma.core.formats import HOME_ZONE
from ossma.core.money import tax_within
from ossma.core.refusals import Refused
from payments.disputes import Dispute
from payments.states import LIVE, OPEN_STATES, WAITING, AttemptState, Method, PaymentState, Purpose, RefundWay, TroubleKind

# How long a link can be used, and how long a begun attempt may wait for the gateway's answer before it counts as unknown.
LINK_LIFE = timedelta(days=7)
# How many days after the day of its issue a number for the store can be paid.
SLIP_DAYS = 7
PATIENCE = timedelta(seconds=60)
# For so long nobody pays again while the card network owes us an answer; then what the gateway says of the order counts.
DOUBT_LIFE = timedelta(minutes=30)
# So long after a sign of life somebody may still be paying on a page that the gateway does not close (3-D Secure).
UNDER_WAY = timedelta(minutes=30)
# Nobody is sent to a link that runs out while the card is being typed; nobody closes one before both clocks agree that it is over.
LEAST_LIFE = timedelta(minutes=5)
CLOCK_MARGIN = timedelta(hours=1)
# At which hour a gateway reports that a slip ran out is not known; a till may report a payment of the last minute later.
SLIP_MARGIN = timedelta(hours=12)
# Reminders: before a slip or an opened link runs out, and before the due day of what was never started.
REMIND_BEFORE_END = timedelta(hours=24)
REMIND_DAYS_BEFORE_DUE = 3
# Gateways take no reversal after this [A].
REFUND_LIMIT = timedelta(days=180)
# Waits before a refund on a card is tried again when the gateway is away; after the last one the office sees it.
REFUND_LADDER = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 180, 720))
# Waits before a notice is tried again when the gateway cannot be asked; after the last one the office sees it.
NOTICE_LADDER = tuple(timedelta(minutes=minutes) for minutes in (1, 2, 5, 15, 60, 180, 360, 720, 1440))
# What can be started again after its term; a top-up must be in force before departure and cannot.
RETRY_AFTER_EXPIRY = {Purpose.MEMBERSHIP_FEE, Purpose.PERIOD_DIFFERENCE}
# What late money can still settle: nothing else is under way there.
ACCEPTABLE = {PaymentState.OWED, PaymentState.EXPIRED}
# What has come in, whatever part of it has gone back since.
RECEIVED = {PaymentState.SETTLED, PaymentState.REFUND_REQUESTED, PaymentState.REFUNDED}
# ISO 4217 and what GMO writes instead of it.
YEN = {"JPY", "JPN"}


@dataclass(frozen=True, slots=True)
class Slip:
    """What the payer needs at the convenience store: the store's code, its numbers, and the last moment."""

    store: str
    confirmation_number: str
    receipt_number: str
    pay_by: datetime | None
    # A page of the gateway's own with everything on it, where there is one.
    url: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """What the gateway says about one order when asked: the only thing that settles."""

    status: str
    amount: int | None = None
    currency: str = ""
    method: str = ""
    slip: Slip | None = None
    access_id: str = ""
    access_pass: str = field(default="", repr=False)
    raw: Mapping[str, str] = field(default_factory=dict, repr=False)
    # When the payer paid, where the gateway says so.
    paid_at: datetime | None = None
    # What each of several methods on one order brought in, in yen; empty for one method.
    parts: tuple[int, ...] = ()
    # The gateway's own name for the payment, where it has one.
    intent: str = ""
    # Every dispute of the charge, over or not. What was lost is no longer in `amount`.
    disputes: tuple[Dispute, ...] = ()


@dataclass(frozen=True, slots=True)
class Standing:
    """Where an attempt and its payment stand with us. `booked` is what the gateway should hold of it by the ledger (bank transfers pass it by);
    `held`: a disagreement is open; `refunding`: what is being given back on the card at this moment.
    """

    payment: str
    attempt: str
    amount: int
    booked: int = 0
    held: bool = False
    refunding: int = 0


class Verdict(StrEnum):
    """What to do with an attempt and its payment."""

    NOTHING = "nothing"
    SETTLE = "settle"
    BOOK_ONLY = "book_only"
    AWAIT = "await"
    FAIL = "fail"
    EXPIRE = "expire"
    VOID = "void"
    BOOK_MORE = "book_more"
    GIVEN_BACK = "given_back"
    DISPUTED = "disputed"
    TROUBLE = "trouble"


@dataclass(frozen=True, slots=True)
class Decision:
    """A verdict, and the entry on the work list that goes with it, if any."""

    verdict: Verdict
    trouble: TroubleKind | None = None


NOTHING = Decision(Verdict.NOTHING)
_ENDINGS = {"failed": Verdict.FAIL, "expired": Verdict.EXPIRE, "cancelled": Verdict.VOID, "awaiting": Verdict.AWAIT}


def decide(standing: Standing, found: Found) -> Decision:
    """What follows from the gateway's answer. Money in yen is always booked; it settles only what is owed and exactly that much."""
    if found.status == "paid":
        return _decide_money(standing, found)
    if found.status == "refunded":
        return _decide_refund(standing)
    verdict = _ENDINGS.get(found.status, Verdict.NOTHING)
    moves = standing.attempt in LIVE and not (verdict is Verdict.AWAIT and standing.attempt == AttemptState.AWAITING)
    return Decision(verdict) if moves else NOTHING


def held_by(found: Found) -> int | None:
    """The yen that the gateway holds of an order by its answer; None where it says nothing of money. A reversed charge keeps its sum there."""
    if found.status == "refunded":
        return 0
    return found.amount if found.status == "paid" and found.currency in YEN else None


def first_of_several(*, attempt: str, amount: int, found: Found) -> Found | None:
    """When several methods were paid on an order and nothing is booked yet: the answer as if only the one that fits had been."""
    if found.status != "paid" or attempt == AttemptState.PAID or amount not in found.parts or found.currency not in YEN:
        return None
    return replace(found, amount=amount, parts=())


def _decide_money(standing: Standing, found: Found) -> Decision:
    if found.currency not in YEN or not found.amount:
        return Decision(Verdict.TROUBLE, TroubleKind.AMOUNT_DIFFERS)
    if standing.attempt in {AttemptState.PAID, AttemptState.REFUNDED}:
        return _decide_booked(standing, found.amount)
    if found.amount != standing.amount:
        return Decision(Verdict.BOOK_ONLY, TroubleKind.AMOUNT_DIFFERS)
    if standing.payment in WAITING or standing.payment == PaymentState.OWED:
        return NOTHING if standing.held else Decision(Verdict.SETTLE)
    if standing.payment in {PaymentState.SETTLED, PaymentState.REFUND_REQUESTED, PaymentState.REFUNDED}:
        return Decision(Verdict.BOOK_ONLY, TroubleKind.PAID_TWICE)
    return Decision(Verdict.BOOK_ONLY, TroubleKind.NOT_PAYABLE)


def _decide_booked(standing: Standing, amount: int) -> Decision:
    """The gateway holds another sum than the ledger says: less was given back there, more was paid a second time by another method."""
    if amount == standing.booked:
        return NOTHING
    if standing.refunding and amount == standing.booked - standing.refunding:
        return Decision(Verdict.GIVEN_BACK)
    if amount > standing.booked:
        return Decision(Verdict.BOOK_MORE, TroubleKind.PAID_TWICE)
    return Decision(Verdict.TROUBLE, TroubleKind.REFUNDED_OUTSIDE)


def _decide_refund(standing: Standing) -> Decision:
    if standing.attempt == AttemptState.REFUNDED and not standing.booked:
        # By a transfer of ours the gateway would still hold it: gone there too, it went out twice.
        return NOTHING
    if standing.refunding and standing.refunding == standing.booked:
        return Decision(Verdict.GIVEN_BACK)
    return Decision(Verdict.VOID if standing.attempt in LIVE else Verdict.TROUBLE, TroubleKind.REFUNDED_OUTSIDE)


def notice_disagrees(*, paid: bool, total: int | None, currency: str, expected: Collection[int]) -> bool:
    """Whether a notice of money names a sum in yen that the order was never asked for and never stood at, or another currency."""
    return paid and (total not in expected or currency not in YEN)


def is_doubt_over(*, status: str, since: datetime, at: datetime) -> bool:
    """Whether the gateway's answer ends the doubt about a charge: what became of the order, or for long enough that nothing did."""
    return status not in {"started", "not_started", "unknown"} or at - since >= DOUBT_LIFE


def refusal_to_pay(*, state: str, purpose: str, held: bool, in_doubt: bool = False) -> Refused | None:
    """Why a payment cannot be started, in the person's words; None when it can."""
    if state in {PaymentState.SETTLED, PaymentState.REFUND_REQUESTED, PaymentState.REFUNDED}:
        return Refused(_("This has been paid already."))
    if held:
        return Refused(_("The office is checking this payment. Please do not pay again, and wait."))
    if in_doubt:
        return Refused(_("The card company has not answered yet. Please do not pay again, and wait: we are asking the payment company."))
    if state in WAITING or state == PaymentState.OWED or (state == PaymentState.EXPIRED and purpose in RETRY_AFTER_EXPIRY):
        return None
    return Refused(_("This can no longer be paid."))


@dataclass(frozen=True, slots=True)
class TaxShare:
    """What a receipt names of one tax rate (0.1 is 10 %), in yen: the sum with its tax, and the tax in it, rounded once."""

    rate: Decimal
    gross: int
    tax: int

    @property
    def percent(self) -> str:
        """The rate as people read it: 10, 8, 7.5."""
        return f"{(self.rate * 100).normalize():f}"


def tax_shares(lines: Iterable[tuple[Decimal | None, int]], *, given_back: int) -> list[TaxShare]:
    """The sums per rate of lines (rate, yen with tax) less what was given back, which leaves the first lines first; the highest rate first.

    Empty where a rate was never written down.
    """
    sums: dict[Decimal, int] = {}
    for rate, amount in lines:
        if rate is None:
            return []
        taken = min(amount, given_back)
        given_back -= taken
        sums[rate] = sums.get(rate, 0) + amount - taken
    return [TaxShare(rate, gross, tax_within(gross, rate)) for rate, gross in sorted(sums.items(), reverse=True) if gross]


# How letters end that name their reader's title already: no 様 after them.
HONORIFICS = ("御中", "様", "さま", "殿", "先生", "各位", "宛")


def has_honorific(name: str) -> bool:
    """Whether an addressee is written with its title."""
    return name.rstrip().endswith(HONORIFICS)


def has_receipt(*, state: str, total: int, given_back: int) -> bool:
    """Whether something was received for a payment, in yen, and has not all been given back: then there is a receipt."""
    return state in RECEIVED and given_back < total


def refund_way(*, method: str, paid_at: datetime, at: datetime) -> RefundWay:
    """How money of an order goes back: a card within 180 days by the gateway; later, and cash from a till, by bank transfer."""
    on_card = method == Method.CARD and at - paid_at < REFUND_LIMIT
    return RefundWay.CARD if on_card else RefundWay.TRANSFER


def require_refundable(*, amount: int, booked: int) -> None:
    """Refuse to give back nothing, or more than an order brought in. Whole yen."""
    if not 0 < amount <= booked:
        raise Refused(_("At most %(most)d yen can be given back.") % {"most": max(booked, 0)}, field="amount")


def require_acceptable(*, state: str, total: int, money: int) -> None:
    """Refuse to settle a payment by late money unless it is still open, nothing is under way, and the money is enough."""
    if state not in ACCEPTABLE or money < total:
        raise Refused(_("This money cannot settle the payment. Give it back instead."))


def require_assignable(*, same_member: bool, held: bool, state: str, total: int, money: int) -> None:
    """Refuse to use money for another payment unless that is the same member's, still open, not being checked itself, and the money is enough."""
    if not same_member:
        raise Refused(_("Money can only be used for another payment of the same member."))
    if state not in OPEN_STATES or held:
        raise Refused(_("That payment cannot be settled as it stands now."))
    if money < total:
        words = _("%(money)d yen are not enough for that payment of %(total)d yen. Money is never split or topped up: give it back instead.")
        raise Refused(words % {"money": max(money, 0), "total": total})


def require_placed(*, open_money: int) -> None:
    """Refuse to take an entry off the list while money of its order, in yen, has no place in the books or is missing there."""
    if open_money > 0:
        words = _("%(money)d yen of this order have no place yet. Choose what becomes of them; the entry stays until then.")
        raise Refused(words % {"money": open_money}, field="resolution")


def require_no_refund(*, is_open: bool) -> None:
    """Refuse while money of the order is promised back: it cannot be promised twice."""
    if is_open:
        raise Refused(_("A refund of this order is under way already."))


def fingerprint(account: str) -> str:
    """A mark of a bank account as it is kept, which a form carries to show which one its reader saw. Empty without an account."""
    return salted_hmac("payments.account", account, algorithm="sha256").hexdigest() if account else ""


def require_seen(*, account: str, seen: str) -> None:
    """Refuse when the bank account that is kept is not the one that was seen."""
    if not constant_time_compare(fingerprint(account), seen):
        raise Refused(_("The bank account has changed since this page was opened. Please look at it again."))


def account_is_fixed() -> str:
    """Why a member cannot change the bank account while it stands in a file for the bank."""
    return _("The transfer is being made, so the account cannot be changed any more. If it is wrong, please write to the office.")


def require_in_no_file(*, is_in_file: bool) -> None:
    """Refuse to decide about a transfer by hand that stands in a file for the bank: it would be made twice, or to another account."""
    if is_in_file:
        raise Refused(_("This transfer is in a file for the bank. Wait for its result, or discard the file first."))


def require_in_step(*, missing: int) -> None:
    """Refuse to use money while the gateway holds less of its order than the ledger says: it may have gone back already."""
    if missing > 0:
        words = _("The gateway holds %(missing)d yen less of this order than our ledger says. Book that first: it is not there to be used.")
        raise Refused(words % {"missing": missing})


def refusal_of_second_pair(*, approved_by: int | None, user_id: int | None) -> Refused | None:
    """Why this person cannot confirm a bank transfer: whoever approved it may not also carry it out."""
    if user_id is None or approved_by is None or user_id == approved_by:
        return Refused(_("A bank transfer needs two people: somebody else than the one who approved it must confirm it."))
    return None


def require_other_confirmer(*, made_by: int, user_id: int | None) -> None:
    """Refuse to let whoever made a file of transfers confirm it, or end it once it was confirmed."""
    if user_id is None or user_id == made_by:
        raise Refused(_("You made this file yourself: somebody else must do this."), code="own_proposal")


@dataclass(frozen=True, slots=True)
class Terms:
    """Until when a new order can be paid on its page, and for how many days (0: today) a number for the store then lives."""

    link_until: datetime
    slip_days: int


def terms_of(*, due_on: date | None, purpose: str, at: datetime) -> Terms:
    """The terms of an order begun now, by Japan's days. What cannot be paid late shares the days until it is due between page and number,
    so that a number issued at the last moment still ends with the due day. Raises Refused when that day is over.
    """
    if due_on is None or purpose in RETRY_AFTER_EXPIRY:
        return Terms(at + LINK_LIFE, SLIP_DAYS)
    today = at.astimezone(HOME_ZONE)
    left = (due_on - today.date()).days
    link_days = min(LINK_LIFE.days, (left + 1) // 2)
    link_until = (today + timedelta(days=link_days)).replace(hour=23, minute=59, second=0, microsecond=0)
    if left < 0 or link_until < at + LEAST_LIFE:
        raise Refused(_("This can no longer be paid."))
    return Terms(link_until.astimezone(UTC), min(SLIP_DAYS, left - link_days))


def order_id(payment_id: int, number: int, tag: str) -> str:
    """The gateway's name for one attempt: at most 27 letters, digits and hyphens, spent for ever once used.

    `tag` (6 random characters) keeps two installations on one shop apart, such as a demo that was emptied, and cannot be guessed.
    """
    return f"P{payment_id}-{number}-{tag}"


def may_reuse(*, state: str, link: str, expires_at: datetime, at: datetime) -> bool:
    """Whether the link of a live attempt still takes the person there."""
    return bool(link) and state in {AttemptState.OPEN, AttemptState.AWAITING} and expires_at > at + LEAST_LIFE


def is_being_made(*, state: str, created_at: datetime, at: datetime) -> bool:
    """Whether somebody else may be asking the gateway for this attempt's link right now."""
    return state == AttemptState.CREATED and created_at > at - PATIENCE


def is_link_over(*, state: str, expires_at: datetime, at: datetime) -> bool:
    """Whether a live attempt should be closed for its age. For a slip the gateway keeps the term; it is closed only if it forgets to."""
    return state in LIVE and expires_at < at - (SLIP_MARGIN if state == AttemptState.AWAITING else CLOCK_MARGIN)


def may_abandon(*, status: str, moved_at: datetime | None, begun_at: datetime, at: datetime) -> bool:
    """Whether an order that the gateway does not close may be given up: nothing was charged, and nobody has moved on it for long enough.

    Money that comes all the same is found where ended orders are asked about, and goes to the work list.
    """
    return status in {"started", "not_started"} and at - max(moved_at or begun_at, begun_at) >= UNDER_WAY


def is_unwanted(*, attempt: str, payment: str) -> bool:
    """Whether a live attempt belongs to a payment that no longer waits for money: it must become unpayable at the gateway."""
    return attempt in LIVE and payment not in WAITING
