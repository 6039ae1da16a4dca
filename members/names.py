"""How names may be written, and what is stored of what was typed: kanji as typed, kana as katakana, Roman letters as in the passport."""

import re
import unicodedata

from django.utils.translation import gettext as _

from members.rules import one_line, shown_sign
from ossma.core.folding import APOSTROPHES, DASHES, LONE_VOICED_MARKS

NAME_LENGTH = 60
# The machine-readable line of a passport holds this many letters of both names (ICAO 9303-4).
PASSPORT_LETTERS = 39
# 〇 is a number to Unicode and a letter in 〇野; ＝ and ゠ stand between the two names of ジャン＝リュック.
NAME_SIGNS = frozenset(" -'’・･.,()（）=＝゠〇")
HYPHENS = re.compile("[‐‑‒–—―−─]")
# Copied along from documents and chats; nobody typed them and nobody sees them.
UNSEEN = str.maketrans(dict.fromkeys("\u200b\u2060\ufeff\u00ad"))
# Joiners are spelling in Persian, Urdu and the scripts of India.
JOINERS = "\u200c\u200d"
JOINED_SCRIPTS = re.compile("[\u0600-\u08ff\u0900-\u0dff]")
HIRAGANA = {code: code + 0x60 for code in (*range(0x3041, 0x3097), 0x309D, 0x309E)}
KANA = "ァ-ヺー"
# ン and ッ have no long form: a dash after them parts two names.
LONG_VOWEL = re.compile(rf"(?<=[{KANA}])(?<![ンッ])[{DASHES}]")
LONG_VOWEL_AT_END = re.compile(rf"(?<=[{KANA}])(?<![ンッ])[{DASHES}](?![^\W_])")
EQUALS = str.maketrans(dict.fromkeys("=＝゠", "・"))
NOT_KATAKANA = re.compile(r"[^\u30a1-\u30fa\u30fc-\u30fe・ \-]")
NOT_ROMAN = re.compile(r"[^A-Z '.\-]")


def as_name(text: str) -> str:
    """A name as typed, in NFC; only dashes that no keyboard tells apart, and signs that nobody sees, are made plain."""
    plain = unicodedata.normalize("NFC", text.translate(UNSEEN).translate(LONE_VOICED_MARKS))
    return one_line(HYPHENS.sub("-", LONG_VOWEL_AT_END.sub("ー", plain)))


def refuse_name(name: str) -> str | None:
    """Why a name cannot be taken; None where it can. Letters of every script, marks and the usual signs between them."""
    if len(name) > NAME_LENGTH:
        return _("Please use at most %(most)d characters; this has %(length)d.") % {"most": NAME_LENGTH, "length": len(name)}
    if name and not any(unicodedata.category(sign)[0] == "L" or sign == "〇" for sign in name):
        return _("A name has at least one letter.")
    for before, sign in zip(f" {name}", name, strict=False):
        joins = sign in JOINERS and JOINED_SCRIPTS.match(before)
        if sign not in NAME_SIGNS and not joins and unicodedata.category(sign)[0] not in "LM":
            return _("A name cannot hold “%(sign)s”. Please use letters, spaces, hyphens and dots only.") % {"sign": shown_sign(sign)}
    return None


def as_kana(text: str) -> str:
    """Full-width katakana of whatever kana was typed: half-width and hiragana included, any dash after kana as the sign of a long vowel."""
    plain = unicodedata.normalize("NFKC", text.translate(UNSEEN).translate(EQUALS).translate(LONE_VOICED_MARKS))
    return one_line(HYPHENS.sub("-", LONG_VOWEL.sub("ー", plain.translate(HIRAGANA).translate(EQUALS))))


def refuse_kana(kana: str) -> str | None:
    """Why `kana`, already made katakana, cannot be taken."""
    wrong = NOT_KATAKANA.search(kana)
    if wrong:
        return _("Please write the name in kana, for example ヤマダ. “%(sign)s” is not kana.") % {"sign": shown_sign(wrong[0])}
    return refuse_name(kana)


def as_roman(text: str) -> str:
    """Plain capitals of what was typed, as passports print them."""
    plain = unicodedata.normalize("NFKC", text.translate(UNSEEN).translate(APOSTROPHES))
    return one_line(HYPHENS.sub("-", plain)).upper()


def refuse_roman(roman: str) -> str | None:
    """Why the Roman spelling, already in capitals, cannot be taken."""
    wrong = NOT_ROMAN.search(roman)
    if wrong:
        text = _(
            "Please write the name in Roman letters as in the passport, for example YAMADA. "
            "“%(sign)s” cannot be used; passports write it without accents."
        )
        return text % {"sign": shown_sign(wrong[0])}
    if not any(sign.isalpha() for sign in roman):
        return _("Please write the name in Roman letters as in the passport, for example YAMADA.")
    return refuse_name(roman)


def refuse_passport_length(family: str, given: str) -> str | None:
    """Why two Roman names are too long together; spaces and signs between letters do not count."""
    letters = sum(sign.isalpha() for sign in family + given)
    if letters <= PASSPORT_LETTERS:
        return None
    text = _("A passport holds at most %(most)d letters of both names together; these have %(length)d. Please write them as in its lowest lines.")
    return text % {"most": PASSPORT_LETTERS, "length": letters}
