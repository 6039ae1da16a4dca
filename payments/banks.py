"""Japanese banks and their branches: found by code, by name or in kana (data: zengin-code).

The package is never imported: doing so reads all 29,000 branches into every process. Its files are read as they are asked for.
"""

import json
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

from ossma.core.folding import fold_name

BANK_DIGITS, BRANCH_DIGITS = 4, 3
# How many a message names when several fit.
NAMED = 6
LARGE = str.maketrans("ぁぃぅぇぉっゃゅょゎ", "あいうえおつやゆよわ")
# The data call a bank 三井住友 and a 信用金庫 信金; people write either.
SHORT = {"信用金庫": "信金", "信用組合": "信組", "農業協同組合": "農協", "漁業協同組合": "漁協", "労働金庫": "労金"}
ENDINGS = ("銀行", "ぎんこう", "支店", "してん")
JAPAN_POST = "9900"
# City, trust and regional banks: what stands in the data without the word 銀行.
NAMED_BANK = (range(1, 200), range(201, 400), range(500, 600))


@dataclass(frozen=True, slots=True)
class Place:
    """A bank or a branch: its code, its name, and its name in the kana that banks write (no small letters)."""

    code: str
    name: str
    kana: str

    def __str__(self) -> str:
        return f"{self.name} ({self.code})"

    @property
    def full_name(self) -> str:
        """A bank's name as people write it."""
        is_bank = self.code == JAPAN_POST or any(int(self.code) in codes for codes in NAMED_BANK)
        return f"{self.name}銀行" if is_bank else self.name


class Unclear(Exception):
    """No place fits, or several do; `near` are those that may have been meant, at most NAMED."""

    def __init__(self, near: Sequence[Place]) -> None:
        super().__init__()
        self.near = near


def find_bank(typed: str) -> Place:
    """The bank that was typed. Raises Unclear."""
    return _find(typed, banks(), BANK_DIGITS)


def find_branch(bank: Place, typed: str) -> Place:
    """The branch of that bank that was typed. Raises Unclear."""
    return _find(typed, branches(bank.code), BRANCH_DIGITS)


@lru_cache(maxsize=1)
def banks() -> tuple[Place, ...]:
    """All banks by code."""
    return _places("banks.json")


@lru_cache(maxsize=64)
def branches(bank_code: str) -> tuple[Place, ...]:
    """All branches of a bank by code."""
    return _places("branches", f"{bank_code}.json")


def _places(*path: str) -> tuple[Place, ...]:
    package = find_spec("zengin_code")
    if package is None or not package.submodule_search_locations:
        raise ModuleNotFoundError("zengin_code")
    content = Path(package.submodule_search_locations[0], "source-data", "data", *path).read_text(encoding="utf-8")
    rows = sorted(json.loads(content).values(), key=lambda row: row["code"])
    return tuple(Place(row["code"], unicodedata.normalize("NFKC", row["name"]), row["kana"]) for row in rows)


def _find(typed: str, places: Sequence[Place], digits: int) -> Place:
    plain = unicodedata.normalize("NFKC", typed).strip()
    # As our own pages show it: みずほ銀行 (0001).
    code = plain.rpartition("(")[2].rstrip(")") if plain.endswith(")") else plain
    if code.isascii() and code.isdigit():
        fitting = [place for place in places if place.code == code.zfill(digits)]
        return _only(fitting, fitting)
    key = _key(plain)
    if not key:
        raise Unclear([])
    # 中国銀行 is another bank than 中國銀行, which folding would make one.
    fitting = [place for place in places if place.name in {plain, plain.removesuffix("銀行"), plain.removesuffix("支店")}]
    fitting = fitting or [place for place in places if _key(place.name) == key]
    fitting = fitting or [place for place in places if _key(place.kana) == key]
    near = fitting or _near(key, places)
    return _only(fitting, near)


def _near(key: str, places: Sequence[Place]) -> list[Place]:
    """Places whose name or kana begins so; else those that hold it somewhere."""
    begin = [place for place in places if _key(place.name).startswith(key) or _key(place.kana).startswith(key)]
    return begin or [place for place in places if key in _key(place.name) or key in _key(place.kana)]


def _only(fitting: Sequence[Place], near: Sequence[Place]) -> Place:
    if len(fitting) == 1:
        return fitting[0]
    raise Unclear(near[:NAMED])


@lru_cache(maxsize=4096)
def _key(text: str) -> str:
    """A name as it is compared: kana, width, small letters, long vowels and the words for "bank" and "branch" are levelled."""
    key = fold_name(text.replace("○", "〇").replace("◯", "〇"))
    for long, short in SHORT.items():
        key = key.replace(fold_name(long), fold_name(short))
    key = key.translate(LARGE).replace("ー", "")
    for ending in ENDINGS:
        key = key.removesuffix(ending) or key
    return f"{key[2:]}農協" if key.startswith("ja") and not key.endswith("農協") else key
