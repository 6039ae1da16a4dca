"""The `.idPass` calls: Windows-31J text, nothing percent-encoded, errors with HTTP 200."""

from collections.abc import Callable

from payments.sandbox import books, clearing, switches
from payments.sandbox.books import CARD, KONBINI, Order, Trade
from payments.sandbox.clearing import Till
from payments.sandbox.links import shop_faults
from payments.sandbox.shop import Desk, stamp
from payments.sandbox.web import Request, Response

REVERSALS = {"VOID", "RETURN", "RETURNX", "CANCEL"}
HALF_A_YEAR = 180 * 86_400
CARD_FIELDS = ("Method", "PayTimes", "Forward", "TranID", "Approve")
KONBINI_FIELDS = ("CvsCode", "CvsConfNo", "CvsReceiptNo", "PaymentTerm", "FinishDate")
CHANGED_FIELDS = ("Forward", "Approve", "TranID", "TranDate")
Reply = dict[str, str]
Call = Callable[[Till, dict[str, str]], Reply]


class Refused(Exception):
    """A call refused with one or more codes."""

    def __init__(self, *codes: str) -> None:
        super().__init__(*codes)
        self.codes = codes


def answer(desk: Desk, request: Request, call: str) -> Response:
    """POST /payment/{call}.idPass"""
    fields = request.form("cp932")
    with desk.store.transaction() as db:
        fault = switches.read(db)["api"]
        try:
            _admit(desk, fields, fault)
            reply = CALLS[call](Till(desk, db, desk.clock()), fields)
        except Refused as refused:
            classes = "|".join(code[:3] for code in refused.codes)
            reply = {"ErrCode": classes, "ErrInfo": "|".join(refused.codes)}
    desk.wake()
    if fault == "breaks_after_work":
        return Response(b"<h1>Internal Server Error</h1>", 500)
    text = "&".join(f"{name}={value}" for name, value in reply.items())
    return Response(text.encode("cp932", "replace"), content_type="text/plain;charset=Windows-31J")


def search_trade(till: Till, fields: Reply) -> Reply:
    """Ask for the card trade of an order."""
    trade = books.trade_of(till.db, _order_id(fields), CARD)
    if trade is None:
        raise Refused("E01110002")
    return {"OrderID": trade.order_id} | _card_reply(till, trade)


def search_trade_multi(till: Till, fields: Reply) -> Reply:
    """Ask for the trade of an order by one method."""
    pay_type = fields.get("PayType", "")
    trade = books.trade_of(till.db, _order_id(fields), pay_type)
    if trade is None:
        raise Refused("M01004002")
    if pay_type == CARD:
        return _card_reply(till, trade) | {"PayType": pay_type, "Currency": "JPN"}
    reply = _common_reply(till, trade) | {"PayType": pay_type}
    return reply | {name: trade.detail.get(name, "") for name in KONBINI_FIELDS} | {"Currency": "JPN"}


def alter_trade(till: Till, fields: Reply) -> Reply:
    """Take a charge back, or charge what was only held."""
    order, trade = _opened(till, fields, CARD)
    job_cd = fields.get("JobCd", "")
    if job_cd in REVERSALS and trade.status in {"CAPTURE", "SALES", "AUTH"}:
        _within_half_a_year(till, trade)
        clearing.reverse(till, order, trade, job_cd)
    elif job_cd == "SALES" and trade.status == "AUTH":
        if fields.get("Amount") != str(trade.amount):
            raise Refused("E01060010")
        trade.job_cd = job_cd
        clearing.capture(till, order, trade)
    else:
        raise Refused("E11010002")
    return _changed_reply(trade)


def change_trade(till: Till, fields: Reply) -> Reply:
    """Set a charge to a new total."""
    order, trade = _opened(till, fields, CARD)
    if trade.status not in {"CAPTURE", "SALES"} or fields.get("JobCd") != "CAPTURE":
        raise Refused("E11010002")
    _within_half_a_year(till, trade)
    amount, tax = fields.get("Amount", ""), fields.get("Tax") or "0"
    if not (amount.isdecimal() and tax.isdecimal() and int(amount) > 0):
        raise Refused("E01060006")
    clearing.change_amount(till, order, trade, int(amount), int(tax))
    return _changed_reply(trade)


def cancel_slip(till: Till, fields: Reply) -> Reply:
    """Stop a convenience store number that is not paid yet."""
    order, trade = _opened(till, fields, KONBINI)
    if trade.status != "REQSUCCESS" or fields.get("OrderID") != order.order_id:
        raise Refused("M01054004")
    clearing.reverse(till, order, trade, "CANCEL")
    return {"OrderID": order.order_id, "Status": trade.status}


CALLS: dict[str, Call] = {
    "SearchTrade": search_trade,
    "SearchTradeMulti": search_trade_multi,
    "AlterTran": alter_trade,
    "ChangeTran": change_trade,
    "CvsCancel": cancel_slip,
}


def _admit(desk: Desk, fields: Reply, fault: str) -> None:
    if fault == "busy":
        raise Refused("E92000001")
    codes = shop_faults(desk.shop, fields)
    if codes:
        raise Refused(*codes)


def _order_id(fields: Reply) -> str:
    order_id = fields.get("OrderID", "")
    if not order_id:
        raise Refused("E01040001")
    return order_id


def _opened(till: Till, fields: Reply, pay_type: str) -> tuple[Order, Trade]:
    """The order and trade the access id and password open."""
    trade = books.trade_by_access(till.db, fields.get("AccessID", ""))
    if trade is None or trade.pay_type != pay_type:
        raise Refused("E01110002")
    if trade.access_pass != fields.get("AccessPass"):
        raise Refused("E01100008")
    order = books.order_by_id(till.db, trade.order_id)
    if order is None:
        raise Refused("E01110002")
    return order, trade


def _within_half_a_year(till: Till, trade: Trade) -> None:
    if till.now - trade.changed_at > HALF_A_YEAR:
        raise Refused("E11010010")


def _common_reply(till: Till, trade: Trade) -> Reply:
    if trade.doubt_until is not None:
        raise Refused("E91029999")
    order = books.order_by_id(till.db, trade.order_id)
    notes = order.section("transaction") if order else {}
    return {
        "Status": trade.status,
        "ProcessDate": stamp(trade.changed_at),
        "JobCd": trade.job_cd,
        "AccessID": trade.access_id,
        "AccessPass": trade.access_pass,
        "Amount": str(trade.amount),
        "Tax": str(trade.tax),
    } | {name: str(notes.get(name, "")) for name in ("ClientField1", "ClientField2", "ClientField3")}


def _card_reply(till: Till, trade: Trade) -> Reply:
    reply = _common_reply(till, trade) | {
        "ItemCode": "0000990",
        "SiteID": "",
        "MemberID": "",
    }
    reply |= {
        "CardNo": trade.detail.get("CardNo", ""),
        "Expire": trade.detail.get("Expire", ""),
    }
    return reply | {name: trade.detail.get(name, "") for name in CARD_FIELDS}


def _changed_reply(trade: Trade) -> Reply:
    reply = {"AccessID": trade.access_id, "AccessPass": trade.access_pass}
    return reply | {name: trade.detail.get(name, "") for name in CHANGED_FIELDS}
