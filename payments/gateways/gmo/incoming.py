"""What reaches us from outside: result notices, and browsers coming back."""

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Mapping
from urllib.parse import parse_qsl

from ossma.core.texts import storable
from payments.gateways.base import Hint, Notice, Return
from payments.gateways.gmo.codes import hint_of
from payments.gateways.gmo.config import GmoConfig
from payments.gateways.gmo.states import masked, status_of, yen
from payments.gateways.gmo.wire import text_codes

SAME_EVENT = ("ShopID", "OrderID", "PayType", "Status", "TranID", "TranDate", "Amount", "Tax", "Currency", "ErrInfo")
LONGEST_ORDER_ID = 64


def notice_of(config: GmoConfig, body: bytes, remote_addr: str) -> Notice:
    """A notice, however mangled: what cannot be read is empty, nothing raises.

    ShopPass and AccessPass arrive as asterisks; origin is judged by shop id and address.
    """
    text = body.decode("ascii", "replace")
    encoding = config.notice_encoding
    pairs = parse_qsl(text, keep_blank_values=True, encoding=encoding, errors="replace")
    fields = {name: storable(value) for name, value in pairs}
    error_codes = text_codes(fields)
    pay_type = fields.get("PayType", "")
    return Notice(
        order_id=fields.get("OrderID", "")[:LONGEST_ORDER_ID],
        pay_type=pay_type,
        status=status_of(pay_type, fields.get("Status", ""), error_codes),
        amount=yen(fields.get("Amount")),
        tax=yen(fields.get("Tax")),
        currency=fields.get("Currency", ""),
        error_codes=error_codes,
        digest=_digest(fields, body),
        shop_ok=fields.get("ShopID") == config.shop_id,
        address_ok=config.knows_address(remote_addr),
        raw=masked(fields),
        hint=hint_of(error_codes),
    )


def return_of(config: GmoConfig, form: Mapping[str, str]) -> Return | None:
    """What a signed `result` says; None when anything about it is not right.

    Good for showing a page, never for believing in money.
    """
    payload, _, signature = form.get("result", "").rpartition(".")
    if not payload or not (payload.isascii() and signature.isascii()):
        return None
    expected = hashlib.new(config.return_hash, (payload + config.shop_pass).encode()).hexdigest()
    if not hmac.compare_digest(expected, signature.lower()):
        return None
    try:
        padded = payload + "=" * (-len(payload) % 4)
        report = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
        result = report["transactionresult"]
        order_id = result["OrderID"]
    except (binascii.Error, ValueError, KeyError, TypeError):
        return None
    if not isinstance(order_id, str):
        return None
    hint = hint_of(text_codes({"ErrInfo": str(result.get("ErrInfo") or ""), "ErrCode": str(result.get("ErrCode") or "")}))
    state = result.get("Result")
    if hint is not Hint.IN_DOUBT:
        hint = Hint.LINK_OVER if state in config.over_results else Hint.UNPAID if state in config.unpaid_results else Hint.NONE
    return Return(storable(order_id), hint)


def _digest(fields: Mapping[str, str], body: bytes) -> str:
    """The same event has the same digest, however often and in whatever order it is sent."""
    if not fields.get("OrderID"):
        return hashlib.sha256(body).hexdigest()
    parts = "\x1f".join(fields.get(name, "") for name in SAME_EVENT)
    return hashlib.sha256(parts.encode("utf-8", "replace")).hexdigest()
