"""Colours can be told apart in the sun and at night."""

import pytest

from tests.look.sheets import colours, contrast

TEXT = [
    ("ink", "paper"), ("ink", "surface"), ("ink", "sunken"), ("ink-2", "paper"), ("ink-2", "surface"), ("ink-2", "sunken"),
    ("accent", "paper"), ("accent", "surface"), ("accent", "accent-soft"), ("accent-deep", "accent-soft"), ("on-accent", "accent"),
    ("on-accent", "accent-deep"), ("on-band", "band"), ("on-fill", "safe-fill"), ("on-fill", "help-fill"), ("safe-ink", "safe-soft"),
    ("help-ink", "help-soft"), ("help-ink", "surface"), ("help-ink", "paper"), ("late-ink", "late-soft"),
    ("ink", "drill-soft"), ("ink", "help-soft"), ("silent", "surface"),
]  # fmt: skip
SHAPES = [
    *((mark, ground) for mark in ("safe", "help", "late", "away", "drill", "silent") for ground in ("surface", "paper")),
    *(("on-mark", mark) for mark in ("safe", "help", "away")),
    ("edge", "surface"), ("edge", "paper"), ("ink", "focus"),
]  # fmt: skip
ANSWER = [
    ("ink", "paper"), ("ink-2", "paper"), ("ink-2", "surface"), ("accent", "paper"), ("accent", "surface"), ("on-accent", "accent"),
    ("on-fill", "safe-fill"), ("on-fill", "help-fill"), ("help-ink", "help-soft"), ("help-ink", "paper"),
]  # fmt: skip
SCHEMES = pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
# In the dark the ring is yellow inside a pale line, which the page itself sets off.
NIGHT_FOCUS = {("ink", "focus")}


@SCHEMES
@pytest.mark.parametrize("pair", TEXT, ids="-on-".join)
def test_text_reaches_four_and_a_half_to_one(pair, dark):
    found = colours("tokens.css", dark=dark)
    assert contrast(found[pair[0]], found[pair[1]]) >= 4.5


@SCHEMES
@pytest.mark.parametrize("pair", SHAPES, ids="-on-".join)
def test_marks_and_edges_reach_three_to_one(pair, dark):
    if dark and pair in NIGHT_FOCUS:
        pair = ("focus", "paper")
    found = colours("tokens.css", dark=dark)
    assert contrast(found[pair[0]], found[pair[1]]) >= 3


@SCHEMES
@pytest.mark.parametrize("pair", ANSWER, ids="-on-".join)
def test_the_answer_page_can_be_read(pair, dark):
    found = colours("answer.css", dark=dark)
    assert contrast(found[pair[0]], found[pair[1]]) >= 4.5


@SCHEMES
def test_the_answer_page_has_the_colours_of_the_house(dark):
    house, answer = colours("tokens.css", dark=dark), colours("answer.css", dark=dark)
    short = {"#fff": "#ffffff"}
    assert {name: short.get(value, value) for name, value in answer.items()} == {name: house[name] for name in answer}
