"""How names are written: what is taken, what is mended, and which sign is named where neither is possible (product.md)."""

import pytest

from members import names


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        *((typed, "ヤマダ") for typed in ("ヤマダ", "やまだ", "ﾔﾏﾀﾞ", " やまだ　")),
        *((f"サト{dash}", "サトー") for dash in "－-−―─‐–—‑ｰー"),
        ("オ－タ", "オータ"),
        ("アン-マリー", "アン-マリー"),
        ("か゛もう", "ガモウ"),
        ("カ゛モウ", "ガモウ"),
        ("ジャン＝リュック", "ジャン・リュック"),
        ("ジャン゠リュック", "ジャン・リュック"),
        ("マリア\u200b", "マリア"),
    ],
)
def test_kana_of_every_width_and_keyboard_becomes_the_same_katakana(typed, kept):
    assert names.as_kana(typed) == kept
    assert names.refuse_kana(kept) is None


@pytest.mark.parametrize(("typed", "sign"), [("J.", "J"), ("山田", "山"), ("ヤマダ1", "1"), ("ヤマ\u202eダ", "U+202E")])
def test_what_is_no_kana_is_named(typed, sign):
    assert f"「{sign}」" in names.refuse_kana(names.as_kana(typed))


@pytest.mark.parametrize(
    "name",
    [
        "山田", "髙橋", "𠮷野", "〇野", "O'Neil-Smith", "José María", "محمد", "علی\u200cرضا", "ශ්\u200dරී", "李 美咲", "ヴァン・ゴッホ",
        "葛\U000e0100城", "ジャン＝リュック", "Ng", "O",
    ],
)  # fmt: skip
def test_names_of_every_script_are_welcome_as_they_are(name):
    assert names.as_name(name) == name
    assert names.refuse_name(name) is None


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Smith–Jones", "Smith-Jones"), ("サト－", "サトー"), ("カ\u3099ルシア", "ガルシア"), ("Nguye\u0302\u0303n", "Nguyễn"),
        ("花\ufeff", "花"), ("ジャック‐ポール", "ジャック-ポール"), ("神田", "神田"),
    ],
)  # fmt: skip
def test_a_name_is_kept_as_typed_but_for_dashes_and_what_nobody_sees(typed, kept):
    assert names.as_name(typed) == kept
    assert names.refuse_name(kept) is None


@pytest.mark.parametrize("name", ["花😀", "花\u202e", "花\u200d", "\u200cع", "<b>", "花3", "あ" * 61, "あ" * 200, "-", "・", "’ ."])
def test_names_with_signs_that_no_name_has_are_refused(name):
    assert names.refuse_name(names.as_name(name))


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        *((f"SMITH{dash}JONES", "SMITH-JONES") for dash in "‐-–−－"),
        *((f"O{mark}BRIEN", "O'BRIEN") for mark in "`´ʻʼ′‘’＇'"),
        ("'t Hooft", "'T HOOFT"), ("ｙａｍａｄａ", "YAMADA"), ("Müller-weiß"[6:], "-WEISS"), ("de  la Cruz", "DE LA CRUZ"),
    ],
)  # fmt: skip
def test_roman_names_stand_in_plain_capitals(typed, kept):
    assert names.as_roman(typed) == kept
    assert names.refuse_roman(kept) is None


@pytest.mark.parametrize(("typed", "sign"), [("Nguyễn", "Ễ"), ("YAMADA1", "1"), ("山田", "山"), ("A_B", "_")])
def test_what_no_passport_prints_is_named(typed, sign):
    assert f"「{sign}」" in names.refuse_roman(names.as_roman(typed))


@pytest.mark.parametrize("roman", ["'", "-", " . "])
def test_a_roman_name_has_letters(roman):
    assert names.refuse_roman(names.as_roman(roman) or "'")


@pytest.mark.parametrize(
    ("family", "given", "fine"),
    [("A" * 20, "B" * 19, True), ("A" * 20, "B" * 20, False), ("", "B" * 40, False), ("A-" * 9, "B " * 9, True)],
)
def test_both_roman_names_together_have_no_more_letters_than_a_passport(family, given, fine):
    assert (names.refuse_passport_length(family, given) is None) == fine
