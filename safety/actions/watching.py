"""The engine's look at check-ins: what was reported by other words, who is to be reminded, who is missed (safety.md S4)."""

from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction

from ossma.core import audit
from ossma.core.duties import inner_action, not_for_office
from ossma.core.viewer import Viewer
from safety.letters import tell_all_clear, tell_missed, tell_reminder
from safety.models import CheckIn, SafetyCase
from safety.promises import COURTESY, EARLY
from safety.queries.checkins import IS_DUE, IS_OVER
from safety.states import CaseCause, CaseState

# A missed one that nobody reported for so long is a case by now, and no longer looked for among answers.
LOOKED_FOR = timedelta(days=60)
MOST = 200

# Each statement takes its rows for itself: two engines at once share the work and do nothing twice.
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
REMINDED = f"""
WITH due AS (
    SELECT id FROM safety_checkin WHERE state = 'planned' AND {IS_DUE}
    ORDER BY due_at LIMIT %(most)s FOR UPDATE SKIP LOCKED
)
UPDATE safety_checkin c SET state = 'reminded', reminded_at = %(at)s FROM due WHERE c.id = due.id RETURNING c.id, FALSE
"""  # noqa: S608 - words from this file only
MISSED = f"""
WITH due AS (
    SELECT id FROM safety_checkin WHERE state = 'reminded' AND {IS_OVER}
    ORDER BY due_at LIMIT %(most)s FOR UPDATE SKIP LOCKED
)
UPDATE safety_checkin c SET state = 'missed' FROM due WHERE c.id = due.id RETURNING c.id, TRUE
"""  # noqa: S608 - words from this file only


@not_for_office
@transaction.atomic
def settle_reported(*, actor: Viewer, at: datetime, member_id: int | None = None) -> int:
    """A safe word of the member's own from an hour before the time on is the report; answers how many. All members, or one."""
    rows = _moved(REPORTED, at, member_id)
    for row, was_missed in rows:
        if was_missed:
            tell_all_clear(row, at=at)
        _note(row, "safety.check_in_reported", actor=actor, at=at)
    return len(rows)


@inner_action
@transaction.atomic
def remind_due(*, actor: Viewer, at: datetime) -> int:
    """Remind those whose time is here; answers how many."""
    rows = _moved(REMINDED, at)
    for row, _missed in rows:
        tell_reminder(row, at=at)
        _note(row, "safety.check_in_reminded", actor=actor, at=at)
    return len(rows)


@inner_action
@transaction.atomic
def open_missed(*, actor: Viewer, at: datetime) -> int:
    """After the grace: a case for the office, and word to the contacts the member named; answers how many."""
    rows = _moved(MISSED, at)
    for row, _missed in rows:
        tell_missed(row, _case(row, at), at=at)
        _note(row, "safety.check_in_missed", actor=actor, at=at)
    return len(rows)


def _moved(sql: str, at: datetime, member_id: int | None = None) -> list[tuple[CheckIn, bool]]:
    """Carry out one of the statements above within the caller's transaction: the check-ins it moved, each with "was or is missed"."""
    values: dict[str, Any] = {"at": at, "oldest": at - LOOKED_FOR, "early": EARLY, "courtesy": COURTESY, "most": MOST, "member": member_id}
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        flags = dict(cursor.fetchall())
    rows = CheckIn.objects.filter(pk__in=flags).select_related("member__user", "member__school", "country").order_by("pk")
    return [(row, flags[row.pk]) for row in rows]


def _case(row: CheckIn, at: datetime) -> SafetyCase:
    """The member's open case: a new one, or the one that runs, which has to be looked at now."""
    new = SafetyCase(
        member_id=row.member_id, school_id=row.member.school_id, cause=CaseCause.MISSED, opened_at=at, country_id=row.country_id, city=row.place,
        zone=row.zone,
    )  # fmt: skip
    SafetyCase.objects.bulk_create([new], ignore_conflicts=True)
    case = SafetyCase.objects.select_for_update().exclude(state=CaseState.RESOLVED).get(member_id=row.member_id, is_drill=False)
    if case.opened_at != at:
        case.next_try_at = at
        case.save(update_fields=["next_try_at"])
    return case


def _note(row: CheckIn, action: str, *, actor: Viewer, at: datetime) -> None:
    audit.record(actor=actor, at=at, action=action, subject=("check_in", row.pk), member_id=row.member_id, school_id=row.member.school_id)
