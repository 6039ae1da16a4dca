"""Lists of members as school and office see them."""

import unicodedata

from django.core.paginator import Page, Paginator
from django.db.models import Q

from members import rules
from members.models import Member
from members.models.member import MemberQuerySet
from ossma.core.viewer import Viewer

PAGE_SIZE = 50
NAME_FIELDS = ("family_name", "given_name", "family_roman", "given_roman")
KANA_FIELDS = ("family_kana", "given_kana")
WORD_FIELDS = ("number", "student_number", "user__email")


def _word_filter(word: str) -> Q:
    """One word, somewhere in a name, a number or the address."""
    wanted = Q()
    for field in (*NAME_FIELDS, *WORD_FIELDS):
        wanted |= Q(**{f"{field}__icontains": word})
    for field in KANA_FIELDS:
        wanted |= Q(**{f"{field}__contains": rules.as_kana(word)})
    return wanted


def found(viewer: Viewer, text: str = "", kind: str = "", group_id: int | None = None) -> MemberQuerySet:
    """The members this viewer may know of, narrowed: every word of `text` must be found, in any order and any width."""
    rows = Member.objects.visible_to(viewer).filter(withdrawn_at=None)
    for word in unicodedata.normalize("NFKC", text.replace("\x00", "")).split()[:6]:
        rows = rows.filter(_word_filter(word))
    if kind:
        rows = rows.filter(kind=kind)
    if group_id is not None:
        rows = rows.filter(groups=group_id)
    return rows.select_related("user").order_by("family_kana", "given_kana", "pk")


def page(rows: MemberQuerySet, number: str | int) -> Page[Member]:
    """One page; a number past the end gives the last page."""
    return Paginator(rows, PAGE_SIZE).get_page(number)
