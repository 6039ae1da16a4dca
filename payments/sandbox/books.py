"""Orders (one link each) and trades (one method tried on a link), as rows."""

import json
import secrets
import sqlite3
from dataclasses import asdict, dataclass, field
from typing import Any

CARD, KONBINI = "0", "3"


@dataclass
class Order:
    """One payment link. `state` is the link's own: CREATE, PAYSTART, REQPROCESS and so on."""

    order_id: str
    link_key: str
    request: dict[str, Any]
    amount: int
    tax: int
    methods: list[str]
    created_at: float
    deadline: float | None
    days_after_visit: int | None
    state: str = "CREATE"
    tries: int = 0

    @property
    def total(self) -> int:
        """What the payer is charged, in yen."""
        return self.amount + self.tax

    @property
    def language(self) -> str:
        """`en` or `ja`; anything else is shown in Japanese."""
        wanted = self.section("displaysetting").get("Lang")
        return "en" if wanted == "en" else "ja"

    def section(self, name: str) -> dict[str, Any]:
        """A section of the request; empty when it was not sent."""
        found = self.request.get(name)
        return found if isinstance(found, dict) else {}


@dataclass
class Trade:
    """One method tried on an order, with the secrets that later changes need."""

    order_id: str
    pay_type: str
    job_cd: str
    amount: int
    tax: int
    access_id: str = field(default_factory=lambda: secrets.token_hex(16))
    access_pass: str = field(default_factory=lambda: secrets.token_hex(16))
    status: str = "UNPROCESSED"
    detail: dict[str, str] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)
    changed_at: float = 0
    doubt_until: float | None = None


def save_order(db: sqlite3.Connection, order: Order) -> None:
    """Write the order, new or changed."""
    db.execute(
        "INSERT INTO orders VALUES (?, ?, ?) ON CONFLICT (order_id) DO UPDATE SET document = excluded.document",
        (order.order_id, order.link_key, json.dumps(asdict(order))),
    )


def save_trade(db: sqlite3.Connection, trade: Trade) -> None:
    """Write the trade, new or changed."""
    db.execute(
        "INSERT INTO trades VALUES (?, ?, ?, ?) ON CONFLICT (order_id, pay_type) DO UPDATE SET document = excluded.document",
        (trade.order_id, trade.pay_type, trade.access_id, json.dumps(asdict(trade))),
    )


def order_by_id(db: sqlite3.Connection, order_id: str) -> Order | None:
    """The order of this id."""
    return _order(db.execute("SELECT document FROM orders WHERE order_id = ?", (order_id,)))


def order_by_key(db: sqlite3.Connection, link_key: str) -> Order | None:
    """The order of this link."""
    return _order(db.execute("SELECT document FROM orders WHERE link_key = ?", (link_key,)))


def latest_orders(db: sqlite3.Connection, limit: int) -> list[Order]:
    """The newest orders first."""
    rows = db.execute("SELECT document FROM orders ORDER BY rowid DESC LIMIT ?", (limit,))
    return [Order(**json.loads(row["document"])) for row in rows]


def trade_of(db: sqlite3.Connection, order_id: str, pay_type: str) -> Trade | None:
    """The trade of this order by this method."""
    return _trade(
        db.execute(
            "SELECT document FROM trades WHERE order_id = ? AND pay_type = ?",
            (order_id, pay_type),
        )
    )


def trade_by_access(db: sqlite3.Connection, access_id: str) -> Trade | None:
    """The trade this access id opens."""
    return _trade(db.execute("SELECT document FROM trades WHERE access_id = ?", (access_id,)))


def trades_of(db: sqlite3.Connection, order_id: str) -> list[Trade]:
    """Every method tried on the order."""
    rows = db.execute("SELECT document FROM trades WHERE order_id = ?", (order_id,))
    return [Trade(**json.loads(row["document"])) for row in rows]


def latest_trade(db: sqlite3.Connection, order_id: str) -> Trade | None:
    """The trade touched last; None before the payer has tried anything."""
    return max(trades_of(db, order_id), key=lambda trade: trade.changed_at, default=None)


def doubtful_trades(db: sqlite3.Connection) -> list[Trade]:
    """Trades whose outcome nobody has been told yet."""
    rows = db.execute("SELECT document FROM trades WHERE json_extract(document, '$.doubt_until') IS NOT NULL")
    return [Trade(**json.loads(row["document"])) for row in rows]


def slips_past(db: sqlite3.Connection, term: str) -> list[Trade]:
    """Unpaid slips whose term ended before this moment (`yyyyMMddHHmmss`)."""
    rows = db.execute(
        "SELECT document FROM trades WHERE json_extract(document, '$.status') = 'REQSUCCESS' AND json_extract(document, '$.detail.PaymentTerm') < ?",
        (term,),
    )
    return [Trade(**json.loads(row["document"])) for row in rows]


def _order(rows: sqlite3.Cursor) -> Order | None:
    row = rows.fetchone()
    return Order(**json.loads(row["document"])) if row else None


def _trade(rows: sqlite3.Cursor) -> Trade | None:
    row = rows.fetchone()
    return Trade(**json.loads(row["document"])) if row else None
