"""The drawing in a room's README and the transition table in its states.py are the same machine.

A drawing is a fenced block ```states NAME with a line per state: `from → one, other` (nothing after the arrow: an end).
"""

import importlib
import re

import pytest

from tests.walls.house import BASE

MACHINES = [
    ("members", "SCHOOL_MOVES"),
    ("members", "KIND_REQUEST_MOVES"),
    ("members", "INVITATION_MOVES"),
    ("payments", "PAYMENT_MOVES"),
    ("payments", "ATTEMPT_MOVES"),
    ("payments", "REFUND_MOVES"),
    ("payments", "TRANSFER_FILE_MOVES"),
    ("applications", "APPLICATION_MOVES"),
    ("applications", "CHANGE_MOVES"),
    ("safety", "CHECK_MOVES"),
    ("safety", "CASE_MOVES"),
    ("safety", "CHECK_IN_MOVES"),
]


def drawn(room: str, name: str) -> dict[str, set[str]]:
    """The machine as the README draws it."""
    text = (BASE / room / "README.md").read_text()
    block = re.search(rf"```states {name}\n(.*?)```", text, re.DOTALL)
    assert block, f"{room}/README.md has no drawing of {name}"
    lines = [line.partition("→") for line in block.group(1).strip().splitlines()]
    return {start.strip(): {end.strip() for end in ends.split(",") if end.strip()} for start, _arrow, ends in lines}


@pytest.mark.parametrize(("room", "name"), MACHINES)
def test_the_drawing_in_the_readme_is_the_table_in_the_code(room, name):
    table = getattr(importlib.import_module(f"{room}.states"), name)
    assert drawn(room, name) == {str(start): {str(end) for end in ends} for start, ends in table.items()}


def test_every_table_of_moves_has_a_drawing():
    for room in {room for room, _name in MACHINES}:
        module = importlib.import_module(f"{room}.states")
        tables = {name for name in dir(module) if name.endswith("_MOVES")}
        assert tables == {name for owner, name in MACHINES if owner == room}
