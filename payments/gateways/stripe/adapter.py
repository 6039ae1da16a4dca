"""Stripe Checkout behind the house's interface (money.md, "Gateways"; reference part 8)."""

import hmac
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import partial
from typing import Any
from urllib.parse import urlencode

import stripe

from payments.disputes import Dispute
from payments.gateways.base import (
    CancelResult,
    GatewayRefused,
    GatewayState,
    GatewayUnknown,
    Hint,
    Link,
    LinkOrder,
    Method,
    Notice,
    Reason,
    RefundResult,
    Return,
    Status,
)
from payments.gateways.stripe.config import StripeConfig
from payments.gateways.stripe.errors import ours
from payments.gateways.stripe.events import notice_of, return_mark
from payments.gateways.stripe.keys import keys, once
from payments.gateways.stripe.reading import dispute_of, is_disputed, state_of

# Looking for a session whose answer we never heard: the newest ones, so many at most.
MOST_LOOKED_AT = 300
EXPANDED = ["payment_intent.latest_charge"]


def _now() -> datetime:
    return datetime.now(UTC)


class StripeGateway:
    """One Stripe account. Its own name for an order is the checkout session's id: the `reference`."""

    name = "stripe"
    signature_header = "Stripe-Signature"

    def __init__(self, config: StripeConfig, *, clock: Callable[[], datetime] = _now) -> None:
        self._config = config
        self._clock = clock
        client = stripe.RequestsClient(timeout=(config.connect_seconds, config.read_seconds))
        # No silent repeats: whether to ask again is decided where the outcome is known.
        self._api = stripe.StripeClient(
            config.api_key, base_addresses={"api": config.api_url}, http_client=client, max_network_retries=0
        ).v1  # fmt: skip

    def create_link(self, order: LinkOrder) -> Link:
        """Make a checkout session. The same order again is the same session: the order id is its idempotency key."""
        if order.amount <= 0:
            raise GatewayRefused((), Reason.WRONG_AMOUNT)
        ends = self._ends(order.expires_at)
        request = self._request(order, ends)
        for key in keys(order.order_id):
            with ours():
                made, _repeated = once(partial(self._api.checkout.sessions.create, params=request, options={"idempotency_key": key}))
            # After a failure of before: it may have made a page all the same.
            session = made.to_dict() if made else self._session(order.order_id, "")
            if session and session.get("url"):
                return Link(order.order_id, str(session["url"]), ends, reference=str(session["id"]))
            if session:
                break
        raise GatewayUnknown(f"no address for {order.order_id}")

    def _ends(self, wanted: datetime) -> datetime:
        now = self._clock()
        return min(max(wanted, now + self._config.shortest_session), now + self._config.longest_session)

    def _request(self, order: LinkOrder, ends: datetime) -> Any:
        back, left = (self._way_back(order, hint) for hint in (Hint.NONE, Hint.UNPAID))
        kinds = [method.value for method in order.methods if method is Method.CARD or self._takes_cash(order.amount)]
        days = min(order.konbini_days or self._config.konbini_days, self._config.konbini_longest_days)
        return {
            "mode": "payment",
            "client_reference_id": order.order_id,
            "metadata": {"order_id": order.order_id},
            "payment_intent_data": {"metadata": {"order_id": order.order_id}},
            "line_items": [
                {"quantity": 1, "price_data": {"currency": "jpy", "unit_amount": order.amount, "product_data": {"name": order.title}}}
            ],
            "payment_method_types": kinds or ["card"],
            "payment_method_options": {"konbini": {"expires_after_days": days}} if "konbini" in kinds else {},
            "customer_email": order.payer_mail or None,
            "locale": order.language if order.language in {"ja", "en"} else "auto",
            "success_url": back,
            "cancel_url": left,
            "expires_at": int(ends.timestamp()),
        }  # fmt: skip

    def _way_back(self, order: LinkOrder, hint: Hint) -> str:
        """Stripe sends whoever leaves its page to an address of its own; the mark covers which one it is."""
        mark = {"order": order.order_id, "hint": hint.value, "mark": return_mark(self._config, order.order_id, hint)}
        return f"{order.return_url}?{urlencode({name: value for name, value in mark.items() if value})}"

    def _takes_cash(self, amount: int) -> bool:
        return self._config.konbini_least <= amount <= self._config.konbini_most

    def query(self, order_id: str, method: Method | None = None, *, reference: str = "") -> GatewayState:
        """Ask what became of the order; a session has one method at a time, so `method` narrows nothing."""
        session = self._session(order_id, reference)
        if session is None:
            return GatewayState(order_id=order_id, status=Status.NOT_STARTED)
        return state_of(order_id, session, self._disputes(session) if is_disputed(session) else ())

    def _disputes(self, session: Mapping[str, Any]) -> tuple[Dispute, ...]:
        with ours():
            listed = self._api.disputes.list(params={"payment_intent": str(session["payment_intent"]["id"]), "limit": 100})
            return tuple(dispute_of(dispute.to_dict()) for dispute in listed.data)

    def _session(self, order_id: str, reference: str) -> Mapping[str, Any] | None:
        """The session with its payment; one whose making was never answered is looked for among the newest."""
        with ours():
            if not reference:
                recent = self._api.checkout.sessions.list(params={"limit": 100}).auto_paging_iter()
                for looked_at, candidate in enumerate(recent):
                    if candidate.client_reference_id == order_id:
                        reference = candidate.id
                    if reference or looked_at >= MOST_LOOKED_AT:
                        break
            if not reference:
                return None
            found = self._api.checkout.sessions.retrieve(reference, params={"expand": EXPANDED})
            return found.to_dict()

    def cancel(self, order_id: str, *, reference: str = "") -> CancelResult:
        """Close the session; a payment that was faster shows in the state.

        A number for the store cannot be stopped: Stripe cancels no intent of a session, and expires only open ones. It is waited for.
        """
        session = self._session(order_id, reference)
        if session is None:
            return CancelResult(True, GatewayState(order_id=order_id, status=Status.CANCELLED))
        try:
            if session.get("status") == "open":
                with ours():
                    self._api.checkout.sessions.expire(str(session["id"]))
        except GatewayRefused as refused:
            if refused.retryable:
                raise
        after = self.query(order_id, reference=str(session["id"]))
        return CancelResult(after.status in {Status.EXPIRED, Status.CANCELLED, Status.FAILED, Status.REFUNDED}, after)

    def refund(self, order_id: str, amount: int, *, held: int, reference: str = "") -> RefundResult:
        """Give back `amount` of the `held` yen. The order is read before each request, so repeating is safe.

        The key names both sums. What Stripe only repeats (a failure of before, a refund that failed later) has left the order as it
        stands, so the next key is used; a time-out keeps its key, because the first request may still be under way.
        """
        for key in keys(f"{order_id}-refund-{held}-{amount}"):
            state = self.query(order_id, reference=reference)
            standing = state.amount if state.status in {Status.PAID, Status.REFUNDED} else None
            if standing == held - amount:
                return RefundResult(standing, state)
            if standing != held or not 0 < amount <= held:
                raise GatewayRefused((), Reason.WRONG_AMOUNT, f"holds {standing}, not {held}")
            wanted: Any = {"payment_intent": state.access_id, "amount": amount, "metadata": {"order_id": order_id}}
            with ours():
                _refund, repeated = once(partial(self._api.refunds.create, params=wanted, options={"idempotency_key": key}))
            if not repeated:
                break
        after = self.query(order_id, reference=reference)
        if after.amount != held - amount:
            raise GatewayUnknown(f"refund of {order_id}: reads {after.amount} afterwards")
        return RefundResult(held - amount, after)

    def parse_notice(self, headers: Mapping[str, str], body: bytes, remote_addr: str, received_at: datetime | None = None) -> Notice:
        """Read an event. Whether it is Stripe's is told by its signature, not by its address."""
        return notice_of(self._config, headers, body, received_at)

    def parse_return(self, form: Mapping[str, str]) -> Return | None:
        """What a returning browser brings, if its mark holds."""
        order_id = form.get("order", "")
        hint = Hint.UNPAID if form.get("hint") == Hint.UNPAID else Hint.NONE
        good = hmac.compare_digest(return_mark(self._config, order_id, hint).encode(), form.get("mark", "").encode())
        return Return(order_id, hint) if order_id and good else None
