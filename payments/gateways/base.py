"""What the house asks of any payment provider, and the words it gets back.

A gateway knows no web page and no database row. Amounts are whole yen with all taxes in,
times are aware and UTC (number: money.md, "Gateways").
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from payments.disputes import Dispute
from payments.rules import Slip


class Method(StrEnum):
    """How the payer pays."""

    CARD = "card"
    KONBINI = "konbini"


class Status(StrEnum):
    """Where an order stands at the gateway. Only PAID is money."""

    NOT_STARTED = "not_started"
    STARTED = "started"
    AWAITING = "awaiting"
    PAID = "paid"
    FAILED = "failed"
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    REFUNDED = "refunded"
    UNKNOWN = "unknown"


class Reason(StrEnum):
    """Why a gateway refused, by what can be done about it."""

    BAD_REQUEST = "bad_request"
    BAD_TEXT = "bad_text"
    ORDER_USED = "order_used"
    NOT_FOUND = "not_found"
    WRONG_STATE = "wrong_state"
    WRONG_AMOUNT = "wrong_amount"
    TOO_OLD = "too_old"
    LINK_OVER = "link_over"
    DECLINED = "declined"
    STORE_CLOSED = "store_closed"
    BUSY = "busy"
    UNREACHABLE = "unreachable"
    OTHER = "other"


class Hint(StrEnum):
    """What a return or a notice says besides money: for pages to show, never a proof."""

    # Nothing was charged by what the payer did: left without paying, declined, too many tries, too late.
    UNPAID = "unpaid"
    # Nothing was charged, and the page takes no more tries: a new one has to be made.
    LINK_OVER = "link_over"
    # The card network has not answered: it may or may not have charged.
    IN_DOUBT = "in_doubt"
    NONE = ""


class GatewayError(Exception):
    """Anything that kept a gateway from doing what it was asked."""


class GatewayRefused(GatewayError):
    """The gateway said no, and nothing has changed there.

    `retryable` is true when the same call may simply be made again later.
    """

    def __init__(self, codes: tuple[str, ...], reason: Reason, note: str = "") -> None:
        super().__init__(" ".join(filter(None, (reason, *codes, note))))
        self.codes = codes
        self.reason = reason
        self.note = note

    @property
    def retryable(self) -> bool:
        """Whether waiting is all it takes."""
        return self.reason in {Reason.BUSY, Reason.UNREACHABLE, Reason.STORE_CLOSED}


class GatewayUnknown(GatewayError):
    """The call may or may not have worked: ask back by `query` before doing anything else."""


class GatewayMisconfigured(GatewayError):
    """Our own settings or contract are wrong: an alarm for the office, nothing for the member."""


@dataclass(frozen=True, kw_only=True)
class LinkOrder:
    """One attempt to be paid. The id is spent for ever once it was sent."""

    order_id: str
    amount: int
    title: str
    return_url: str
    expires_at: datetime
    methods: tuple[Method, ...] = (Method.CARD,)
    language: str = "ja"
    payer_name: str = ""
    payer_kana: str = ""
    payer_mail: str = ""
    payer_phone: str = ""
    konbini_days: int | None = None


@dataclass(frozen=True)
class Link:
    """The page the payer is sent to. It cannot be fetched a second time: store it, and the gateway's own name for the order if it has one."""

    order_id: str
    url: str
    expires_at: datetime
    reference: str = ""


@dataclass(frozen=True, kw_only=True)
class GatewayState:
    """The gateway's answer about one order. `amount` is what it holds or asks for, in yen: 0 once it was given back whole."""

    order_id: str
    status: Status
    amount: int | None = None
    currency: str = ""
    method: Method | None = None
    at: datetime | None = None
    slip: Slip | None = None
    access_id: str = ""
    access_pass: str = field(default="", repr=False)
    raw: Mapping[str, str] = field(default_factory=dict, repr=False)
    # Money came by one method while another one still takes it: that other way must be closed.
    loose: bool = False
    # Paid by several methods: what each brought in, in yen.
    parts: tuple[int, ...] = ()
    # The gateway's name for the payment, where notices can name it instead of the order.
    intent: str = ""
    # Disputes of the charge, over or not; what was lost in them is no longer in `amount`.
    disputes: tuple[Dispute, ...] = ()


@dataclass(frozen=True)
class CancelResult:
    """`closed`: nothing can be paid on this order any more. `state` is what was read last."""

    closed: bool
    state: GatewayState


@dataclass(frozen=True)
class RefundResult:
    """What this order holds after the refund, read back from the gateway."""

    held: int
    state: GatewayState


@dataclass(frozen=True)
class Return:
    """A browser that came back, by the gateway's signature: which order, and what it says of it."""

    order_id: str
    hint: Hint = Hint.NONE


@dataclass(frozen=True, kw_only=True)
class Notice:
    """A notice as far as it could be read: a hint to ask back, never a proof of money."""

    order_id: str
    pay_type: str
    status: Status
    amount: int | None
    tax: int | None
    currency: str
    error_codes: tuple[str, ...]
    digest: str
    shop_ok: bool
    address_ok: bool
    raw: Mapping[str, str] = field(repr=False)
    hint: Hint = Hint.NONE
    # The gateway's name for the payment: what finds the order where a notice does not name it.
    intent: str = ""

    @property
    def total(self) -> int | None:
        """What the payer was charged; None when the notice does not say it in figures."""
        return None if self.amount is None else self.amount + (self.tax or 0)


class Gateway(Protocol):
    """A payment provider. Every call may raise a GatewayError; parsing never does.

    `reference` is what the link came with; empty when it was never heard.
    """

    name: str
    # The header that proves where a notice comes from, kept with it so that this can be judged again later; empty where none does.
    signature_header: str

    def create_link(self, order: LinkOrder) -> Link:
        """Make the page on which this order can be paid."""

    def query(self, order_id: str, method: Method | None = None, *, reference: str = "") -> GatewayState:
        """Ask what became of the order; with a method, of that method only."""

    def cancel(self, order_id: str, *, reference: str = "") -> CancelResult:
        """Make the order unpayable if that is still possible, and read it again."""

    def refund(self, order_id: str, amount: int, *, held: int, reference: str = "") -> RefundResult:
        """Give back `amount` of the `held` yen the caller believes the order stands at.

        Safe to repeat: when the order stands at `held - amount` already, nothing is sent.
        """

    def parse_notice(self, headers: Mapping[str, str], body: bytes, remote_addr: str, received_at: datetime | None = None) -> Notice:
        """Read what was posted to the notice address, whoever posted it; a signature's age is judged by when it was received."""

    def parse_return(self, form: Mapping[str, str]) -> Return | None:
        """What a returning browser brings, if its signature holds."""
