"""Telephone numbers as networks want them."""

import re
import unicodedata

# What stands before a number dialled abroad from Japan, and anywhere else.
ABROAD = ("010", "00")
JAPAN = "81"
DIGITS = range(8, 16)


def e164(number: str) -> str | None:
    """A number as +, country code and digits; without a country code it is a Japanese one. None for what is no number."""
    plain = re.sub(r"[^0-9+]", "", unicodedata.normalize("NFKC", number).replace("(0)", ""))
    digits = plain.removeprefix("+")
    if "+" in digits:
        return None
    if plain.startswith("+"):
        full = digits
    elif abroad := next((prefix for prefix in ABROAD if digits.startswith(prefix)), ""):
        full = digits.removeprefix(abroad)
    elif digits.startswith("0"):
        full = JAPAN + digits[1:]
    else:
        return None
    return f"+{full}" if len(full) in DIGITS and not full.startswith("0") else None
