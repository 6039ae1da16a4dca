"""Telephone numbers in whatever way people write them."""

import re
from pathlib import Path

import phonenumbers
import pytest
from django.utils.html import escape

from ossma.core.phones import e164, shown
from ossma.core.templatetags.house import phone_link


@pytest.mark.parametrize(
    ("written", "region", "number"),
    [
        ("090-1234-5678", "JP", "+819012345678"),
        ("０９０ー１２３４ー５６７８", "JP", "+819012345678"),
        ("٠٩٠١٢٣٤٥٦٧٨", "JP", "+819012345678"),
        ("06 12 34 56 78", "FR", "+33612345678"),
        ("81 90 1234 5678", "JP", "+819012345678"),
        ("+81 90 1234 5678", None, "+819012345678"),
        ("+81 (0)90 1234 5678", None, "+819012345678"),
        ("+81 090 1234 5678", None, "+819012345678"),
        ("+81 (090) 1234 5678", None, "+819012345678"),
        ("010 33 6 12 34 56 78", "JP", "+33612345678"),
        ("0033 6 12 34 56 78", None, "+33612345678"),
        ("011 81 90 1234 5678", None, "+819012345678"),
        ("0011 61 412 345 678", "JP", "+61412345678"),
        ("+33 6.12.34.56.78", None, "+33612345678"),
        ("\u202a+81 90 1234 5678\u202c", None, "+819012345678"),
        ("+39 (0)6 1234 5678", None, "+390612345678"),
        ("+1 (212) 555-0100", None, "+12125550100"),
    ],
)
def test_a_number_is_read_however_it_is_written(written, region, number):
    assert e164(written, region) == number


@pytest.mark.parametrize(
    "written", ["", "12345", "+12", "+0 90 1234 5678", "+81+90", "電話なし", "000-0000-0000", "9" * 40, "9999999999999", "010-1234-5678"]
)
def test_what_is_no_number_is_none(written):
    assert e164(written, "JP") is None


@pytest.mark.parametrize("written", ["090-1234-5678", "06 12 34 56 78", "07911 123456", "9123 4567"])
def test_a_number_without_a_country_code_is_never_guessed(written):
    assert e164(written) is None


def test_every_countrys_own_mobile_number_is_read_in_every_way_of_writing():
    wrong = []
    for region in phonenumbers.SUPPORTED_REGIONS:
        number = phonenumbers.example_number_for_type(region, phonenumbers.PhoneNumberType.MOBILE)
        if number is None or not phonenumbers.is_valid_number(number):
            continue
        plain = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
        national = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.NATIONAL)
        read = {e164(plain), e164(shown(plain)), e164(f"00{plain[1:]}"), e164(f"010 {plain[1:]}", "JP"), e164(national, region)}
        if read != {plain}:
            wrong.append((region, plain, read))
    assert wrong == []


def test_a_number_is_shown_in_groups_and_what_is_none_as_it_is():
    assert (shown("+819012345678"), shown("09012345678")) == ("+81 90-1234-5678", "09012345678")


def test_only_a_number_that_was_understood_can_be_dialled_by_a_tap():
    assert phone_link("+819012345678") == '<a href="tel:+819012345678">+81 90-1234-5678</a>'
    for doubtful in ("090-1234-5678", "555 <12>", "+81 090", "call 12345"):
        shown_as = str(phone_link(doubtful))
        assert "tel:" not in shown_as
        assert "番号の確認が必要です" in shown_as
        assert escape(doubtful) in shown_as
    assert phone_link("") == ""


def test_no_template_writes_a_link_to_a_stored_number_by_itself():
    """Numbers of emergency services are what one dials there, three digits and all; everything else goes through `phone_link`."""
    links = {str(path): re.findall(r'href="tel:([^"]*)"', path.read_text()) for path in Path("templates").rglob("*.html")}
    assert {link for found in links.values() for link in found} == {"{{ number }}"}
    assert {path for path, found in links.items() if found} == {
        "templates/public/portals/offline_helpline.html",
        "templates/public/helpline/country.html",
    }
