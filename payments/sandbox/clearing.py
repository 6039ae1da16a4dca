"""What happens to money: every change of a trade, with the notice it sends."""

import secrets
import sqlite3
from dataclasses import dataclass

from payments.sandbox import books, notices
from payments.sandbox.books import CARD, KONBINI, Order, Trade
from payments.sandbox.shop import Desk, end_of_day, stamp

DEFAULT_TRIES = 5
DEFAULT_TERM_DAYS = 7
FAMILYMART = "10002"


@dataclass(frozen=True)
class Till:
    """The books while they are open, for one change at one moment."""

    desk: Desk
    db: sqlite3.Connection
    now: float

    def record(self, order: Order, trade: Trade) -> None:
        """Write both rows and promise the notice, all in the one transaction."""
        trade.changed_at = self.now
        books.save_order(self.db, order)
        books.save_trade(self.db, trade)
        notices.promise(self.db, self.desk.shop, order, trade, self.now)


def start(till: Till, order: Order, pay_type: str) -> Trade:
    """The trade of this method on this order, made on the first try."""
    known = books.trade_of(till.db, order.order_id, pay_type)
    if known:
        known.errors = []
        return known
    job_cd = str(order.section("credit").get("JobCd") or "CAPTURE") if pay_type == CARD else ""
    return Trade(order.order_id, pay_type, job_cd, order.amount, order.tax, changed_at=till.now)


def capture(till: Till, order: Order, trade: Trade) -> None:
    """The card is charged, or only held when the order asked for AUTH."""
    trade.status = trade.job_cd
    trade.doubt_until = None
    trade.errors = []
    trade.detail |= {
        "Forward": "2a99662",
        "Method": "1",
        "PayTimes": "",
        "TranID": _digits(28),
        "Approve": f" {_digits(6)}",
        "TranDate": stamp(till.now),
    }
    order.state = "PAYSUCCESS"
    till.record(order, trade)


def decline(till: Till, order: Order, trade: Trade, code: str) -> None:
    """A failed try; the order stays open until its tries are used up."""
    trade.status = "UNPROCESSED"
    trade.doubt_until = None
    trade.errors = [code]
    order.tries += 1
    most = int(order.section("transaction").get("RetryMax") or DEFAULT_TRIES)
    order.state = "ERROR" if order.tries >= most else "PAYSTART"
    till.record(order, trade)


def challenge(till: Till, order: Order, trade: Trade) -> None:
    """3-D Secure has begun: registered with the card company, nothing charged."""
    trade.status = "AUTHENTICATED"
    order.state = "REQPROCESS"
    trade.changed_at = till.now
    books.save_order(till.db, order)
    books.save_trade(till.db, trade)


def leave_in_doubt(till: Till, order: Order, trade: Trade) -> None:
    """The card company has not answered: nobody can say yet whether it charged."""
    trade.doubt_until = till.now + till.desk.shop.doubt_seconds
    trade.errors = ["42C030000"]
    order.state = "REQPROCESS"
    till.record(order, trade)


def issue_slip(till: Till, order: Order, trade: Trade, store: str) -> None:
    """A number to be paid at a convenience store; no money yet."""
    days = int(order.section("cvs").get("PaymentTermDay") or DEFAULT_TERM_DAYS)
    trade.status = "REQSUCCESS"
    trade.detail |= {
        "CvsCode": store,
        "CvsConfNo": _digits(5),
        "CvsReceiptNo": f"FM{_digits(10)}" if store == FAMILYMART else _digits(12),
        "TranID": _digits(20),
        "TranDate": stamp(till.now),
        "PaymentTerm": stamp(end_of_day(till.now, days)),
    }
    order.state = "REQSUCCESS"
    till.record(order, trade)


def pay_slip(till: Till, order: Order, trade: Trade) -> None:
    """The till has taken the money, whatever became of the slip meanwhile."""
    trade.status = "PAYSUCCESS"
    trade.detail |= {"FinishDate": stamp(till.now), "ReceiptDate": stamp(till.now)}
    order.state = "PAYSUCCESS"
    till.record(order, trade)


def reverse(till: Till, order: Order, trade: Trade, job_cd: str) -> None:
    """A charge or a hold taken back whole; a slip stopped."""
    trade.status = job_cd
    trade.job_cd = trade.job_cd if trade.pay_type == KONBINI else job_cd
    if trade.pay_type == KONBINI and order.state != "PAYSUCCESS":
        order.state = "INVALID"
    till.record(order, trade)


def change_amount(till: Till, order: Order, trade: Trade, amount: int, tax: int) -> None:
    """The charge now stands at this total."""
    trade.amount, trade.tax = amount, tax
    till.record(order, trade)


def expire(till: Till, order: Order) -> None:
    """The term is over: the link closes, an unpaid slip with it."""
    slip = books.trade_of(till.db, order.order_id, KONBINI)
    if order.state != "PAYSUCCESS":
        order.state = "EXPIRED"
    books.save_order(till.db, order)
    if slip and slip.status == "REQSUCCESS":
        slip.status = "EXPIRED"
        till.record(order, slip)


def _digits(count: int) -> str:
    return "".join(secrets.choice("123456789") for _ in range(count))
