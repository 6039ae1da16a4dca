"""A gateway in memory that says what a test tells it to; notices are read by the real adapter."""

from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlencode

from payments.gateways.base import (
    CancelResult,
    GatewayRefused,
    GatewayState,
    GatewayUnknown,
    Link,
    LinkOrder,
    Method,
    Notice,
    Reason,
    RefundResult,
    Return,
    Status,
)
from payments.gateways.gmo.adapter import GmoGateway
from payments.gateways.gmo.config import GmoConfig

SHOP = "tshop00000001"
GMO_ADDRESS, STRANGER = "210.197.108.196", "203.0.113.9"


def adapter(*addresses: str) -> GmoGateway:
    """The real adapter; nobody listens at its address."""
    config = GmoConfig(api_url="http://gateway.example", shop_id=SHOP, shop_pass="sandboxpw1", config_id="ossma", notify_addresses=addresses)
    return GmoGateway(config)


def notice_body(order_id: str, *, status: str = "CAPTURE", amount: int = 3812, **changes: str) -> bytes:
    """A result notice as the gateway posts it."""
    fields = {"ShopID": SHOP, "OrderID": order_id, "Status": status, "Amount": str(amount), "Tax": "0", "Currency": "JPN", "PayType": "0"}
    return urlencode(fields | {"TranID": "1" * 28, "TranDate": "20261121120000"} | changes).encode()


@dataclass
class FakeGateway:
    """Orders and their states, a list of everything it was asked, and an error to raise instead of answering."""

    name: str = "gmo"
    signature_header: str = ""
    states: dict[str, GatewayState] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list, repr=False)
    error: Exception | None = None
    cancel_closes: bool = True
    # Orders left where the gateway closes nothing: at the page of 3-D Secure.
    unclosable: set[str] = field(default_factory=set)
    refuses: bool = False
    # The next refund is made, and its answer lost.
    silent_once: bool = False
    reader: GmoGateway = field(default_factory=adapter)

    def says(self, order_id: str, status: Status, amount: int | None = 3812, currency: str = "JPN") -> None:
        """From now on this is what becomes of the order."""
        raw = {"Status": status.upper(), "AccessPass": "********"}
        method = None if status is Status.NOT_STARTED else Method.CARD
        self.states[order_id] = GatewayState(
            order_id=order_id, status=status, amount=amount, currency=currency, method=method, access_id="a" * 32, access_pass="p" * 32, raw=raw
        )

    def _heard(self, what: str, order_id: str) -> GatewayState:
        self.asked.append(f"{what} {order_id}")
        if self.error:
            raise self.error
        return self.states.get(order_id, GatewayState(order_id=order_id, status=Status.NOT_STARTED))

    def create_link(self, order: LinkOrder) -> Link:
        """A link of its own for every order."""
        self._heard("create", order.order_id)
        return Link(order.order_id, f"http://gateway.example/pay/{order.order_id}", order.expires_at)

    def query(self, order_id: str, method: Method | None = None, *, reference: str = "") -> GatewayState:
        """What the test said."""
        return self._heard("query", order_id)

    def cancel(self, order_id: str, *, reference: str = "") -> CancelResult:
        """Closed unless there is money, or the test says it cannot be closed."""
        state = self._heard("cancel", order_id)
        closed = self.cancel_closes and order_id not in self.unclosable and state.status is not Status.PAID
        if closed:
            self.says(order_id, Status.CANCELLED, None)
        return CancelResult(closed, state)

    def refund(self, order_id: str, amount: int, *, held: int, reference: str = "") -> RefundResult:
        """As the interface says: read first, then give back; asked again it changes nothing."""
        state = self._heard("refund", order_id)
        holds = (state.amount or 0) if state.status is Status.PAID else 0
        if holds == held - amount:
            return RefundResult(holds, state)
        if holds != held or self.refuses:
            raise GatewayRefused(("E11010010",) if self.refuses else (), Reason.TOO_OLD if self.refuses else Reason.WRONG_AMOUNT)
        left = held - amount
        self.says(order_id, Status.PAID if left else Status.REFUNDED, left)
        if self.silent_once:
            self.silent_once = False
            raise GatewayUnknown("timeout after the refund")
        return RefundResult(left, self.states[order_id])

    def parse_notice(self, headers: dict[str, str], body: bytes, remote_addr: str, received_at: datetime | None = None) -> Notice:
        """As the real adapter reads it."""
        return self.reader.parse_notice(headers, body, remote_addr)

    def parse_return(self, form: dict[str, str]) -> Return | None:
        """As the real adapter reads it."""
        return self.reader.parse_return(form)
