"""How names, numbers and devices are written (pure rules)."""

from datetime import date

import pytest

from members import codes, devices, rules

TODAY = date(2026, 11, 22)


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
