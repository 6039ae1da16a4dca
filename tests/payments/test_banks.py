"""Banks and branches by name, kana or code, and account holders in the signs that banks take (bugs-run 34)."""

import subprocess
import sys

import pytest
from django.utils import translation

from payments.bank_text import bank_kana, not_taken, short_legal_form
from payments.banks import Place, Unclear, banks, branches, find_bank, find_branch
from payments.forms.account import AccountForm

ACCOUNT = {"bank": "みずほ銀行", "branch": "001", "kind": "ordinary", "number": "12345", "holder": "ヤマダ アヤ"}
MIZUHO = Place("0001", "みずほ", "ミズホ")


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        *[
            (typed, "0001")
            for typed in (
                "みずほ銀行",
                "みずほ",
                "ミズホ",
                "ﾐｽﾞﾎ",
                " みずほ　銀行 ",
                "ミズホギンコウ",
                "0001",
                "１",
                "1",
                "みずほ銀行 (0001)",
            )
        ],
        *[(typed, "9900") for typed in ("ゆうちょ銀行", "ゆうちょ", "ユウチョ", "ﾕｳﾁﾖ", "9900")],
        *[(typed, "0005") for typed in ("三菱UFJ銀行", "三菱ＵＦＪ", "三菱ufj銀行")],
        *[(typed, "1020") for typed in ("旭川信用金庫", "旭川信金", "アサヒカワシンキン")],
        ("信金中央金庫", "1000"),
        ("ソニー銀行", "0035"),
    ],
)
def test_a_bank_is_found_by_name_kana_or_code(typed: str, code: str) -> None:
    assert find_bank(typed).code == code


@pytest.mark.parametrize(
    ("bank", "typed", "code"),
    [
        *[("0005", typed, "001") for typed in ("本店", "ホンテン", "ほんてん", "本店支店", "1", "００１")],
        *[("0005", typed, "014") for typed in ("市ヶ谷支店", "市ケ谷", "イチガヤ")],
        *[("0005", typed, "013") for typed in ("神保町", "ジンボウチョウ")],
        *[("9900", typed, "018") for typed in ("〇一八", "○一八", "018", "ゼロイチハチ")],
    ],
)
def test_a_branch_is_found_by_name_kana_or_number(bank: str, typed: str, code: str) -> None:
    assert find_branch(find_bank(bank), typed).code == code


def test_every_bank_is_found_by_its_own_name_and_by_what_a_page_shows() -> None:
    assert len(banks()) > 1000
    for bank in banks():
        assert find_bank(bank.name) == find_bank(bank.full_name) == find_bank(str(bank)) == bank


@pytest.mark.parametrize("typed", ["見本銀行", "9999", "銀行", "12345", "?"])
def test_an_unknown_bank_is_none(typed: str) -> None:
    with pytest.raises(Unclear):
        find_bank(typed)


def test_what_may_have_been_meant_is_named_and_nothing_is_guessed() -> None:
    with pytest.raises(Unclear) as unclear:
        find_bank("みず")
    assert MIZUHO in unclear.value.near


def test_looking_up_a_bank_does_not_read_every_branch() -> None:
    """The package reads 29,000 branches when it is imported."""
    code = "import payments.banks as b, sys; b.find_branch(b.find_bank('1'), '1'); sys.exit('zengin_code' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_the_banks_own_kana_are_signs_that_banks_take() -> None:
    kana = [place.kana for place in (*banks(), *branches("0001"), *branches("9900"))]
    assert [one for one in kana if not_taken(one)] == []


@pytest.mark.parametrize(
    ("typed", "taken"),
    [
        ("ヤマダ　ショウコ", "ﾔﾏﾀﾞ ｼﾖｳｺ"),
        ("サトー ヲサム", "ｻﾄ- ｵｻﾑ"),
        ("ヴィクトル・ユゴー", "ｳﾞｲｸﾄﾙ.ﾕｺﾞ-"),
        ("パリ　ピー", "ﾊﾟﾘ ﾋﾟ-"),
        ("Brown Ben", "BROWN BEN"),
        ("「ミホン」（カ", "｢ﾐﾎﾝ｣(ｶ"),
        ("ヶヵヰヱ", "ｹｶｲｴ"),
    ],
)
def test_a_text_is_written_in_the_signs_that_banks_take(typed: str, taken: str) -> None:
    assert bank_kana(typed) == taken
    assert not_taken(typed) is None
    assert len(taken) == len(taken.encode("shift_jis"))


@pytest.mark.parametrize(("typed", "sign"), [("山田", "山"), ("ヤマダ@", "@"), ("ÉMILE", None), ("ヤマダ★", "★")])
def test_a_sign_that_banks_do_not_take_is_named(typed: str, sign: str | None) -> None:
    assert not_taken(typed) == (sign or not_taken(typed))
    assert not_taken(typed)


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("株式会社ミホン", "カ)ミホン"),
        ("(株)ミホン", "カ)ミホン"),
        ("カブシキガイシャ ミホン", "カ)ミホン"),
        ("ミホン カブシキガイシャ", "ミホン(カ"),
        ("ミホン有限会社", "ミホン(ユ"),
        ("ガッコウホウジンアオバ", "ガク)アオバ"),
        ("ヤマダ アヤ", "ヤマダ アヤ"),
        ("カ)ミホン", "カ)ミホン"),
    ],
)
def test_a_legal_form_is_written_as_passbooks_print_it(typed: str, printed: str) -> None:
    assert short_legal_form(typed) == printed


def form(**typed: str) -> AccountForm:
    with translation.override("ja"):
        made = AccountForm(ACCOUNT | typed)
        made.is_valid()
    return made


def test_the_form_keeps_names_and_codes_of_what_was_typed() -> None:
    found = form(bank="ﾐｽﾞﾎ", branch="１").cleaned_data
    assert (found["bank"], found["bank_code"], found["branch"], found["branch_code"]) == (
        "みずほ銀行",
        "0001",
        "東京営業部",
        "001",
    )


def test_an_unknown_bank_is_said_at_its_field_and_the_branch_is_not_judged() -> None:
    assert set(form(bank="見本銀行", branch="?").errors) == {"bank"}


def test_an_unknown_branch_is_said_at_its_field() -> None:
    assert set(form(branch="見本").errors) == {"branch"}


def test_what_may_have_been_meant_is_offered_without_a_script() -> None:
    made = form(bank="みず")
    assert "みずほ (0001)" in made.errors["bank"][0]
    assert '<option value="みずほ (0001)">' in str(made["bank"])
    assert form(bank="みずほ (0001)").is_valid()


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("やまだ はなこ", "ヤマダ ハナコ"),
        ("ﾔﾏﾀﾞ/ﾊﾅｺ", "ヤマダ/ハナコ"),
        ("ヤマダ−ハナコ", "ヤマダーハナコ"),
        ("㈱ミホン", "カ)ミホン"),
        ("かぶしきがいしゃみほん", "カ)ミホン"),
        ("Ben Brown", "BEN BROWN"),
    ],
)
def test_a_holder_is_taken_however_it_is_typed(typed: str, kept: str) -> None:
    assert form(holder=typed).cleaned_data["holder"] == kept
