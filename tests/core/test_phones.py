"""Telephone numbers in whatever way people write them."""

import pytest

from ossma.core.phones import e164


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("090-1234-5678", "+819012345678"),
        ("０９０ー１２３４ー５６７８", "+819012345678"),
        ("+81 90 1234 5678", "+819012345678"),
        ("+81 (0)90 1234 5678", "+819012345678"),
        ("010 33 6 12 34 56 78", "+33612345678"),
        ("0033 6 12 34 56 78", "+33612345678"),
        ("+1 (212) 555-0100", "+12125550100"),
    ],
)
def test_a_number_is_read_however_it_is_written(written, number):
    assert e164(written) == number


@pytest.mark.parametrize("written", ["", "12345", "123456789", "+12", "+0 90 1234 5678", "+81+90", "電話なし"])
def test_what_is_no_number_is_none(written):
    assert e164(written) is None
