"""Every write leaves an audit line: who, when, what, about which member."""

import ast
from pathlib import Path

from tests.walls.house import BASE, ROOMS, sources, tree, where

# Functions of actions/ that are no writes of a person: each with its reason.
EXCUSED = {
    "safety.fold_shifts": "moves figures from one table to another every few seconds: nobody's act, and nothing is said anew",
    "safety.count_now": "counts what is there",
    "safety.mark_opened": "a followed link, perhaps a mail scanner's: nobody's act, and a row for each would weigh on the storm of answers",
}


def action_functions(room: str) -> dict[str, tuple[Path, ast.FunctionDef]]:
    """Every function in a room's actions, by name."""
    paths = [path for path in sources(room) if "actions" in path.relative_to(BASE / room).parts or path.name == "actions.py"]
    return {node.name: (path, node) for path in paths for node in tree(path).body if isinstance(node, ast.FunctionDef)}


def called(node: ast.FunctionDef) -> set[str]:
    """Names of everything a function calls, methods by their last part, qualified for audit."""
    names = set()
    for call in ast.walk(node):
        if isinstance(call, ast.Call):
            names.add(ast.unparse(call.func))
            names.add(ast.unparse(call.func).rsplit(".", 1)[-1])
    return names


def leaves_a_line(name: str, known: dict[str, tuple[Path, ast.FunctionDef]], seen: frozenset[str] = frozenset()) -> bool:
    """Whether a function writes to the audit trail itself or through a function of the same room."""
    names = called(known[name][1])
    if names & {"audit.record", "audit.record_looks", "audit.line"}:
        return True
    return any(leaves_a_line(other, known, seen | {name}) for other in names & known.keys() - seen - {name})


def test_every_action_takes_actor_and_time_by_keyword_and_leaves_an_audit_line():
    faults = []
    for room in ROOMS[1:]:
        known = action_functions(room)
        for name, (path, node) in known.items():
            if name.startswith("_") or f"{room}.{name}" in EXCUSED:
                continue
            keywords = {argument.arg for argument in node.args.kwonlyargs}
            if not {"actor", "at"} <= keywords or node.args.args:
                faults.append(f"{where(path, node)} {name}: actor and at by keyword")
            elif not leaves_a_line(name, known):
                faults.append(f"{where(path, node)} {name}: no audit line")
    assert faults == []
