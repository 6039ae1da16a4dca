"""Text as GMO can take it: Windows-31J, limits in bytes, no half-width kana."""

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


def kana(text: str) -> str:
    """Katakana in full width; GMO refuses the half-width ones."""
    return unicodedata.normalize("NFKC", text)
