"""What Stripe posts: signed events. They are hints; the session is asked about before anything is believed."""

import hmac
import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import stripe

from ossma.core.texts import storable
from payments.gateways.base import Hint, Notice, Status
from payments.gateways.stripe.config import StripeConfig

LONGEST_ORDER_ID, LONGEST_INTENT = 64, 100
SIGNED_AT = re.compile(r"\bt=(\d{1,11})\b")


def notice_of(config: StripeConfig, headers: Mapping[str, str], body: bytes, received_at: datetime | None) -> Notice:
    """An event, however mangled: what cannot be read is empty, nothing raises. `address_ok` says that the signature holds."""
    event = _read(body)
    thing: Mapping[str, Any] = _inner(event, "data", "object")
    metadata = _inner(thing, "metadata")
    order_id = storable(str(thing.get("client_reference_id") or metadata.get("order_id") or ""))[:LONGEST_ORDER_ID]
    amount = thing.get("amount_total")
    kind = storable(str(event.get("type", "")))[:60]
    identity = storable(str(event.get("id") or ""))
    return Notice(
        order_id=order_id,
        pay_type=kind,
        status=_status(kind, thing),
        amount=amount if isinstance(amount, int) else None,
        tax=None,
        currency=str(thing.get("currency") or "").upper()[:8],
        error_codes=(),
        digest=sha256(identity.encode() or body).hexdigest(),
        # One endpoint, one secret, one account: the signature is the shop.
        shop_ok=True,
        address_ok=signature_holds(config, headers, body, received_at),
        raw={"id": identity[:80], "type": kind},
        intent=_intent(thing),
    )


def _intent(thing: Mapping[str, Any]) -> str:
    """The payment that a charge, a refund or a dispute belongs to: disputes name no order, and what was done in the dashboard need not."""
    found = thing.get("payment_intent") or (thing.get("id") if thing.get("object") == "payment_intent" else "")
    return storable(found)[:LONGEST_INTENT] if isinstance(found, str) else ""


def _read(body: bytes) -> Mapping[str, Any]:
    try:
        event = json.loads(body)
    except ValueError:
        return {}
    return event if isinstance(event, dict) else {}


def _inner(thing: Mapping[str, Any], *names: str) -> Mapping[str, Any]:
    for name in names:
        found = thing.get(name)
        thing = found if isinstance(found, dict) else {}
    return thing


def _status(kind: str, thing: Mapping[str, Any]) -> Status:
    match kind:
        case "checkout.session.completed":
            return Status.PAID if thing.get("payment_status") == "paid" else Status.AWAITING
        case "checkout.session.async_payment_succeeded":
            return Status.PAID
        case "checkout.session.async_payment_failed":
            return Status.FAILED
        case "checkout.session.expired":
            return Status.EXPIRED
    return Status.UNKNOWN


def signature_holds(config: StripeConfig, headers: Mapping[str, str], body: bytes, received_at: datetime | None) -> bool:
    """Whether Stripe signed these bytes, and not long before they came in: a stored event is looked at again much later."""
    signed = next((value for name, value in headers.items() if name.lower() == "stripe-signature"), "")
    signed_at = SIGNED_AT.search(signed)
    if received_at and signed_at and abs(received_at - datetime.fromtimestamp(int(signed_at[1]), UTC)) > config.tolerance:
        return False
    try:
        return bool(stripe.WebhookSignature.verify_header(body, signed, config.webhook_secret))
    except (stripe.SignatureVerificationError, UnicodeDecodeError):
        return False


def return_mark(config: StripeConfig, order_id: str, hint: Hint = Hint.NONE) -> str:
    """Signs the order, and which way back it is, in the address that the browser comes back to."""
    return hmac.new(config.webhook_secret.encode(), f"return{hint}:{order_id}".encode(), sha256).hexdigest()
