"""One-time codes: kept as keyed digests only (quality.md, "Security and privacy")."""

import hmac
import re
import secrets
import unicodedata

from django.utils.crypto import salted_hmac

DIGITS = 6
# Everything that comes along when a code is copied out of a mail: spaces of any width, hyphens, invisible marks.
NOISE = re.compile(r"[\s\u200b-\u200f\u2060\ufeff\-‐-―ー－]+")


class CodeDigest(str):
    """What allauth keeps in the session instead of the code. The code itself rides along only until the mail is written."""

    __slots__ = ("clear",)
    clear: str


def _digest(code: str) -> str:
    return salted_hmac("members.codes", code, algorithm="sha256").hexdigest()


def new_code() -> CodeDigest:
    """A fresh code of six digits, as its digest with the clear text attached."""
    clear = f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}"
    kept = CodeDigest(_digest(clear))
    kept.clear = clear
    return kept


def clean_code(typed: str) -> str:
    """What the person meant: full-width digits made plain, spaces and hyphens dropped."""
    return NOISE.sub("", unicodedata.normalize("NFKC", typed))


def matches(typed: str, digest: str) -> bool:
    """Whether `typed` is the code behind `digest`, compared in constant time."""
    return bool(digest) and hmac.compare_digest(_digest(clean_code(typed)), digest)
