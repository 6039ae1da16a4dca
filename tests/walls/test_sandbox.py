"""The sandbox gateway is a program of its own: it is what the adapter is tried against, so neither may know the other."""

import ast
import sys
from pathlib import Path

from tests.walls.house import BASE, ROOMS, sources, tree, where

SANDBOX = BASE / "payments" / "sandbox"


def imports(path: Path) -> list[tuple[ast.AST, str]]:
    """Every module a file imports, and where."""
    found: list[tuple[ast.AST, str]] = []
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.ImportFrom):
            found.append((node, node.module or ""))
        elif isinstance(node, ast.Import):
            found += [(node, alias.name) for alias in node.names]
    return found


def inside(path: Path) -> bool:
    """Whether this file belongs to the sandbox."""
    return SANDBOX in path.parents


def test_the_sandbox_stands_on_the_standard_library_alone():
    files = [path for path in sources("payments") if inside(path)]
    assert len(files) > 10
    strange = [
        where(path, node)
        for path in files
        for node, module in imports(path)
        if not module.startswith("payments.sandbox") and module.partition(".")[0] not in sys.stdlib_module_names
    ]
    assert strange == []


def test_nothing_of_the_product_leans_on_the_sandbox():
    leaning = [
        where(path, node) for path in sources(*ROOMS) if not inside(path) for node, module in imports(path) if module.startswith("payments.sandbox")
    ]
    assert leaning == []
