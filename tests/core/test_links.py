"""Signed links open one thing for one person."""

import pytest

from ossma.core import links


def test_a_link_opens_what_it_was_made_for():
    assert links.read("answer", links.sign("answer", 123456)) == 123456


def test_a_link_for_one_purpose_does_not_open_another():
    assert links.read("family", links.sign("answer", 7)) is None


@pytest.mark.parametrize("number", [1, 255, 10**12])
def test_one_changed_letter_closes_the_link(number):
    token = links.sign("answer", number)
    for position, letter in enumerate(token):
        for other in ("A", "b", "0", "-"):
            if other != letter:
                assert links.read("answer", token[:position] + other + token[position + 1 :]) is None


@pytest.mark.parametrize("token", ["", "-", "1-", "zz-" + "A" * 22, "1-" + "é" * 22, "0x1-" + "A" * 22, "+1-" + "A" * 22, "1" * 99 + "-" + "A" * 22])
def test_nonsense_is_no_link(token):
    assert links.read("answer", token) is None


def test_a_link_still_opens_after_the_secret_was_rotated(settings):
    token = links.sign("answer", 5)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another-secret-that-is-long-enough-0123456789-0123456789"
    assert links.read("answer", token) == 5
    settings.SECRET_KEY_FALLBACKS = []
    assert links.read("answer", token) is None
