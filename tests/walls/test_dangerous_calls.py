"""What runs text as code, or unpacks it into objects, has no place in the product; the few exceptions stand here with their reason."""

import ast
import re
from collections.abc import Iterator

from tests.walls.house import BASE, ROOMS, sources, tree, where

RUNS_CODE = {"eval", "exec", "compile", "__import__"}
UNPACKS_OBJECTS = ("pickle", "marshal", "shelve", "yaml", "jsonpickle", "dill")
STARTS_PROGRAMS = ("subprocess.", "os.system", "os.popen", "os.exec", "os.spawn", "asyncio.create_subprocess")
# PostgreSQL's own programs, with a list of arguments, by the operator's command.
MAY_START_PROGRAMS = {"ossma/core/backup.py"}
# Each joins parts that were escaped before, or the project's own drawings.
MAY_MARK_SAFE = {"ossma/core/forms.py", "ossma/core/templatetags/house.py", "safety/templatetags/tally.py"}
# Form help is written in the code, never by people.
MAY_BE_SAFE = {"templates/django/forms/help.html"}
# Fragments of our own pages, rendered and escaped by the server.
MAY_WRITE_HTML = {"static/js/applications.js"}
# Joins its own tables of what servers say.
MAY_JOIN_PATTERNS = {"ossma/core/bounces/classify.py"}
SANDBOX = BASE / "payments" / "sandbox"


def calls() -> Iterator[tuple[str, str, ast.Call]]:
    """Every call of the product: file, name as written, node. The sandbox gateway is no part of it."""
    for path in sources(*ROOMS):
        if SANDBOX in path.parents:
            continue
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Call):
                yield where(path, node), ast.unparse(node.func), node


def place(where_: str) -> str:
    """The file of a place."""
    return where_.partition(":")[0]


def test_no_text_is_run_as_code_or_unpacked_into_objects():
    assert [(spot, name) for spot, name, _node in calls() if name in RUNS_CODE] == []
    packers = [
        where(path)
        for path in sources(*ROOMS)
        for line in path.read_text().splitlines()
        if re.match(rf"(import|from) ({'|'.join(UNPACKS_OBJECTS)})\b", line.strip())
    ]
    assert packers == []


def test_programs_are_started_in_one_place_and_never_through_a_shell():
    found = [(spot, node) for spot, name, node in calls() if name.startswith(STARTS_PROGRAMS)]
    assert {place(spot) for spot, _node in found} == MAY_START_PROGRAMS
    for _spot, node in found:
        assert isinstance(node.args[0], ast.List)
        assert "shell" not in {keyword.arg for keyword in node.keywords}


def is_written(node: ast.expr) -> bool:
    """Whether a pattern is a literal, a constant of the module, or put together of these and of escaped text."""
    match node:
        case ast.Constant():
            return True
        case ast.Name(id=name):
            return name.isupper()
        case ast.JoinedStr(values=parts):
            return all(is_written(part) for part in parts)
        case ast.FormattedValue(value=value):
            return is_written(value)
        case ast.Call(func=function):
            return ast.unparse(function) == "re.escape"
    return False


def test_patterns_are_written_in_the_code_and_never_made_of_what_somebody_typed():
    patterns = [(spot, node) for spot, name, node in calls() if re.fullmatch(r"re\.\w+", name) and name != "re.escape"]
    assert {place(spot) for spot, node in patterns if not is_written(node.args[0])} == MAY_JOIN_PATTERNS


def test_templates_are_files_and_never_made_of_what_somebody_typed():
    assert [spot for spot, name, _node in calls() if name.rsplit(".", 1)[-1] in {"Template", "from_string"}] == []


def test_markup_is_called_safe_only_where_each_part_was_escaped():
    found = {place(spot) for spot, name, node in calls() if name.rsplit(".", 1)[-1] in {"mark_safe", "SafeString"} and node.args}
    assert found <= MAY_MARK_SAFE


def test_pages_escape_everything_and_only_plain_text_mails_do_not():
    for path in (BASE / "templates").rglob("*"):
        if not path.is_file():
            continue
        text, name = path.read_text(), path.relative_to(BASE).as_posix()
        assert name in MAY_BE_SAFE or not re.search(r"\|\s*safe(seq)?\b", text), name
        assert path.suffix == ".txt" or "autoescape off" not in text, name


def test_scripts_run_no_text_and_write_markup_only_from_our_own_server():
    for path in (BASE / "static" / "js").rglob("*.js"):
        text, name = path.read_text(), path.relative_to(BASE).as_posix()
        assert not re.search(r"\beval\(|new Function|document\.write|insertAdjacentHTML|document\.cookie|localStorage", text), name
        assert name in MAY_WRITE_HTML or not re.search(r"\.(inner|outer)HTML\s*=(?!=)", text), name
        # What other windows send is listened to nowhere; the service worker hears its own pages alone.
        assert not re.search(r"window\.(onmessage|addEventListener\(.message)", text), name
