"""The hosted payment page: one address, one form per step."""

from collections.abc import Callable

from payments.sandbox import books, card, konbini, switches
from payments.sandbox.books import CARD, KONBINI, Order
from payments.sandbox.clearing import Till
from payments.sandbox.pages import Markup, fragment, page
from payments.sandbox.returns import back_form, signed_result
from payments.sandbox.shop import Desk, end_of_day
from payments.sandbox.web import Request, Response
from payments.sandbox.words import JA, words_for

Step = Callable[[Till, Order, dict[str, str]], list[str]]
STEPS: dict[str, Step] = {
    "card": card.charge,
    "challenge": card.authenticate,
    "konbini": konbini.issue,
    "pay_slip": konbini.pay,
}
PAYER_CANCELLED = "EZ3001001"
CLOSED = {"EXPIRED": "EZ2001013", "ERROR": "EZ1042009", "INVALID": "EZ2001012"}


def show(desk: Desk, request: Request, shop: str, key: str) -> Response:
    """GET /v2/plus/{shop}/checkout/{key}"""
    return _serve(desk, request, shop, key, None)


def submit(desk: Desk, request: Request, shop: str, key: str) -> Response:
    """POST to the same address: a step with its form."""
    return _serve(desk, request, shop, key, request.form())


def _serve(desk: Desk, request: Request, shop: str, key: str, form: dict[str, str] | None) -> Response:
    codes: list[str] = []
    with desk.store.transaction() as db:
        order = books.order_by_key(db, key) if shop == desk.shop.shop_id else None
        if order is None:
            return page(JA, JA["EZ2001002"], _message_body(JA["EZ2001002"]), 404)
        till = Till(desk, db, desk.clock())
        _visit(till, order)
        step = STEPS.get(form.get("step", "")) if form else None
        ran = bool(step) and order.state in {"PAYSTART", "REQPROCESS", "REQSUCCESS"}
        if step and form and ran:
            codes = step(till, order, form)
        second = switches.read(db)["second_method"] == "allowed"
    desk.wake()
    if form and form.get("step") == "cancel" and order.state in {"PAYSTART", "ERROR"}:
        return _outcome(desk, order, "cancelled", "going_back", PAYER_CANCELLED)
    method = _method(order, request, form)
    if order.state == "REQSUCCESS" and method == "credit" and second:
        return card.form_page(order, codes)
    return _present(desk, order, method, codes, form or {}, just_done=ran)


def _visit(till: Till, order: Order) -> None:
    """Opening the page starts the link's own term, and notices when a term is over."""
    if order.state == "CREATE":
        order.state = "PAYSTART"
        if order.days_after_visit is not None:
            last = end_of_day(till.now, order.days_after_visit)
            order.deadline = min(last, order.deadline) if order.deadline else last
    if order.state == "PAYSTART" and order.deadline is not None and order.deadline < till.now:
        order.state = "EXPIRED"
    books.save_order(till.db, order)


def _method(order: Order, request: Request, form: dict[str, str] | None) -> str | None:
    """The method the payer is at; None while it has to be chosen."""
    asked = {"konbini": "cvs", "card": "credit", "challenge": "credit"}
    wanted = asked.get(form.get("step", "")) if form else request.query.get("method")
    if len(order.methods) == 1:
        return order.methods[0]
    return wanted if wanted in order.methods else None


def _present(
    desk: Desk,
    order: Order,
    method: str | None,
    codes: list[str],
    form: dict[str, str],
    *,
    just_done: bool,
) -> Response:
    """The page for the state the order is in."""
    words = words_for(order)
    if order.state in CLOSED:
        code = CLOSED[order.state]
        return _outcome(desk, order, code, "", code, at_once=False)
    if order.state == "PAYSUCCESS":
        if just_done:
            return _outcome(desk, order, "paid", "going_back")
        return _outcome(desk, order, "EZ2001011", "not_again", "EZ2001011", at_once=False)
    if order.state == "REQPROCESS" and codes:
        return _outcome(desk, order, codes[0], "", codes[0], at_once=False)
    if order.state == "REQPROCESS":
        with desk.store.transaction() as db:
            trade = books.trade_of(db, order.order_id, CARD)
        if trade and trade.doubt_until is None:
            return card.challenge_page(order)
        return _outcome(desk, order, "doubt", "doubt_note", "42C030000", at_once=False)
    if order.state == "REQSUCCESS":
        return _slip(desk, order, codes)
    if method == "credit":
        return card.form_page(order, codes)
    if method == "cvs":
        return konbini.form_page(order, codes, form)
    body = fragment("choose", words, order=card.summary(order), cancel=fragment("cancel", words))
    return page(words, words["heading"], body)


def _slip(desk: Desk, order: Order, codes: list[str]) -> Response:
    with desk.store.transaction() as db:
        trade = books.trade_of(db, order.order_id, KONBINI)
    at_once = str(order.section("transaction").get("ResultSkipFlag")) == "1"
    result = signed_result(desk, order)
    return konbini.slip_page(order, trade, codes, back_form(order, result, "RetUrl", at_once=at_once))


def _outcome(
    desk: Desk,
    order: Order,
    heading: str,
    note: str,
    code: str = "",
    *,
    at_once: bool = True,
) -> Response:
    """A page that says how it ended and leads back to the shop."""
    words = words_for(order)
    field = {"paid": "CompleteUrl", "cancelled": "CancelUrl"}.get(heading, "RetUrl")
    result = signed_result(desk, order, code)
    body = fragment(
        "message",
        words,
        heading=words[heading],
        order=card.summary(order),
        note=words.get(note, ""),
        back=back_form(order, result, field, at_once=at_once),
    )
    return page(words, words[heading], body)


def _message_body(heading: str) -> Markup:
    return fragment("message", JA, heading=heading, order="", note="", back="")
