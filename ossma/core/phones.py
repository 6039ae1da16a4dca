"""Telephone numbers by the national numbering plans (`phonenumbers`): read, stored as E.164, shown, dialled.

A number without a country code is never guessed: whoever reads it names the region it was typed for.
"""

import unicodedata

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat

HOME_REGION = "JP"
# What stands before a number dialled abroad, in many countries; the region's own (Japan's 010) the library knows.
ABROAD = ("0011", "00", "011", "010")
LONGEST = 60


def _plain(text: str) -> str:
    """Digits of any script, a plus, and the signs between them, without what cannot be seen (copied from an address book)."""
    wide = unicodedata.normalize("NFKC", text[:LONGEST])
    seen = (sign for sign in wide if unicodedata.category(sign) not in {"Cf", "Cc"})
    return "".join(
        str(unicodedata.digit(sign)) if sign.isdigit() else "-" if unicodedata.category(sign) == "Pd" or sign == "ー" else sign for sign in seen
    )


def _valid(text: str, region: str | None) -> str | None:
    try:
        number = phonenumbers.parse(text, region)
    except NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number) or number.extension:
        return None
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)


def _from_abroad(digits: str) -> str | None:
    for prefix in ABROAD:
        if digits.startswith(prefix) and (found := _valid(f"+{digits.removeprefix(prefix)}", None)):
            return found
    return None


def e164(text: str, region: str | None = None) -> str | None:
    """A number as +, country code and digits. `region` (ISO code): where it was typed for, if it names no country. None for what is no number."""
    plain = _plain(text)
    if not any(sign.isdigit() for sign in plain) or any(sign.isalpha() for sign in plain):
        return None
    if plain.lstrip(" (").startswith("+"):
        return _valid(plain.replace("(0)", "") if "+39" not in plain else plain, None)
    digits = "".join(sign for sign in plain if sign.isdigit())
    if digits.startswith("00") and not digits.startswith("000") and (found := _from_abroad(digits)):
        return found
    if region and (own := _valid(plain.replace("(0)", "") if plain.count("(0)") and len(digits) > 11 else plain, region)):
        return own
    return _from_abroad(digits)


def is_stored_right(number: str) -> bool:
    """Whether a stored number is one that can be dialled from anywhere."""
    return number.startswith("+") and e164(number) == number


def shown(number: str) -> str:
    """As people read it: +81 90-1234-5678; what is no number stays as it is."""
    try:
        return phonenumbers.format_number(phonenumbers.parse(number, None), PhoneNumberFormat.INTERNATIONAL)
    except NumberParseException:
        return number


def national(number: str) -> str:
    """The digits as they are dialled inside the country: 09012345678; what is no number stays as it is."""
    try:
        return phonenumbers.format_number(phonenumbers.parse(number, None), PhoneNumberFormat.NATIONAL)
    except NumberParseException:
        return number


def regions() -> list[str]:
    """ISO codes that have telephone numbers of their own, Japan first."""
    return [HOME_REGION, *sorted(phonenumbers.SUPPORTED_REGIONS - {HOME_REGION})]


def calling_code(region: str) -> int:
    """The country code of a region: 81."""
    return phonenumbers.country_code_for_region(region)
