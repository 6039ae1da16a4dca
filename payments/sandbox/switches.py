"""Faults to be tried and shapes the reference leaves open, each a switch on the control page."""

import sqlite3
from dataclasses import dataclass

OFF_ON = ("off", "on")


@dataclass(frozen=True)
class Switch:
    """One switch; the first option is how the gateway behaves when left alone."""

    options: tuple[str, ...]
    meaning: str


SWITCHES = {
    "late": Switch(OFF_ON, "notices wait one retry interval before they are sent"),
    "doubled": Switch(OFF_ON, "every notice is sent twice"),
    "out_of_order": Switch(OFF_ON, "a notice waits until a later one has overtaken it"),
    "lost": Switch(OFF_ON, "notices are never sent"),
    "wrong_amount": Switch(OFF_ON, "notices name one yen too much"),
    "wrong_shop": Switch(OFF_ON, "notices name another shop"),
    "unknown_order": Switch(OFF_ON, "notices name an order nobody made"),
    "api": Switch(
        ("answers", "breaks_after_work", "busy"),
        "the API works and answers, works and then breaks (outcome unknown to the caller), or refuses for its rate limit",
    ),
    "error_keys": Switch(("errCode", "ErrCode"), "capitals of the error names in JSON"),
    "warn_list": Switch(("none", "array", "object"), "shape of WarnList in a good reply"),
    "second_method": Switch(("refused", "allowed"), "[?] after a number for a store was issued, the same page takes a card too"),
    "console_contact": Switch(("set", "missing"), "whom to ask about a slip is set in the console; if missing, requests must say it"),
    "closed_store": Switch(("none", "10001", "10002", "10005", "10008"), "store in maintenance"),
}


def read(db: sqlite3.Connection) -> dict[str, str]:
    """Every switch with its present position."""
    positions = {name: switch.options[0] for name, switch in SWITCHES.items()}
    positions.update({row["name"]: row["value"] for row in db.execute("SELECT * FROM switches")})
    return positions


def turn(db: sqlite3.Connection, name: str, value: str) -> bool:
    """Set a switch; False when there is no such switch or position."""
    if name not in SWITCHES or value not in SWITCHES[name].options:
        return False
    db.execute("INSERT OR REPLACE INTO switches VALUES (?, ?)", (name, value))
    return True
