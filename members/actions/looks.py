"""Looks of staff at personal data, each on record (product.md, "Rules that hold everywhere")."""

from collections.abc import Iterable
from datetime import datetime

from ossma.core import audit
from ossma.core.duties import Duty, office_duty
from ossma.core.viewer import Viewer


@office_duty(Duty.FIND_MEMBER)
def note_list(*, member_ids: Iterable[int], actor: Viewer, at: datetime) -> None:
    """A page of a list, naming everybody on it."""
    audit.record_looks(actor=actor, at=at, action="member.listed", member_ids=member_ids)


@office_duty(Duty.FIND_MEMBER)
def note_file(*, member_id: int, school_id: int, actor: Viewer, at: datetime) -> None:
    """One member's file."""
    subject = ("member", member_id)
    audit.record(actor=actor, at=at, action="member.file_opened", subject=subject, member_id=member_id, school_id=school_id)
