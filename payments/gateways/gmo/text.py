"""Text as GMO can take it: Windows-31J, limits in bytes, no half-width kana."""

import re
import unicodedata

from payments.gateways.base import GatewayRefused, Reason

# Characters whose usual form has no place in Windows-31J, and their twins that do.
TWINS = str.maketrans(
    {
        "\u301c": "\uff5e",
        "\u2212": "\uff0d",
        "\u2014": "\u2015",
        "\u2013": "-",
        "\u2016": "\u2225",
        "\u00a2": "\uffe0",
        "\u00a3": "\uffe1",
        "\u00ac": "\uffe2",
        "\u00a5": "\uffe5",
        "\u00a0": " ",
    }
)


def fits(text: str) -> bool:
    """Whether every character has a place in Windows-31J once twins are taken."""
    try:
        text.translate(TWINS).encode("cp932")
    except UnicodeEncodeError:
        return False
    return True


def clean(text: str, limit: int, label: str) -> str:
    """The text in Windows-31J characters, cut to `limit` bytes at a whole character.

    Raises GatewayRefused naming the characters that have no place there.
    """
    text = " ".join(unicodedata.normalize("NFC", text).translate(TWINS).split())
    strangers = sorted({character for character in text if not fits(character)})
    if strangers:
        raise GatewayRefused((), Reason.BAD_TEXT, f"{label}: {' '.join(strangers)}")
    return text.encode("cp932")[:limit].decode("cp932", "ignore")


def shortened(text: str, limit: int) -> str:
    """The text in at most `limit` bytes. What is left out is left out before the last word: titles end with their number."""
    text = " ".join(text.split())
    head, _space, tail = text.rpartition(" ")
    room = limit - len(f"… {tail}".encode("cp932", "ignore"))
    if len(text.encode("cp932", "ignore")) <= limit or not head or room <= 0:
        return text
    return f"{head.encode('cp932', 'ignore')[:room].decode('cp932', 'ignore').rstrip()}… {tail}"


def kana(text: str) -> str:
    """Katakana in full width; GMO refuses the half-width ones."""
    return unicodedata.normalize("NFKC", text)


def writable(text: str) -> str:
    """Our own words as Windows-31J has them: a letter with an accent loses it, anything else without a place is left out."""
    plain = []
    for character in unicodedata.normalize("NFC", text):
        bare = character if fits(character) else unicodedata.normalize("NFKD", character)[0]
        plain.append(bare if fits(bare) else "")
    return "".join(plain)


def phone(text: str) -> str:
    """A Japanese number in at most 13 digits and hyphens; empty for one that is none, as the payer types it then."""
    digits = re.sub(r"[\s().-]", "", unicodedata.normalize("NFKC", text))
    digits = re.sub(r"^\+81\(?0?", "0", digits)
    return digits if re.fullmatch(r"0\d{8,12}", digits) else ""
