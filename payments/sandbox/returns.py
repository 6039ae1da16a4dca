"""Sending the payer's browser back: a form with one signed field."""

import base64
import hashlib
import json

from payments.sandbox import books
from payments.sandbox.books import Order
from payments.sandbox.pages import Markup, fragment
from payments.sandbox.shop import Desk, stamp
from payments.sandbox.words import words_for

SUBMIT = Markup('<script>document.getElementById("back").submit()</script>')
METHOD_NAMES = {books.CARD: "credit", books.KONBINI: "cvs"}


def signed_result(desk: Desk, order: Order, code: str = "") -> str:
    """`{P}.{H}`: P the report in URL-safe base64, H the SHA-256 of P and the shop's password."""
    with desk.store.transaction() as db:
        trade = books.latest_trade(db, order.order_id)
    report: dict[str, object] = {
        "transactionresult": {
            "OrderID": order.order_id,
            "Result": order.state,
            "Processdate": stamp(desk.clock()),
            "Paymethod": METHOD_NAMES[trade.pay_type] if trade else "",
            "AccessID": trade.access_id if trade else "",
            "AccessPass": trade.access_pass if trade else "",
            "ErrCode": code[:3],
            "ErrInfo": code,
        }
    }
    if trade:
        report[METHOD_NAMES[trade.pay_type]] = {"Status": trade.status} | trade.detail
    text = json.dumps(report, ensure_ascii=False).encode()
    payload = base64.urlsafe_b64encode(text).decode().rstrip("=")
    digest = hashlib.sha256((payload + desk.shop.shop_pass).encode()).hexdigest()
    return f"{payload}.{digest}"


def back_form(order: Order, result: str, field: str, *, at_once: bool) -> Markup:
    """The button back to the shop, pressed by script when `at_once`; empty without an address."""
    addresses = order.section("transaction")
    address = addresses.get(field) or addresses.get("RetUrl")
    if not address:
        return Markup("")
    script = SUBMIT if at_once else Markup("")
    words = words_for(order)
    return fragment("back", words, address=address, result=result, script=script)
