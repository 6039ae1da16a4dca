"""Passwords that everybody tries first are refused, whatever case and padding somebody adds; long odd ones are not."""

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils import translation

COMMON = (
    "password1A",
    "Password1",
    "PASSWORD123a",
    "P@ssw0rd1",
    "1Password!",
    "aA1Password",
    "Qwerty123",
    "Abcd1234",
    "Sunshine99x",
    "Monkey!2026",
    "Dragon2026Aa",
    "Ossma2026",
    "Iloveyou1",
    "Welcome1!",
)
GOOD = ["Demo-Pass-2026", "Umi7Kaba-Tegami", "vK9#mQ2x-Lp4", "Tsuki4 Robot Kasa", "Pass83017294Zq", "Ame3ringo7Neko"]


@pytest.mark.parametrize("password", COMMON)
def test_a_common_password_with_case_and_padding_is_refused(password):
    with pytest.raises(ValidationError) as refused:
        validate_password(password)
    assert "password_too_common" in {error.code for error in refused.value.error_list}


@pytest.mark.parametrize("password", GOOD)
def test_a_password_of_odd_words_or_characters_is_taken(password):
    validate_password(password)


def test_a_very_long_password_is_looked_at_in_no_time():
    validate_password("xK4-" * 1000)


SAID = [("ja", "推測する人が最初に試します"), ("en", "whoever guesses tries it first")]


@pytest.mark.parametrize(("language", "words"), SAID)
def test_the_reason_and_the_way_out_are_said_in_both_languages(language, words):
    with translation.override(language), pytest.raises(ValidationError) as refused:
        validate_password("password1A")
    assert words in str(refused.value)
