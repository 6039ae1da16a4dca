"""One spelling for everything that is searched: widths, cases, accents and the two kana are levelled."""

import re
import unicodedata

KATAKANA = {ord("ァ") + n: ord("ぁ") + n for n in range(ord("ヶ") - ord("ァ") + 1)}
VOICED_MARKS = "\u3099\u309a"
# Control characters go too: PostgreSQL refuses a NUL in a text.
NOISE = re.compile(r"[\s\x00-\x1f\x7f・/()\-'.,=「」]+")


def fold(text: str) -> str:
    """ﾌﾗﾝｽ, フランス and ふらんす become one; so do "São Paulo" and "sao paulo" (without the space)."""
    opened = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    bare = "".join(c for c in opened if not unicodedata.combining(c) or c in VOICED_MARKS)
    return NOISE.sub("", unicodedata.normalize("NFC", bare).replace("ł", "l").replace("ø", "o").translate(KATAKANA))


def search_key(*names: str) -> str:
    """All names of a row, one a line: a search that begins a line begins a name."""
    return "\n" + "\n".join(dict.fromkeys(folded for name in names if (folded := fold(name)))) + "\n"
