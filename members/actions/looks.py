"""Looks of staff at personal data, each on record (product.md, "Rules that hold everywhere")."""

from collections.abc import Collection, Iterable
from datetime import datetime

from members.models import Member
from ossma.core import audit
from ossma.core.duties import Duty, inner_action, office_duty
from ossma.core.viewer import Viewer


@office_duty(Duty.FIND_MEMBER)
def note_list(*, member_ids: Iterable[int], actor: Viewer, at: datetime) -> None:
    """A page of a list, naming everybody on it."""
    audit.record_looks(actor=actor, at=at, action="member.listed", member_ids=member_ids)


@inner_action
def note_page(*, page: str, member_ids: Collection[int], user_ids: Collection[int], actor: Viewer, at: datetime) -> None:
    """What a page of the school portal or the office read without a line of its own: members, and accounts that it shows by their address."""
    accounts = [pk for pk in user_ids if pk != actor.user_id]
    ids = sorted(set(member_ids).union(Member.objects.filter(user_id__in=accounts).values_list("pk", flat=True)) if accounts else set(member_ids))
    detail = {"member_ids": ids} | ({"user_ids": sorted(accounts)} if accounts else {})
    if ids or accounts:
        audit.record(actor=actor, at=at, action="page.read", subject=("page", page[:60]), detail=detail)


@office_duty(Duty.FIND_MEMBER)
def note_file(*, member_id: int, school_id: int, actor: Viewer, at: datetime) -> None:
    """One member's file."""
    subject = ("member", member_id)
    audit.record(actor=actor, at=at, action="member.file_opened", subject=subject, member_id=member_id, school_id=school_id)
