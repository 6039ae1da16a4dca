"""Check-ins: a member's own, those that are due, and what a case has to know of them (safety.md S4)."""

from datetime import datetime
from typing import Any

from django.db import connection

from members.models import EmergencyContact, Member
from ossma.core.refusals import NotFound
from ossma.core.viewer import Viewer
from safety.models import CheckIn
from safety.promises import COURTESY
from safety.states import CheckInState

RUNNING = (CheckInState.PLANNED, CheckInState.REMINDED)
SHOWN = 20
# GREATEST leaves out what is NULL.
IS_DUE = "due_at <= %(at)s AND GREATEST(due_at, no_signal_until) <= %(at)s"
IS_OVER = """due_at <= %(at)s AND GREATEST(due_at, no_signal_until) + grace_minutes * interval '1 minute' <= %(at)s
    AND reminded_at + %(courtesy)s <= %(at)s"""
WOULD = f"""
SELECT count(*) FILTER (WHERE state = 'planned' AND {IS_DUE}), count(*) FILTER (WHERE state = 'reminded' AND {IS_OVER})
FROM safety_checkin WHERE state IN ('planned', 'reminded')
"""  # noqa: S608 - words from this file only


def due_counts(at: datetime) -> tuple[int, int]:
    """How many check-ins would be reminded of, and how many would become cases, if somebody looked now."""
    with connection.cursor() as cursor:
        values: dict[str, Any] = {"at": at, "courtesy": COURTESY}
        cursor.execute(WOULD, values)
        remind, miss = cursor.fetchone()
    return int(remind), int(miss)


def own_check_ins(viewer: Viewer) -> list[CheckIn]:
    """A member's own check-ins: what runs first, by its time; then the newest of the past. NotFound for whoever is no member."""
    if viewer.member_id is None:
        raise NotFound
    mine = CheckIn.objects.filter(member=viewer.member_id).select_related("country")
    running = list(mine.filter(state__in=(*RUNNING, CheckInState.MISSED)).order_by("due_at")[:SHOWN])
    return running + list(mine.exclude(pk__in=[row.pk for row in running]).order_by("-due_at")[:SHOWN])


def running_check_ins(viewer: Viewer) -> list[CheckIn]:
    """What the start pages show of it. One query."""
    return list(CheckIn.objects.filter(member=viewer.member_id, state__in=(*RUNNING, CheckInState.MISSED)).order_by("due_at")[:SHOWN])


def check_in(viewer: Viewer, number: int) -> CheckIn:
    """One check-in of the member, or of whoever holds its signed link. Raises NotFound."""
    found = CheckIn.objects.filter(pk=number, member=viewer.member_id).select_related("member__school", "country").first()
    if viewer.member_id is None or found is None:
        raise NotFound
    return found


def owner_of(number: int) -> int:
    """Whose check-in a signed link opens. Raises NotFound."""
    found = CheckIn.objects.filter(pk=number, member__withdrawn_at=None).values_list("member_id", flat=True).first()
    if found is None:
        raise NotFound
    return found


def missed_by(viewer: Viewer, member_id: int) -> list[CheckIn]:
    """For a case: the member's missed check-ins and what they planned, the newest first. Behind the wall of members."""
    if not Member.objects.visible_to(viewer).filter(pk=member_id).exists():
        raise NotFound
    return list(CheckIn.objects.filter(member=member_id, state=CheckInState.MISSED).select_related("country")[:SHOWN])


def contacts_told(row: CheckIn) -> list[EmergencyContact]:
    """The emergency contacts a member named for this check-in who can be written to."""
    return list(EmergencyContact.objects.filter(member=row.member_id, position__in=row.told_contacts).exclude(email=""))


def contacts_of(viewer: Viewer) -> list[EmergencyContact]:
    """The member's own emergency contacts, in order."""
    return list(EmergencyContact.objects.filter(member=viewer.member_id))
