"""Result notices: what they say, and the queue they wait in."""

import json
import sqlite3
from dataclasses import dataclass

from payments.sandbox import switches
from payments.sandbox.books import CARD, Order, Trade
from payments.sandbox.shop import Shop

MOST_SENDS = 6
COMMON = ("Forward", "Method", "PayTimes", "TranID", "Approve", "TranDate")
KONBINI_ONLY = (
    "CvsCode",
    "CvsConfNo",
    "CvsReceiptNo",
    "PaymentTerm",
    "FinishDate",
    "ReceiptDate",
)


@dataclass(frozen=True)
class Notice:
    """One notice in the queue. `due_at` is None once it was taken or given up."""

    number: int
    order_id: str
    fields: dict[str, str]
    due_at: float | None
    sends: int
    answer: str


def content(shop: Shop, order: Order, trade: Trade) -> dict[str, str]:
    """The fields of a notice about this trade as it stands, secrets masked."""
    fields = {
        "ShopID": shop.shop_id,
        "ShopPass": "*" * 10,
        "AccessID": trade.access_id,
        "AccessPass": "*" * 32,
        "OrderID": order.order_id,
        "Status": trade.status,
        "JobCd": trade.job_cd,
        "Amount": str(trade.amount),
        "Tax": str(trade.tax),
        "Currency": "JPN",
    }
    fields |= {name: trade.detail.get(name, "") for name in COMMON}
    fields["ErrCode"] = "|".join(code[:3] for code in trade.errors)
    fields["ErrInfo"] = "|".join(trade.errors)
    fields["PayType"] = trade.pay_type
    if trade.pay_type != CARD:
        fields |= {name: trade.detail.get(name, "") for name in KONBINI_ONLY}
    return fields


def promise(db: sqlite3.Connection, shop: Shop, order: Order, trade: Trade, now: float) -> None:
    """Queue the notice of a change, bent by whatever faults are switched on."""
    positions = switches.read(db)
    if positions["lost"] == "on":
        return
    fields = content(shop, order, trade)
    if positions["wrong_amount"] == "on":
        fields["Amount"] = str(trade.amount + 1)
    if positions["wrong_shop"] == "on":
        fields["ShopID"] = "tshop99999999"
    if positions["unknown_order"] == "on":
        fields["OrderID"] = "NOBODY-ORDERED-THIS"
    due_at = now + shop.retry_seconds if positions["late"] == "on" else now
    if positions["out_of_order"] == "on":
        due_at = _behind_the_next(db, order, now, shop.retry_seconds)
    for _ in range(2 if positions["doubled"] == "on" else 1):
        queue(db, order.order_id, fields, due_at)


def queue(db: sqlite3.Connection, order_id: str, fields: dict[str, str], due_at: float) -> None:
    """Write one notice to be sent."""
    db.execute(
        "INSERT INTO notices (order_id, fields, due_at) VALUES (?, ?, ?)",
        (order_id, json.dumps(fields), due_at),
    )


def next_due(db: sqlite3.Connection) -> Notice | None:
    """The waiting notice whose turn comes first, due or not."""
    rows = db.execute("SELECT * FROM notices WHERE due_at IS NOT NULL ORDER BY due_at, id LIMIT 1")
    row = rows.fetchone()
    return _notice(row) if row else None


def of_order(db: sqlite3.Connection, order_id: str) -> list[Notice]:
    """Every notice about the order, oldest first."""
    rows = db.execute("SELECT * FROM notices WHERE order_id = ? ORDER BY id", (order_id,))
    return [_notice(row) for row in rows]


def settle(db: sqlite3.Connection, notice: Notice, answer: str, retry_at: float) -> None:
    """Book the receiver's answer: done on `0`, else again later until the sends are used up."""
    sends = notice.sends + 1
    over = answer == "0" or sends >= MOST_SENDS
    db.execute(
        "UPDATE notices SET sends = ?, answer = ?, due_at = ? WHERE id = ?",
        (sends, answer, None if over else retry_at, notice.number),
    )


def _behind_the_next(db: sqlite3.Connection, order: Order, now: float, patience: float) -> float:
    """Let this notice overtake one that waits, or make it wait to be overtaken."""
    waiting = db.execute(
        "UPDATE notices SET due_at = ? WHERE order_id = ? AND sends = 0 AND due_at > ?",
        (now + 0.001, order.order_id, now),
    )
    return now if waiting.rowcount else now + patience


def _notice(row: sqlite3.Row) -> Notice:
    fields = json.loads(row["fields"])
    number, order_id, due_at = row["id"], row["order_id"], row["due_at"]
    return Notice(number, order_id, fields, due_at, row["sends"], row["answer"])
