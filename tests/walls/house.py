"""Reading the project's own source: what the walls are checked against."""

import ast
from collections.abc import Iterator
from pathlib import Path

BASE = Path(__file__).resolve().parents[2]
ROOMS = ("ossma/core", "members", "payments", "applications", "helpline", "insurance", "notices", "safety", "ossma/portals")


def sources(*tops: str) -> Iterator[Path]:
    """Python files below these folders, migrations left out."""
    for top in tops or ("ossma", *ROOMS[1:8]):
        for path in sorted((BASE / top).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path


def tree(path: Path) -> ast.Module:
    """The parsed file."""
    return ast.parse(path.read_text(), filename=str(path))


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Every function and method in a file."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def where(path: Path, node: ast.AST | None = None) -> str:
    """A place as people write it."""
    line = f":{node.lineno}" if node is not None and hasattr(node, "lineno") else ""
    return f"{path.relative_to(BASE)}{line}"
