"""One spelling for everything that is compared or searched: width, case, accents, the two kana, dashes and variants of kanji are levelled."""

import re
import unicodedata

from ossma.core.kanji_variants import COMMON_FORM

KATAKANA = {ord("ァ") + n: ord("ぁ") + n for n in range(ord("ヶ") - ord("ァ") + 1)}
# ヶ and ヵ are read か or が and written in either size: 自由ヶ丘, 自由ケ丘.
SMALL_KA = {ord("ゖ"): "け", ord("ゕ"): "か"}
VOICED_MARKS = "\u3099\u309a"
# Standing alone they are signs of their own, which NFKC would part from their letter by a space.
LONE_VOICED_MARKS = str.maketrans({"゛": "\u3099", "゜": "\u309a"})
APOSTROPHES = str.maketrans(dict.fromkeys("`´ʻʼ′‘’＇", "'"))
# Control characters go too: PostgreSQL refuses a NUL in a text.
NOISE = re.compile(r"[\s\x00-\x1f\x7f・/()\-'.,=「」‐‑‒–—―−─━゠]+")
DASHES = "‐‑‒–—―−─━ー－ｰ\\-"
LONG_VOWEL = re.compile(rf"(?<=[ぁ-ゖァ-ヺー])[{DASHES}]")
VARIATION_SELECTORS = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef\u180b-\u180d]")


def fold(text: str) -> str:
    """ﾌﾗﾝｽ, フランス and ふらんす become one; so do "São Paulo" and "sao paulo" (without the space)."""
    opened = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text.translate(LONE_VOICED_MARKS)).casefold())
    bare = "".join(c for c in opened if _counts(c))
    return NOISE.sub("", unicodedata.normalize("NFC", bare).replace("ł", "l").replace("ø", "o").replace("đ", "d").translate(KATAKANA))


def _counts(sign: str) -> bool:
    """Whether a sign tells two words apart; accents and what nobody sees (joiners, directions, variation selectors) do not."""
    if sign in VOICED_MARKS:
        return True
    return not (unicodedata.combining(sign) or unicodedata.category(sign) == "Cf" or VARIATION_SELECTORS.match(sign))


def fold_name(text: str) -> str:
    """The same for people: besides, 高 and 髙, 吉 and 𠮷, ヶ and ケ, サトー and サト－ become one (product.md, telephone numbers and names)."""
    plain = LONG_VOWEL.sub("ー", unicodedata.normalize("NFKC", text.translate(LONE_VOICED_MARKS).translate(APOSTROPHES)))
    return fold(plain).translate(SMALL_KA).translate(COMMON_FORM)


def fold_key(text: str) -> str:
    """A number or address as it is compared: 「ｍ００００００３１」 is M00000031. Nothing but width, case and what nobody sees is levelled."""
    plain = unicodedata.normalize("NFKC", text)
    return "".join(sign for sign in plain if unicodedata.category(sign) not in {"Cf", "Cc"}).strip().casefold()


def name_key(*texts: str) -> str:
    """What a person is found by, one a line."""
    return "\n" + "\n".join(dict.fromkeys(folded for text in texts if (folded := fold_name(text)))) + "\n"


def search_key(*names: str) -> str:
    """All names of a row, one a line: a search that begins a line begins a name."""
    return "\n" + "\n".join(dict.fromkeys(folded for name in names if (folded := fold(name)))) + "\n"
