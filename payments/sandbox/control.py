"""The control page: what the gateway holds, and the hands that make things go wrong."""

from collections.abc import Callable
from html import escape

from payments.sandbox import books, clearing, notices, switches
from payments.sandbox.books import CARD, KONBINI, Order
from payments.sandbox.card import yen
from payments.sandbox.clearing import Till
from payments.sandbox.clock import Clock
from payments.sandbox.pages import Markup, fragment, page
from payments.sandbox.shop import Desk, stamp
from payments.sandbox.web import Request, Response, see_other
from payments.sandbox.words import EN

SHOWN = 100
Verb = Callable[[Till, Order], None]


def overview(desk: Desk, request: Request) -> Response:
    """GET / : switches, and the newest orders with their trades and notices."""
    with desk.store.transaction() as db:
        positions = switches.read(db)
        till = Till(desk, db, desk.clock())
        orders = Markup("".join(_row(till, order) for order in books.latest_orders(db, SHOWN)))
    body = fragment(
        "control",
        EN,
        shop_id=desk.shop.shop_id,
        notify_url=desk.shop.notify_url,
        now=stamp(desk.clock()),
        switches=Markup("".join(_switch(name, positions[name]) for name in switches.SWITCHES)),
        orders=orders,
    )
    return page(EN, "Control", body)


def turn_switch(desk: Desk, request: Request) -> Response:
    """POST /control/switches with `name` and `value`."""
    form = request.form()
    with desk.store.transaction() as db:
        if not switches.turn(db, form.get("name", ""), form.get("value", "")):
            return Response(b"no such switch", 400, "text/plain")
    return see_other("/")


def put_clock_forward(desk: Desk, request: Request) -> Response:
    """POST /control/clock with `seconds`."""
    seconds = request.form().get("seconds", "")
    if not (seconds.isdecimal() and isinstance(desk.clock, Clock)):
        return Response(b"by how many seconds?", 400, "text/plain")
    desk.clock.advance(int(seconds))
    desk.wake()
    return see_other("/")


def act(desk: Desk, request: Request, order_id: str, verb: str) -> Response:
    """POST /control/orders/{order_id}/{verb}"""
    with desk.store.transaction() as db:
        order = books.order_by_id(db, order_id)
        if order is None or verb not in VERBS:
            return Response(b"no such order or verb", 404, "text/plain")
        VERBS[verb][1](Till(desk, db, desk.clock()), order)
    desk.wake()
    return see_other("/")


def _resend(till: Till, order: Order) -> None:
    for trade in books.trades_of(till.db, order.order_id):
        fields = notices.content(till.desk.shop, order, trade)
        notices.queue(till.db, order.order_id, fields, till.now)


def _pay_slip(till: Till, order: Order) -> None:
    slip = books.trade_of(till.db, order.order_id, KONBINI)
    if slip and slip.status != "PAYSUCCESS":
        clearing.pay_slip(till, order, slip)


def _doubt_charged(till: Till, order: Order) -> None:
    trade = books.trade_of(till.db, order.order_id, CARD)
    if trade and trade.doubt_until is not None:
        clearing.capture(till, order, trade)


def _doubt_not_charged(till: Till, order: Order) -> None:
    trade = books.trade_of(till.db, order.order_id, CARD)
    if trade and trade.doubt_until is not None:
        clearing.decline(till, order, trade, "42C030000")


VERBS: dict[str, tuple[str, Verb]] = {
    "resend": ("Resend notice", _resend),
    "expire": ("Expire", clearing.expire),
    "pay-slip": ("Pay slip at the till", _pay_slip),
    "charged": ("Time-out: was charged", _doubt_charged),
    "not-charged": ("Time-out: was not charged", _doubt_not_charged),
}


def _offered(till: Till, order: Order) -> list[str]:
    """The verbs that would do something to this order now."""
    trades = {trade.pay_type: trade for trade in books.trades_of(till.db, order.order_id)}
    card, slip = trades.get(CARD), trades.get(KONBINI)
    offered = ["resend"] if trades else []
    if order.state in {"CREATE", "PAYSTART", "REQSUCCESS"}:
        offered.append("expire")
    if slip and slip.status != "PAYSUCCESS":
        offered.append("pay-slip")
    if card and card.doubt_until is not None:
        offered += ["charged", "not-charged"]
    return offered


def _row(till: Till, order: Order) -> Markup:
    trades = [
        f"{'card' if trade.pay_type == CARD else 'konbini'} {trade.status} {trade.amount + trade.tax:,} {'|'.join(trade.errors)}"
        for trade in books.trades_of(till.db, order.order_id)
    ]
    sent = [f"{notice.fields['Status']} ×{notice.sends} {notice.answer or 'waiting'}" for notice in notices.of_order(till.db, order.order_id)]
    verbs = [fragment("control_verb", EN, order_id=order.order_id, verb=verb, label=VERBS[verb][0]) for verb in _offered(till, order)]
    return fragment(
        "control_order",
        EN,
        order_id=order.order_id,
        state=order.state,
        amount=yen(order),
        title=order.section("transaction").get("Overview", ""),
        link=f"/v2/plus/{till.desk.shop.shop_id}/checkout/{order.link_key}",
        trades=_lines(trades),
        notices=_lines(sent),
        verbs=Markup("".join(verbs)),
    )


def _lines(texts: list[str]) -> Markup:
    return Markup("<br>".join(escape(text) for text in texts))


def _switch(name: str, position: str) -> Markup:
    switch = switches.SWITCHES[name]
    options = [
        fragment(
            "control_option",
            EN,
            option=option,
            pressed="true" if option == position else "false",
            look=_look(option, position, switch.options[0]),
        )
        for option in switch.options
    ]
    return fragment(
        "control_switch",
        EN,
        name=name,
        meaning=switch.meaning,
        options=Markup("".join(options)),
    )


def _look(option: str, position: str, resting: str) -> str:
    if option != position:
        return "quiet"
    return "" if option == resting else "on"
