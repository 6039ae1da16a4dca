"""Inside a room: views ask queries and actions, actions read no clock and send nothing, rules touch no database."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.walls.house import BASE, ROOMS, sources, tree, where

ORM_WORDS = {"objects", "_default_manager", "save", "bulk_create", "get_or_create", "update_or_create"}
CLOCK_WORDS = {"now", "today", "utcnow"}


def layer(name: str) -> Iterator[Path]:
    """The files of one layer in every room, be it a file or a folder."""
    for path in sources(*ROOMS):
        if name in path.relative_to(BASE).parts or path.name == f"{name}.py":
            yield path


def imported(path: Path) -> Iterator[tuple[ast.AST, str]]:
    """Every module a file imports from."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield node, node.module
        elif isinstance(node, ast.Import):
            yield from ((node, alias.name) for alias in node.names)


def attributes(path: Path, words: set[str]) -> list[str]:
    """Where one of these attribute names is used."""
    return [where(path, node) for node in ast.walk(tree(path)) if isinstance(node, ast.Attribute) and node.attr in words]


def test_views_never_touch_the_orm():
    faults = [fault for path in layer("views") for fault in attributes(path, ORM_WORDS)]
    faults += [where(path, node) for path in layer("views") for node, module in imported(path) if ".models" in module]
    assert faults == []


def test_actions_take_the_time_as_an_argument_and_never_read_the_clock():
    assert [fault for path in layer("actions") for fault in attributes(path, CLOCK_WORDS)] == []


def test_rules_know_neither_database_nor_clock():
    faults = [fault for path in layer("rules") for fault in attributes(path, ORM_WORDS | CLOCK_WORDS)]
    faults += [where(path, node) for path in layer("rules") for node, module in imported(path) if ".models" in module or module == "django.db"]
    assert faults == []


def test_actions_talk_to_no_mail_server_and_no_gateway_inside_a_transaction():
    banned = {"smtplib", "django.core.mail", "httpx"}
    assert [where(path, node) for path in layer("actions") for node, module in imported(path) if module in banned] == []
