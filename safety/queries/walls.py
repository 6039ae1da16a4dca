"""The wall before everything in this room that is about one member of one school: recipients and help cases alike."""

from typing import TypeVar

from django.db.models import QuerySet

from members.models import Group
from ossma.core.duties import Duty
from ossma.core.viewer import Face, Viewer
from safety.models import Recipient, SafetyCase

Row = TypeVar("Row", Recipient, SafetyCase)


def behind_wall(viewer: Viewer, rows: QuerySet[Row]) -> QuerySet[Row]:
    """All for the office, the own school's for an administrator, the own groups' for a supporter, nothing for anybody else."""
    match viewer.face:
        case Face.OFFICE | Face.SYSTEM if viewer.may(Duty.SEE_CASES):
            return rows
        case Face.SCHOOL:
            return rows.filter(school=viewer.school_id)
        case Face.SUPPORTER:
            followed = Group.members.through.objects.filter(group_id__in=viewer.group_ids)
            return rows.filter(school=viewer.school_id, member_id__in=followed.values("member_id"))
    return rows.none()
