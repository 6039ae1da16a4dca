"""GMO Payment Gateway, Link Type Plus, behind the house's interface."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime

import httpx

from payments.gateways.base import (
    CancelResult,
    GatewayMisconfigured,
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
from payments.gateways.gmo.config import GmoConfig
from payments.gateways.gmo.incoming import notice_of, return_of
from payments.gateways.gmo.requests import link_request
from payments.gateways.gmo.states import JST, PAY_TYPES, state_of, together
from payments.gateways.gmo.wire import Wire, warnings

log = logging.getLogger(__name__)

# Nothing can be paid on these any more.
OVER = {Status.CANCELLED, Status.EXPIRED, Status.FAILED, Status.REFUNDED}


def _now() -> datetime:
    return datetime.now(UTC)


class GmoGateway:
    """One shop at GMO."""

    name = "gmo"
    signature_header = ""

    def __init__(
        self,
        config: GmoConfig,
        *,
        transport: httpx.BaseTransport | None = None,
        clock: Callable[[], datetime] = _now,
    ) -> None:
        self._config = config
        self._wire = Wire(config, transport)
        self._clock = clock

    def create_link(self, order: LinkOrder) -> Link:
        """Make the page on which this order can be paid."""
        request = link_request(self._config, order)
        reply = self._wire.link_call("GetLinkplusUrlPayment.json", request)
        codes = warnings(reply)
        if codes:
            log.warning("order %s was made with warnings %s", order.order_id, " ".join(codes))
        if reply.get("OrderID", order.order_id) != order.order_id:
            raise GatewayUnknown(f"GetLinkplusUrlPayment: an answer about another order than {order.order_id}")
        url = str(reply.get("LinkUrl", ""))
        if not url.startswith(("https://", "http://")):
            raise GatewayUnknown(f"GetLinkplusUrlPayment: no address for {order.order_id}")
        if not self._config.may_send_payer_to(url):
            raise GatewayMisconfigured("GMO: the payment page is on a host we do not know")
        return Link(order.order_id, url, order.expires_at)

    def query(self, order_id: str, method: Method | None = None, *, reference: str = "") -> GatewayState:
        """Ask what became of the order; with a method, of that method only."""
        return together(self._states(order_id, method))

    def cancel(self, order_id: str, *, reference: str = "") -> CancelResult:
        """Close the link, or stop the slip; a payment that was faster shows in the state."""
        states = self._states(order_id)
        slips = [state for state in states if state.status is Status.AWAITING]
        for slip in slips:
            self._cancel_slip(slip)
        state = self.query(order_id) if slips else together(states)
        if state.status in {Status.PAID, Status.UNKNOWN, Status.AWAITING}:
            return CancelResult(False, state)
        # A number that was stopped leaves the page open, and the other way round.
        return self._reject(state)

    def refund(self, order_id: str, amount: int, *, held: int, reference: str = "") -> RefundResult:
        """Give back `amount` of the `held` yen; raises GatewayRefused when it holds another sum.

        A time-out raises GatewayUnknown: calling again is safe, the order is read first.
        """
        state = self.query(order_id, Method.CARD)
        on_card = _held(state)
        # Cash of the same order counts too, but only a card can be given back.
        cash = 0 if on_card == held else _held(self.query(order_id, Method.KONBINI)) or 0
        standing = None if on_card is None else on_card + cash
        if standing == held - amount:
            return RefundResult(standing, state)
        if on_card is None or standing != held or not 0 < amount <= on_card:
            raise GatewayRefused((), Reason.WRONG_AMOUNT, f"holds {standing}, {on_card} of it on a card, not {held}")
        self._take_back(state, amount, on_card)
        after = self.query(order_id, Method.CARD)
        if _held(after) != on_card - amount:
            raise GatewayUnknown(f"refund of {order_id}: reads {after.status} afterwards")
        return RefundResult(held - amount, after)

    def _take_back(self, state: GatewayState, amount: int, on_card: int) -> None:
        """Reverse a charge whole, or set it to a lower total."""
        keys = {"AccessID": state.access_id, "AccessPass": state.access_pass}
        if amount == on_card:
            self._wire.text_call("AlterTran", **keys, JobCd=self._reversal(state), Amount=str(on_card))
        else:
            self._wire.text_call("ChangeTran", **keys, JobCd=self._config.change_job, Amount=str(on_card - amount), Tax="0")

    def parse_notice(self, headers: Mapping[str, str], body: bytes, remote_addr: str, received_at: datetime | None = None) -> Notice:
        """Read a result notice. GMO signs none, so its headers prove nothing."""
        return notice_of(self._config, body, remote_addr)

    def parse_return(self, form: Mapping[str, str]) -> Return | None:
        """What a returning browser brings, if its signature holds."""
        return return_of(self._config, form)

    def _states(self, order_id: str, method: Method | None = None) -> list[GatewayState]:
        """The order by each method it may have been tried with: each is a transaction of its own at GMO."""
        pay_types = (PAY_TYPES[method],) if method else self._config.pay_type_order
        return [self._search(order_id, pay_type) for pay_type in pay_types]

    def _search(self, order_id: str, pay_type: str) -> GatewayState:
        try:
            reply = self._wire.text_call("SearchTradeMulti", OrderID=order_id, PayType=pay_type)
        except GatewayRefused as refused:
            if refused.reason is not Reason.NOT_FOUND:
                raise
            return GatewayState(order_id=order_id, status=Status.NOT_STARTED)
        if reply.get("OrderID", order_id) != order_id:
            raise GatewayUnknown(f"SearchTradeMulti: an answer about another order than {order_id}")
        return state_of(order_id, pay_type, reply)

    def _reject(self, state: GatewayState) -> CancelResult:
        request = {
            "ShopID": self._config.shop_id,
            "ShopPass": self._config.shop_pass,
            "OrderID": state.order_id,
        }
        try:
            self._wire.link_call("RejectLinkplusUrlPayment.json", request)
        except GatewayRefused as refused:
            if refused.reason is Reason.NOT_FOUND:
                return CancelResult(True, replace(state, status=Status.CANCELLED))
            if refused.reason is not Reason.WRONG_STATE:
                raise
            # [I] A link that cannot be stopped, and on which nothing is under way, is over already.
            after = self.query(state.order_id)
            if after.status is Status.NOT_STARTED:
                return CancelResult(True, replace(after, status=Status.CANCELLED))
            return CancelResult(after.status in OVER, after)
        return CancelResult(True, replace(state, status=Status.CANCELLED))

    def _cancel_slip(self, state: GatewayState) -> None:
        """Stop a number; a till that was faster shows when the order is read again."""
        try:
            self._wire.text_call(
                "CvsCancel",
                AccessID=state.access_id,
                AccessPass=state.access_pass,
                OrderID=state.order_id,
            )
        except GatewayRefused as refused:
            if refused.reason is not Reason.WRONG_STATE:
                raise

    def _reversal(self, state: GatewayState) -> str:
        """The JobCd for taking back whole, by how long ago the charge was."""
        same_day, same_month, later = self._config.reversal_jobs
        today, charged = self._clock().astimezone(JST), state.at
        if charged is None:
            return later
        charged = charged.astimezone(JST)
        if charged.date() == today.date():
            return same_day
        return same_month if (charged.year, charged.month) == (today.year, today.month) else later


def _held(state: GatewayState) -> int | None:
    """The yen an order stands at; None when that cannot be said."""
    if state.status is Status.PAID:
        return state.amount
    return 0 if state.status is Status.REFUNDED else None
