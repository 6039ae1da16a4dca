"""How names, numbers and devices are written (pure rules)."""

from datetime import date

import pytest

from members import codes, devices, rules

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize("typed", ["ヤマダ", "やまだ", "ﾔﾏﾀﾞ", " やまだ　"])
def test_every_kind_of_kana_becomes_full_width_katakana(typed):
    assert rules.as_kana(typed) == "ヤマダ"
    assert rules.refuse_kana(rules.as_kana(typed)) is None


@pytest.mark.parametrize("name", ["山田", "髙橋", "O'Neil-Smith", "José María", "محمد", "李 美咲", "ヴァン・ゴッホ", "葛\U000e0100城"])
def test_names_of_every_script_are_welcome(name):
    assert rules.refuse_name(name) is None


@pytest.mark.parametrize("name", ["花😀", "花\u202e", "花\u200b\x00", "<b>", "花3", "あ" * 61])
def test_names_with_signs_that_no_name_has_are_refused(name):
    assert rules.refuse_name(name)


@pytest.mark.parametrize(("typed", "kept"), [("〒１００−０００１", "100-0001"), ("1000001", "100-0001"), ("sw1a 1aa", "SW1A 1AA")])
def test_postal_codes_of_every_country_are_taken(typed, kept):
    assert rules.as_postal_code(typed) == kept
    assert rules.refuse_postal_code(kept) is None


@pytest.mark.parametrize(("day", "fine"), [(TODAY, True), (date(2026, 11, 23), False), (date(1900, 1, 1), True), (date(1899, 12, 31), False)])
def test_birth_dates_lie_between_1900_and_today(day, fine):
    assert (rules.refuse_birth_date(day, TODAY) is None) == fine


@pytest.mark.parametrize(("licences", "active", "fine"), [(None, 10_000, True), (2, 1, True), (2, 2, False)])
def test_licences_cap_the_members_who_may_be_active(licences, active, fine):
    assert (rules.refuse_one_more(licences, active) is None) == fine


def test_a_code_is_six_digits_and_only_its_digest_is_kept():
    code = codes.new_code()
    assert len(code.clear) == 6
    assert code.clear not in code
    assert codes.matches(f" {code.clear} ", str(code))
    assert not codes.matches("", str(code))
    assert not codes.matches(code.clear, "")


@pytest.mark.parametrize(
    ("user_agent", "name"),
    [
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605 Version/18.0 Mobile Safari/604.1", "Safari · iPhone"),
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140 Safari/537.36 Edg/140", "Edge · Windows"),
        ("curl/8", "curl/8"),
    ],
)
def test_devices_have_names_that_people_know(user_agent, name):
    assert devices.describe(user_agent) == name
