"""The estimate of how hard a key is to guess: patterns do not raise it, and no random key is ever taken for a weak one."""

import secrets
from base64 import urlsafe_b64encode

import pytest

from ossma.core.keys import guessing_bits

NEEDED = 128


@pytest.mark.parametrize(
    "weak",
    [
        "a" * 60,
        "ab" * 40,
        "0123456789" * 6,
        "zyxwvutsrqponmlkjihgfedcba9876543210zyxwvutsrqponmlkjihgfe",
        "qwertyuiopasdfghjklzxcvbnm1234567890qwertyuiopasdfghjklzxcvbnm",
        "change-me-change-me-change-me-change-me-change-me-change-me",
        "a-secret-0123456789-0123456789-0123456789-0123456789-0123456789",
        "".join(map(chr, range(33, 127))),
    ],
)
def test_a_long_key_made_of_patterns_is_easy_to_guess(weak):
    assert guessing_bits(weak) < NEEDED


@pytest.mark.parametrize(
    "make",
    [
        lambda: secrets.token_urlsafe(64),
        lambda: secrets.token_hex(24),
        lambda: urlsafe_b64encode(secrets.token_bytes(32)).decode(),
        lambda: secrets.token_bytes(32).decode("latin-1"),
    ],
)
def test_no_random_key_is_taken_for_a_weak_one(make):
    assert min(guessing_bits(make()) for _ in range(300)) >= NEEDED
