"""Pure rules of people: how numbers, dates and free text may be written, and what they become. Names: members.names."""

import re
import unicodedata
from datetime import date

from django.utils.translation import gettext as _

from members.states import MANAGING_ROLES, SchoolRoleKind

EARLIEST_BIRTH = date(1900, 1, 1)
# Marks that turn the direction of whatever follows: a name or address with one can make a whole list unreadable.
DIRECTION_OVERRIDES = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u061c")
HYPHENS = re.compile(r"[‐‑‒–—―−ー－]")
SPACES = re.compile(r"[ \u3000\u00a0\t]+")
JAPANESE_POSTAL = re.compile(r"(\d{3})-?(\d{4})")


def one_line(text: str) -> str:
    """Without spaces around, every run of spaces of any width as one."""
    return SPACES.sub(" ", text).strip()


def member_number(user_id: int) -> str:
    """会員番号: one per account."""
    return f"M{user_id:08d}"


def shown_sign(sign: str) -> str:
    """A sign as an error names it: what nobody sees by its code."""
    return sign if sign.isprintable() else f"U+{ord(sign):04X}"


def _is_control(sign: str) -> bool:
    return sign in DIRECTION_OVERRIDES or unicodedata.category(sign) in {"Cc", "Cs", "Co", "Cn"}


def refuse_text(text: str) -> str | None:
    """Why free text (an address, a note) cannot be taken; None where it can. Any script is welcome, also from right to left."""
    for sign in text:
        if sign not in "\r\n\t" and _is_control(sign):
            return _("This holds a character that cannot be used (%(sign)s). Please delete it and type the text again.") % {"sign": shown_sign(sign)}
    return None


def as_postal_code(text: str) -> str:
    """A postal code in plain characters; seven digits get the Japanese hyphen."""
    plain = one_line(HYPHENS.sub("-", unicodedata.normalize("NFKC", text)).replace("〒", "")).upper()
    japanese = JAPANESE_POSTAL.fullmatch(plain)
    return f"{japanese[1]}-{japanese[2]}" if japanese else plain


def refuse_postal_code(code: str) -> str | None:
    """Why `code`, already made plain, cannot be taken; other countries' codes have letters."""
    if not re.fullmatch(r"[A-Z0-9][A-Z0-9 \-]{1,14}", code):
        return _("Please enter a postal code, for example 100-0001.")
    return None


def refuse_birth_date(day: date, today: date) -> str | None:
    """Why a birth date cannot be right."""
    if day > today:
        return _("This day is in the future. Please check the year.")
    if day < EARLIEST_BIRTH:
        return _("This day is before 1900. Please check the year.")
    return None


def refuse_one_more(licences: int | None, active: int) -> str | None:
    """Why a school cannot take one more member (contracts.md C4)."""
    if licences is not None and active >= licences:
        return _("Your school cannot register more members at the moment. Please ask your school to raise its number of licences.")
    return None


# What each side may invite somebody to be. Owners come from owners and from the office; supporters need groups, which are the school's business.
SCHOOL_INVITES = {
    SchoolRoleKind.OWNER: (SchoolRoleKind.OWNER, SchoolRoleKind.ADMINISTRATOR, SchoolRoleKind.SUPPORTER),
    SchoolRoleKind.ADMINISTRATOR: (SchoolRoleKind.ADMINISTRATOR, SchoolRoleKind.SUPPORTER),
    SchoolRoleKind.SUPPORTER: (),
}
OFFICE_INVITES = (SchoolRoleKind.OWNER, SchoolRoleKind.ADMINISTRATOR)
# A firm's people work for the school, they do not own its account (contracts.md A1).
DELEGATE_KINDS = frozenset({SchoolRoleKind.ADMINISTRATOR, SchoolRoleKind.SUPPORTER})
ROLE_RANK = {SchoolRoleKind.SUPPORTER: 1, SchoolRoleKind.ADMINISTRATOR: 2, SchoolRoleKind.OWNER: 3}


def refuse_delegate(kind: SchoolRoleKind, firm: str) -> str | None:
    """Why somebody of an outside firm cannot have this role; None where they can, or belong to no firm."""
    if firm and kind not in DELEGATE_KINDS:
        return _("Somebody of an outside firm cannot be an owner. Please choose another role.")
    return None


def refuse_second_role(present: SchoolRoleKind | None, wanted: SchoolRoleKind) -> str | None:
    """Why somebody who acts for the school already is not invited to this role; None where it is more than they have."""
    if present is None or ROLE_RANK[wanted] > ROLE_RANK[present]:
        return None
    return _("This person acts for the school already. Please look at the list of its people.")


def refuse_to_end(kind: SchoolRoleKind, others: int) -> str | None:
    """Why a role cannot end: a school keeps at least one owner or administrator. `others`: how many active ones it would still have."""
    if kind in MANAGING_ROLES and others == 0:
        return _("This is the school's last administrator. Please invite another one first; this role can end once they have accepted.")
    return None
