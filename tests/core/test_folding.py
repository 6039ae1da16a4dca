"""One folding for what is stored and what is looked for."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ossma.core.folding import fold, fold_key, fold_name

SAME = [
    ("神田", "神田"), ("福田", "福田"), ("ガルシア", unicodedata.normalize("NFD", "ガルシア")), ("Nguyễn", unicodedata.normalize("NFD", "Nguyễn")),
    ("ＳＭＩＴＨ", "Smith"), ("葛\U000e0100城", "葛城"), ("髙橋", "高橋"), ("山﨑", "山崎"), ("𠮷野", "吉野"), ("自由ヶ丘", "自由ケ丘"),
    ("渡邉", "渡辺"),    ("サト－", "サトー"), ("さと-", "ｻﾄｰ"), ("サト─", "サトー"), ("か゛もう", "ガモウ"),
    ("ジャン＝リュック", "ジャン・リュック"), ("ジャン゠リュック", "ジャン・リュック"),
    ("Smith–Jones", "Smith-Jones"), ("Smith‐Jones", "smith−jones"),
    ("علی\u200cرضا", "علیرضا"), ("Đặng", "dang"), ("山田 花", "山田花"), ("O’Brien", "obrien"), ("한글", unicodedata.normalize("NFD", "한글")),
]  # fmt: skip


@pytest.mark.parametrize(("one", "other"), SAME)
def test_two_ways_to_write_a_name_are_one(one, other):
    assert fold_name(one) == fold_name(other) != ""


@pytest.mark.parametrize(("one", "other"), [("ハハ", "パパ"), ("サト", "サトー"), ("斉藤", "斎藤"), ("山田", "山本"), ("バリ", "バーリ")])
def test_two_names_stay_two(one, other):
    assert fold_name(one) != fold_name(other)


@given(st.text(max_size=30))
def test_folding_twice_changes_nothing_more(text):
    for folding in (fold, fold_name, fold_key):
        assert folding(folding(text)) == folding(text)


@given(st.text(st.characters(codec="utf-8", categories=["L", "M", "Nd", "Zs"]), max_size=20))
def test_every_normal_form_folds_alike(text):
    assert len({fold_name(unicodedata.normalize(form, text)) for form in ("NFC", "NFD")}) == 1


@pytest.mark.parametrize("typed", ["m00000031", "Ｍ００００００３１", " M00000031\u200b", "\ufeffM00000031"])
def test_a_number_is_the_same_in_every_width_and_case(typed):
    assert fold_key(typed) == "m00000031"
