"""Style sheets stay small enough for a phone on roaming."""

import re

import pytest

from tests.look.sheets import CSS

PAGE_SHEETS = ("tokens.css", "house.css", "components.css", "print.css")


def test_the_answer_page_s_sheet_is_under_six_kilobytes():
    assert (CSS / "answer.css").stat().st_size < 6_000


def test_all_sheets_of_a_page_stay_small():
    assert sum((CSS / name).stat().st_size for name in PAGE_SHEETS) < 32_000


@pytest.mark.parametrize("sheet", [*PAGE_SHEETS, "answer.css"])
def test_sheets_ask_nothing_of_other_hosts(sheet):
    text = (CSS / sheet).read_text()
    assert "//" not in text
    assert "@import" not in text


@pytest.mark.parametrize("sheet", ["house.css", "components.css"])
def test_rules_use_the_tokens_of_the_house(sheet):
    known = set(re.findall(r"--([\w-]+):", (CSS / "tokens.css").read_text()))
    used = set(re.findall(r"var\(--([\w-]+)\)", (CSS / sheet).read_text()))
    assert used <= known
    assert not {name for name in used if name.startswith("color-primitive")}
