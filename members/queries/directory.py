"""Lists of members as school and office see them, and the one search for them (office.md O2, school-portal.md P2)."""

from collections.abc import Iterable
from typing import cast

from django.core.paginator import Page, Paginator
from django.db.models import Q
from django.db.models.functions import Lower, Upper

from members.models import Member, School
from members.models.member import MemberQuerySet
from ossma.core import phones
from ossma.core.folding import fold_key, fold_name
from ossma.core.viewer import Viewer

PAGE_SIZE = 50
MOST_WORDS = 6
# A word shorter than this is in too many addresses to mean one.
SHORTEST_IN_ADDRESS = 3


def matching(viewer: Viewer, text: str, prefix: str = "") -> Q:
    """The members that a search means, as a condition on members or, with a prefix ("member__"), on what belongs to one.

    Every word must be found in a name, the number, the student number, the telephone number or the address, in any order, width, case
    and kana; a telephone number and a name may also be typed as one or several words. The office may add the name of the school.
    """
    words = [word for word in (fold_key(word) for word in text.split()[:MOST_WORDS]) if word]
    wanted = Q()
    for word in words:
        schools = schools_called(word) if viewer.is_office and len(words) > 1 else []
        wanted &= _word(word, schools, prefix)
    whole = fold_name(text)
    if whole and len(words) > 1:
        wanted |= Q(**{f"{prefix}search_key__contains": whole})
    number = phones.e164(text, phones.HOME_REGION)
    return wanted | Q(**{f"{prefix}search_key__contains": fold_name(number)}) if number else wanted


def _word(word: str, schools: list[int], prefix: str) -> Q:
    found = Q(**{f"{prefix}search_key__contains": folded}) if (folded := fold_name(word)) else Q(pk__in=[])
    if len(word) >= SHORTEST_IN_ADDRESS:
        found |= Q(**{f"{prefix}user__email__icontains": word})
    return found | Q(**{f"{prefix}school__in": schools}) if schools else found


def schools_called(word: str) -> list[int]:
    """The schools with this word in one of their names; folded here, as there are few of them."""
    wanted = fold_name(word)
    names = School.objects.values_list("pk", "name_ja", "name_en", "name_kana")
    return [pk for pk, *called in names if wanted and any(wanted in fold_name(name) for name in called)]


def found(viewer: Viewer, text: str = "", kind: str = "", group_id: int | None = None) -> MemberQuerySet:
    """The members this viewer may know of, narrowed."""
    rows = Member.objects.visible_to(viewer).filter(matching(viewer, text), withdrawn_at=None)
    if kind:
        rows = rows.filter(kind=kind)
    if group_id is not None:
        rows = rows.filter(groups=group_id)
    return rows.select_related("user").order_by("family_kana", "given_kana", "pk")


def page(rows: Iterable[Member], number: str | int) -> Page[Member]:
    """One page; a number past the end gives the last page."""
    return Paginator(cast(MemberQuerySet, rows), PAGE_SIZE).get_page(number)


def members_by_words(rows: MemberQuerySet, words: Iterable[str], *, student_numbers: bool = False) -> tuple[list[Member], list[str]]:
    """Of these members those with this member number, address or, if asked for, student number, whatever its width and case; and the
    words that fit nobody or more than one.
    """
    wanted = {key: word for word in words if (key := fold_key(word))}
    upper = [key.upper() for key in wanted]
    rows = rows.alias(folded_email=Lower("user__email"), folded_number=Upper("student_number"))
    meant = Q(number__in=upper) | Q(folded_email__in=list(wanted))
    if student_numbers:
        meant |= Q(folded_number__in=upper)
    members = {member.pk: member for member in rows.filter(meant).select_related("user")}
    known: dict[str, set[int]] = {}
    for member in members.values():
        for text in (member.number, member.user.email, *([member.student_number] if student_numbers else [])):
            known.setdefault(text.casefold(), set()).add(member.pk)
    unknown = [word for key, word in wanted.items() if len(known.get(key, ())) != 1]
    good = {pk for key in wanted if len(found := known.get(key, set())) == 1 for pk in found}
    return [members[pk] for pk in sorted(good)], unknown
