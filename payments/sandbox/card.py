"""Paying by card: the form, the numbers for testing, the 3-D Secure page."""

import re
import unicodedata
from datetime import datetime

from payments.sandbox import books, clearing, switches
from payments.sandbox.books import CARD, Order
from payments.sandbox.clearing import Till
from payments.sandbox.pages import Markup, error_box, fragment, page
from payments.sandbox.shop import JST
from payments.sandbox.web import Response
from payments.sandbox.words import words_for

SUCCEEDS = "4111111111111111"
DECLINES = "4000000000000002"
CHALLENGES = "4000000000003220"
TIMES_OUT = "4000000000009995"
DECLINED, NOT_AUTHENTICATED = "42G120000", "E21010007"


def charge(till: Till, order: Order, form: dict[str, str]) -> list[str]:
    """Try the card; the codes of what to put right, empty when the order went on."""
    if "credit" not in order.methods:
        return []
    second = order.state == "REQSUCCESS" and switches.read(till.db)["second_method"] == "allowed"
    if order.state != "PAYSTART" and not second:
        return ["EZ2003010" if order.state == "REQSUCCESS" else "EZ2002014"]
    number = re.sub(r"[\s-]", "", unicodedata.normalize("NFKC", form.get("number", "")))
    codes = _mistakes(till, number, form)
    if codes:
        return codes
    trade = clearing.start(till, order, CARD)
    trade.detail |= {"CardNo": f"************{number[-4:]}", "Expire": ""}
    if number == DECLINES:
        clearing.decline(till, order, trade, DECLINED)
        return [DECLINED]
    if number == CHALLENGES:
        clearing.challenge(till, order, trade)
    elif number == TIMES_OUT:
        clearing.leave_in_doubt(till, order, trade)
    else:
        clearing.capture(till, order, trade)
    return []


def authenticate(till: Till, order: Order, form: dict[str, str]) -> list[str]:
    """The payer's answer to the 3-D Secure page."""
    trade = books.trade_of(till.db, order.order_id, CARD)
    if trade is None or trade.status != "AUTHENTICATED":
        return []
    if form.get("outcome") == "ok":
        clearing.capture(till, order, trade)
        return []
    clearing.decline(till, order, trade, NOT_AUTHENTICATED)
    return [NOT_AUTHENTICATED]


def form_page(order: Order, codes: list[str]) -> Response:
    """The card form."""
    words = words_for(order)
    another = fragment("another", words) if len(order.methods) > 1 else ""
    body = fragment(
        "card",
        words,
        order=summary(order),
        errors=error_box(words, codes),
        another=another,
        cancel=fragment("cancel", words),
    )
    return page(words, words["heading"], body)


def challenge_page(order: Order) -> Response:
    """The card company's own question."""
    words = words_for(order)
    return page(words, words["challenge"], fragment("challenge", words, order=summary(order)))


def summary(order: Order) -> Markup:
    """What is being paid."""
    title = order.section("transaction").get("Overview", "")
    return fragment(
        "order",
        words_for(order),
        amount=yen(order),
        title=title,
        order_id=order.order_id,
    )


def yen(order: Order) -> str:
    """The total as the payer's language writes it."""
    return f"¥{order.total:,}" if order.language == "en" else f"{order.total:,}円"


def _mistakes(till: Till, number: str, form: dict[str, str]) -> list[str]:
    codes = []
    if number not in {SUCCEEDS, DECLINES, CHALLENGES, TIMES_OUT}:
        codes.append("E41170099")
    expiry = re.fullmatch(
        r"(0?[1-9]|1[0-2])\D*(\d\d)",
        unicodedata.normalize("NFKC", form.get("expiry", "")).strip(),
    )
    today = datetime.fromtimestamp(till.now, JST)
    if not expiry or (2000 + int(expiry[2]), int(expiry[1])) < (
        today.year,
        today.month,
    ):
        codes.append("42G830000")
    code = unicodedata.normalize("NFKC", form.get("code", "")).strip()
    if not re.fullmatch(r"\d{3,4}", code):
        codes.append("42G440000")
    return codes
