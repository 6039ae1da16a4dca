"""Reading the data files of helpline/data: tab-separated, comments first, `\\n` for a new line in a text."""

import csv
from pathlib import Path

DATA = Path(__file__).resolve().parent / "data"


def emergency_rows() -> list[dict[str, str]]:
    """Local emergency numbers: mofa_cd, police, ambulance, fire."""
    return _rows("emergency.tsv")


def faq_rows() -> list[dict[str, str]]:
    """Questions and answers in both languages, columns as the fields of FaqEntry."""
    return [{name: text.replace("\\n", "\n") for name, text in row.items()} for row in _rows("faq.tsv")]


def _rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader((line for line in file if not line.startswith("#")), delimiter="\t", quoting=csv.QUOTE_NONE))
