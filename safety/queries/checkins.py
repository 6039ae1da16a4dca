"""Check-ins: a member's own, those that are due, and what a case has to know of them (safety.md S4)."""

from datetime import datetime, timedelta

from django.db import connection
from django.db.models import F
from django.db.models.functions import Greatest

from members.models import EmergencyContact, Member
from ossma.core.refusals import NotFound
from ossma.core.viewer import Viewer
from safety.models import CheckIn
from safety.promises import COURTESY, EARLY
from safety.states import CheckInState

RUNNING = (CheckInState.PLANNED, CheckInState.REMINDED)
SHOWN = 20
# A missed one that nobody reported for so long is a case by now, and no longer looked for among answers.
LOOKED_FOR = timedelta(days=60)
MOST = 200

# GREATEST leaves out what is NULL. Each statement takes its rows for itself: two engines at once share the work and do nothing twice.
REPORTED = """
WITH due AS (
    SELECT c.id, c.state FROM safety_checkin c
    WHERE c.state IN ('planned', 'reminded', 'missed') AND c.due_at > %(oldest)s AND GREATEST(c.due_at, c.no_signal_until) <= %(at)s + %(early)s
        AND (%(member)s::bigint IS NULL OR c.member_id = %(member)s)
        AND EXISTS (
            SELECT 1 FROM safety_answer a
            WHERE a.member_id = c.member_id AND a.kind = 'ok' AND a.source IN ('link', 'app') AND NOT a.unconfirmed
                AND a.said_at > c.created_at AND a.said_at >= GREATEST(c.due_at, c.no_signal_until) - %(early)s
        )
    ORDER BY c.id LIMIT %(most)s FOR UPDATE OF c SKIP LOCKED
)
UPDATE safety_checkin c SET state = 'reported', ended_at = %(at)s FROM due WHERE c.id = due.id RETURNING c.id, due.state = 'missed'
"""
REMINDED = """
WITH due AS (
    SELECT id FROM safety_checkin WHERE state = 'planned' AND due_at <= %(at)s AND GREATEST(due_at, no_signal_until) <= %(at)s
    ORDER BY due_at LIMIT %(most)s FOR UPDATE SKIP LOCKED
)
UPDATE safety_checkin c SET state = 'reminded', reminded_at = %(at)s FROM due WHERE c.id = due.id RETURNING c.id, FALSE
"""
MISSED = """
WITH due AS (
    SELECT id FROM safety_checkin
    WHERE state = 'reminded' AND due_at <= %(at)s AND GREATEST(due_at, no_signal_until) + grace_minutes * interval '1 minute' <= %(at)s
        AND reminded_at + %(courtesy)s <= %(at)s
    ORDER BY due_at LIMIT %(most)s FOR UPDATE SKIP LOCKED
)
UPDATE safety_checkin c SET state = 'missed' FROM due WHERE c.id = due.id RETURNING c.id, TRUE
"""


def moved(sql: str, at: datetime, member_id: int | None = None) -> list[tuple[CheckIn, bool]]:
    """Carry out one of the statements above within the caller's transaction: the check-ins it moved, each with "was or is missed"."""
    values = {"at": at, "oldest": at - LOOKED_FOR, "early": EARLY, "courtesy": COURTESY, "most": MOST, "member": member_id}
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        flags = dict(cursor.fetchall())
    rows = CheckIn.objects.filter(pk__in=flags).select_related("member__user", "member__school", "country").order_by("pk")
    return [(row, flags[row.pk]) for row in rows]


def due_counts(at: datetime) -> tuple[int, int]:
    """How many check-ins would be reminded of, and how many would become cases, if somebody looked now."""
    runs_from = Greatest("due_at", "no_signal_until")
    due = CheckIn.objects.annotate(from_at=runs_from).filter(due_at__lte=at, from_at__lte=at)
    missed = due.filter(state=CheckInState.REMINDED, reminded_at__lte=at - COURTESY)
    over = missed.filter(from_at__lte=at - timedelta(minutes=1) * F("grace_minutes"))
    return due.filter(state=CheckInState.PLANNED).count(), over.count()


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
