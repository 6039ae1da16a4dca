"""The two JSON calls: make a link, close a link."""

import secrets
from datetime import datetime
from typing import Any

from payments.sandbox import books, limits, switches
from payments.sandbox.books import Order
from payments.sandbox.shop import JST, Desk, Shop, stamp
from payments.sandbox.web import Request, Response, json_response

METHODS = {"credit": books.CARD, "cvs": books.KONBINI}
LARGEST_AMOUNT = {"credit": 9_999_999, "cvs": 299_999}
NEEDED_ON_SLIPS = {"ReceiptsDisp11": "EZ1066001", "ReceiptsDisp12": "EZ1067001", "ReceiptsDisp13": "EZ1068001"}
STOPPABLE = {"CREATE", "SEND", "PAYSTART", "CONFIRM", "ERROR"}


def make_link(desk: Desk, request: Request) -> Response:
    """POST /payment/GetLinkplusUrlPayment.json"""
    data = request.json()
    now = desk.clock()
    with desk.store.transaction() as db:
        positions = switches.read(db)
        if positions["api"] == "busy":
            return refusal(["E92000001"], positions)
        codes = ["EZ1000008"] if data is None else _faults(desk.shop, data, now)
        if data and not codes and positions["console_contact"] == "missing":
            codes = _no_contact(data)
        if data is None or codes:
            return refusal(codes, positions)
        order = _order(data, now)
        if books.order_by_id(db, order.order_id):
            return refusal(["EZ1070014"], positions)
        books.save_order(db, order)
    if positions["api"] == "breaks_after_work":
        return Response(b"<h1>Internal Server Error</h1>", 500)
    return json_response(_good_reply(desk, order, positions, now))


def reject_link(desk: Desk, request: Request) -> Response:
    """POST /payment/RejectLinkplusUrlPayment.json"""
    data = request.json() or {}
    with desk.store.transaction() as db:
        positions = switches.read(db)
        codes = shop_faults(desk.shop, data)
        if codes:
            return refusal(codes, positions)
        order = books.order_by_id(db, str(data.get("OrderID", "")))
        if order is None:
            return refusal(["EZ2278002"], positions)
        if order.state not in STOPPABLE:
            return refusal(["EZ2278010"], positions)
        order.state = "INVALID"
        books.save_order(db, order)
    if positions["api"] == "breaks_after_work":
        return Response(b"<h1>Internal Server Error</h1>", 500)
    return json_response({"OrderID": order.order_id, "Status": order.state})


def shop_faults(shop: Shop, section: dict[str, Any]) -> list[str]:
    """What is wrong with the shop id and password of a call."""
    shop_id, shop_pass = (
        str(section.get("ShopID", "")),
        str(section.get("ShopPass", "")),
    )
    codes = []
    if not shop_id:
        codes.append("E01010001")
    elif len(shop_id) > 13:
        codes.append("E01010008")
    if not shop_pass:
        codes.append("E01020001")
    elif len(shop_pass) > 10:
        codes.append("E01020008")
    if not codes and (shop_id, shop_pass) != (shop.shop_id, shop.shop_pass):
        codes.append("E01030002")
    return codes


def refusal(codes: list[str], positions: dict[str, str]) -> Response:
    """An array of errors, as the JSON calls give it."""
    code_name = positions["error_keys"]
    info_name = code_name.replace("Code", "Info")
    return json_response([{code_name: code[:3], info_name: code} for code in codes], 400)


def _faults(shop: Shop, data: dict[str, Any], now: float) -> list[str]:
    section = data.get("geturlparam")
    codes = shop_faults(shop, section if isinstance(section, dict) else {})
    codes += limits.breaches(data)
    if codes:
        return codes
    order = _order(data, now)
    if order.total == 0:
        codes.append("EZ1004008")
    if order.deadline is not None and order.deadline <= now:
        codes.append("EZ1216015")
    wanted = data["transaction"].get("PayMethods")
    if wanted is not None and not isinstance(wanted, list):
        codes.append("EZ1011008")
    elif not order.methods:
        codes.append("EZ1011016")
    return codes


def _no_contact(data: dict[str, Any]) -> list[str]:
    """Whom the payer may ask is printed on every slip: from the request where the console does not say it."""
    if "cvs" not in data["transaction"].get("PayMethods", METHODS):
        return []
    section = data.get("cvs")
    said = section if isinstance(section, dict) else {}
    return [code for name, code in NEEDED_ON_SLIPS.items() if not said.get(name)]


def _order(data: dict[str, Any], now: float) -> Order:
    """The order a request that passed the limits describes."""
    transaction = data["transaction"]
    amount, tax = int(transaction["Amount"]), int(transaction.get("Tax") or 0)
    wanted = transaction.get("PayMethods") or list(METHODS)
    deadline, days = transaction.get("PaymentExpireDate"), transaction.get("ExpireDays")
    request = {name: value for name, value in data.items() if name != "geturlparam"}
    return Order(
        order_id=transaction["OrderID"],
        link_key=secrets.token_hex(32),
        request=request,
        amount=amount,
        tax=tax,
        methods=[m for m in METHODS if m in wanted and amount + tax <= LARGEST_AMOUNT[m]],
        created_at=now,
        deadline=_moment(deadline) if deadline else None,
        days_after_visit=int(days) if days else None,
    )


def _moment(text: str) -> float:
    return datetime.strptime(text, "%Y%m%d%H%M").replace(tzinfo=JST).timestamp()


def _good_reply(desk: Desk, order: Order, positions: dict[str, str], now: float) -> dict[str, object]:
    reply: dict[str, object] = {
        "OrderID": order.order_id,
        "LinkUrl": f"{desk.shop.public_url}/v2/plus/{desk.shop.shop_id}/checkout/{order.link_key}",
        "ProcessDate": stamp(now),
    }
    warning = {"warnCode": "EZ4", "warnInfo": "EZ4135014"}
    if positions["warn_list"] != "none":
        reply["WarnList"] = [warning] if positions["warn_list"] == "array" else warning
    return reply
