"""Paying at a convenience store: the form, the slip, the till."""

import re
import unicodedata
from datetime import datetime

from payments.sandbox import books, clearing, switches
from payments.sandbox.books import KONBINI, Order, Trade
from payments.sandbox.card import summary
from payments.sandbox.clearing import FAMILYMART, Till
from payments.sandbox.pages import Markup, error_box, fragment, page
from payments.sandbox.shop import JST
from payments.sandbox.web import Response
from payments.sandbox.words import words_for

STORES = ("10001", FAMILYMART, "10005", "10008")
KATAKANA = re.compile("[\u30a0-\u30ff\u3000 ]+")


def issue(till: Till, order: Order, form: dict[str, str]) -> list[str]:
    """Give out a number; the codes of what to put right, empty when it was given."""
    if "cvs" not in order.methods:
        return []
    if order.state != "PAYSTART":
        return ["EZ2002014" if order.state == "REQPROCESS" else "EZ2003010"]
    store = form.get("store", "")
    codes = _mistakes(store, form)
    if store == switches.read(till.db)["closed_store"]:
        codes.append("EZ2400003")
    if not codes:
        clearing.issue_slip(till, order, clearing.start(till, order, KONBINI), store)
    return codes


def pay(till: Till, order: Order, form: dict[str, str]) -> list[str]:
    """The payer pays at the till, now."""
    slip = books.trade_of(till.db, order.order_id, KONBINI)
    if slip and slip.status == "REQSUCCESS":
        clearing.pay_slip(till, order, slip)
    return []


def form_page(order: Order, codes: list[str], form: dict[str, str]) -> Response:
    """Store, name, kana and phone; filled from the order's customer the first time."""
    words = words_for(order)
    customer = order.section("customer")
    stores = Markup("".join(_store(words, code, form.get("store")) for code in STORES))
    body = fragment(
        "konbini",
        words,
        order=summary(order),
        errors=error_box(words, codes),
        stores=stores,
        name=form.get("name", customer.get("CustomerName", "")),
        kana=form.get("kana", customer.get("CustomerKana", "")),
        phone=form.get("phone", customer.get("TelNo", "")),
        another=fragment("another", words) if len(order.methods) > 1 else "",
        cancel=fragment("cancel", words),
    )
    return page(words, words["konbini"], body)


def slip_page(order: Order, trade: Trade | None, codes: list[str], back: Markup) -> Response:
    """The numbers, in the order each store's terminal asks for them."""
    words = words_for(order)
    detail = trade.detail if trade else {}
    numbers = [("receipt_no", "CvsReceiptNo"), ("conf_no", "CvsConfNo")]
    if detail.get("CvsCode") == FAMILYMART:
        numbers.reverse()
    rows = [fragment("number", words, label=words[label], number=detail.get(name, "")) for label, name in numbers]
    term = datetime.strptime(detail.get("PaymentTerm", ""), "%Y%m%d%H%M%S").replace(tzinfo=JST)
    body = fragment(
        "slip",
        words,
        order=summary(order),
        errors=error_box(words, codes),
        back=back,
        numbers=Markup("".join(rows)),
        store=words.get(detail.get("CvsCode", ""), ""),
        term=f"{term:%Y-%m-%d %H:%M}",
    )
    return page(words, words["slip"], body)


def _store(words: dict[str, str], code: str, chosen: str | None) -> Markup:
    checked = Markup(" checked") if code == chosen else ""
    return fragment("store", words, code=code, name=words[code], checked=checked)


def _mistakes(store: str, form: dict[str, str]) -> list[str]:
    codes = [] if store in STORES else ["EZ1040008"]
    try:
        named = bool(form.get("name", "").encode("cp932"))
    except UnicodeEncodeError:
        named = False
    if not named:
        codes.append("M01010013")
    if not KATAKANA.fullmatch(form.get("kana", "")):
        codes.append("M01011013")
    phone = unicodedata.normalize("NFKC", form.get("phone", "")).replace("-", "")
    if not re.fullmatch(r"\d{9,13}", phone):
        codes.append("EZ1039008")
    return codes
