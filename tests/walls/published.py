"""Every key in the repository: constants given to a secret setting, and what looks like a key of 32 bytes."""

import ast
import re
import subprocess
from base64 import urlsafe_b64decode
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from urllib.parse import unquote

from ossma.core.keys import guessing_bits
from ossma.portals.startup import GIVEN_BITS
from tests.walls.house import BASE

SETTINGS = (
    "SECRET_KEY",
    "SECRET_KEY_FALLBACKS",
    "FIELD_KEYS",
    "VAPID_PRIVATE_KEY",
    "BOUNCE_SECRET",
    "GMO_SHOP_PASS",
    "STRIPE_API_KEY",
    "STRIPE_WEBHOOK_SECRET",
    "PHONE_API_TOKEN",
)
# What reads or sets a setting by its name: text("SECRET_KEY", default), setenv("SECRET_KEY", value).
READERS = {"text", "words", "signing_key", "setenv", "setdefault", "get"}
TEXTS = {".py", ".md", ".yml", ".yaml", ".sh", ".toml", ".env", ".html", ".js", ""}
ASSIGNED = re.compile(rf"\b({'|'.join(SETTINGS)})\s*[=:]\s*[\"']?([^\s\"'`,;)\\]+)")
IN_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]*://[^/\s:@'\"{}$]+:([^@\s/'\"{}$()]+)@")
LIKE_A_KEY = re.compile(r"(?<![A-Za-z0-9_+/=-])[A-Za-z0-9_-]{43}=?(?![A-Za-z0-9_+/=-])")
# A sentence in a name such as test_a_member_is_… has no capitals and digits mixed.
MIXED = re.compile(r"(?=.*[a-z])(?=.*[A-Z])(?=.*[0-9])")


def repository_files() -> Iterator[Path]:
    """Every text file that git tracks, lock files left out: they hold digests only."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=BASE, capture_output=True, check=True, text=True)
    for name in filter(None, listed.stdout.split("\0")):
        path = BASE / name
        if path.suffix in TEXTS and path.name != "uv.lock" and path.is_file():
            yield path


def published() -> dict[str, str]:
    """Key → a file where it stands."""
    found: dict[str, str] = {}
    for path in repository_files():
        text = path.read_text(errors="replace")
        where = str(path.relative_to(BASE))
        for value in (*_anywhere(text), *(_in_python(path, text) if path.suffix == ".py" else _in_text(text))):
            found.setdefault(value, where)
    return {value: where for value, where in found.items() if value}


def _anywhere(text: str) -> Iterator[str]:
    yield from map(unquote, IN_ADDRESS.findall(text))
    for value in LIKE_A_KEY.findall(text):
        if MIXED.match(value) and guessing_bits(value) > 100 and len(urlsafe_b64decode(value.rstrip("=") + "=")) == 32:
            yield value


def _in_text(text: str) -> Iterator[str]:
    for _name, value in ASSIGNED.findall(text):
        if not value.startswith(("$", "/")):
            yield value


def _in_python(path: Path, text: str) -> Iterator[str]:
    """What is so weak that start-up refuses it anyway needs no line in the list."""
    if not any(name in text for name in SETTINGS):
        return
    constants = _constants(path)
    for node in ast.walk(ast.parse(text, filename=str(path))):
        for given in _given_to_settings(node):
            yield from (value for value in _texts(given, constants) if guessing_bits(value) >= GIVEN_BITS)


def _given_to_settings(node: ast.AST) -> Iterator[ast.expr]:
    """The expressions that a node gives to a secret setting: x.NAME = …, "NAME": …, NAME=…, f("NAME", …)."""
    if isinstance(node, ast.Assign):
        for target in node.targets:
            if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
                yield from (value for one, value in zip(target.elts, node.value.elts, strict=True) if _names(one))
            elif _names(target):
                yield node.value
    elif isinstance(node, ast.Dict):
        yield from (value for key, value in zip(node.keys, node.values, strict=True) if key is not None and _names(key))
    elif isinstance(node, ast.Call):
        yield from (word.value for word in node.keywords if word.arg in SETTINGS)
        if len(node.args) > 1 and _names(node.args[0]) and ast.unparse(node.func).rpartition(".")[2] in READERS:
            yield from node.args[1:]


def _names(node: ast.AST) -> bool:
    named = {ast.Attribute: "attr", ast.Name: "id", ast.Constant: "value"}
    return getattr(node, named.get(type(node), ""), None) in SETTINGS if type(node) in named else False


@cache
def _constants(path: Path) -> dict[str, ast.expr]:
    """Module-level names, those imported from other files of the repository too."""
    found: dict[str, ast.expr] = {}
    for node in ast.parse(path.read_text()).body:
        if isinstance(node, ast.ImportFrom) and node.module:
            found |= _imported(node)
        elif isinstance(node, ast.Assign):
            for target in node.targets:
                pairs = [(target, node.value)]
                if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
                    pairs = list(zip(target.elts, node.value.elts, strict=False))
                found |= {name.id: value for name, value in pairs if isinstance(name, ast.Name)}
    return found


def _imported(node: ast.ImportFrom) -> dict[str, ast.expr]:
    other = BASE / Path(*str(node.module).split(".")).with_suffix(".py")
    theirs = _constants(other) if other.is_file() else {}
    return {name.asname or name.name: theirs[name.name] for name in node.names if name.name in theirs}


def _texts(node: ast.expr, constants: dict[str, ast.expr]) -> Iterator[str]:
    """Every text that an expression may come to without running anything."""
    if isinstance(node, ast.Constant):
        yield from [node.value] if isinstance(node.value, str) else []
    elif isinstance(node, ast.Name):
        yield from _texts(constants[node.id], {}) if node.id in constants else []
    elif isinstance(node, ast.BinOp):
        yield from _sum(node, constants)
    elif isinstance(node, ast.Tuple | ast.List):
        for one in node.elts:
            yield from _texts(one, constants)
    elif isinstance(node, ast.IfExp):
        yield from (*_texts(node.body, constants), *_texts(node.orelse, constants))


def _sum(node: ast.BinOp, constants: dict[str, ast.expr]) -> Iterator[str]:
    left, right = list(_texts(node.left, constants)), list(_texts(node.right, constants))
    if isinstance(node.op, ast.Add) and left and right:
        yield from (one + other for one in left for other in right)
    elif isinstance(node.op, ast.Mult) and left and isinstance(node.right, ast.Constant):
        yield from (one * int(node.right.value) for one in left)
    elif isinstance(node.op, ast.Add):
        yield from (*left, *right)
