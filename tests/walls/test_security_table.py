"""docs/asvs.md is true: every requirement once, with a status, a place that exists and a test that exists; docs/security.md counts it right."""

import ast
import re
from collections import Counter
from functools import cache
from pathlib import Path

from tests.walls.house import BASE

# Every requirement of levels 1 and 2 of OWASP ASVS 5.0.0, in its order.
REQUIREMENTS = [line.split("\t") for line in (BASE / "tests/data/asvs-5.0.0-levels-1-2.tsv").read_text().splitlines()]
STATUSES = ("yes", "partly", "no", "n/a")
# Stands where a change under way brings the test; none is left once it is merged.
TESTLESS = {"–", "no test"}
PATH = re.compile(r"[\w.-]+(/[\w.-]+)+/?|[\w-]+\.(md|yml|toml|lock)|Dockerfile|\.dockerignore")
SETTING = re.compile(r"[A-Z][A-Z0-9]*_[A-Z0-9_]+|LOGGING|DEBUG|DEMO")
NAMED_TEST = re.compile(r"(tests/[\w/]+\.py)::(\w+)")
SETTINGS = "\n".join((BASE / name).read_text() for name in ("ossma/settings.py", "ossma/environment.py", "docker-compose.yml"))


def cells(line: str) -> list[str]:
    """The cells of a table's line."""
    return [cell.strip() for cell in line.strip().strip("|").split(" | ")]


def rows() -> list[list[str]]:
    """Every requirement's line: id, level, what it asks for, status, where, test."""
    lines = (BASE / "docs/asvs.md").read_text().splitlines()
    return [cells(line) for line in lines if re.match(r"\| V\d", line)]


def quoted(text: str) -> list[str]:
    """What stands in back quotes."""
    return re.findall(r"`([^`]+)`", text)


@cache
def functions_of(path: Path) -> frozenset[str]:
    """Names of the test functions in a file."""
    return frozenset(node.name for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.FunctionDef))


def test_every_requirement_of_both_levels_stands_there_once_and_in_its_order():
    assert [row[:2] for row in rows()] == REQUIREMENTS


def test_every_line_is_whole_and_its_status_one_of_four():
    assert [row[0] for row in rows() if len(row) != 6 or row[3] not in STATUSES or not row[2] or not row[4]] == []


def test_what_is_partly_met_says_what_is_missing_and_nothing_else_does():
    assert [row[0] for row in rows() if (row[3] == "partly") != ("Missing: " in row[4])] == []


def test_what_is_met_names_its_test_or_says_that_there_is_none_or_is_a_document():
    """A dash is for documents and for what there is not."""
    dashes = [row[0] for row in rows() if row[3] == "yes" and row[5] == "–" and "docs/" not in row[4]]
    assert dashes == []


def test_every_test_named_exists():
    faults = []
    for row in rows():
        if row[5] in TESTLESS:
            continue
        for name in row[5].split(", "):
            found = NAMED_TEST.fullmatch(name.strip("`"))
            if found is None or not (BASE / found[1]).is_file() or found[2] not in functions_of(BASE / found[1]):
                faults.append(f"{row[0]}: {name}")
    assert faults == []


def is_wrong(name: str) -> bool:
    """Whether this looks like a path of the repository or a setting, and is none. Addresses of pages begin with a slash."""
    if name.startswith("/") or "::" in name:
        return False
    if SETTING.fullmatch(name):
        return not re.search(rf"\b{name}\b", SETTINGS)
    return bool(PATH.fullmatch(name)) and "*" not in name and not (BASE / name).exists()


def test_every_path_named_exists_and_every_setting_is_one():
    pages = [(row[0], row[4]) for row in rows()] + [("security.md", (BASE / "docs/security.md").read_text())]
    assert [f"{place}: {name}" for place, text in pages for name in quoted(text) if is_wrong(name)] == []


def test_the_counts_are_right():
    counted = Counter((row[0].partition(".")[0], row[3]) for row in rows())
    chapters = list(dict.fromkeys(row[0].partition(".")[0] for row in rows()))
    right = {chapter: [str(counted[chapter, status]) for status in STATUSES] for chapter in chapters}
    right["all"] = [str(sum(counted[chapter, status] for chapter in chapters)) for status in STATUSES]
    lines = (BASE / "docs/security.md").read_text().splitlines()
    told = {line[0].partition(" ")[0]: line[1:] for line in map(cells, lines) if len(line) == 5 and re.match(r"V\d|all$", line[0])}
    assert told == right
