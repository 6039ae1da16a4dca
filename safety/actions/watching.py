"""The engine's look at check-ins: what was reported by other words, who is to be reminded, who is missed (safety.md S4)."""

from datetime import datetime

from django.db import transaction

from ossma.core import audit
from ossma.core.viewer import Viewer
from safety.letters import tell_all_clear, tell_missed, tell_reminder
from safety.models import CheckIn, SafetyCase
from safety.queries.checkins import MISSED, REMINDED, REPORTED, moved
from safety.states import CaseCause, CaseState


@transaction.atomic
def settle_reported(*, actor: Viewer, at: datetime, member_id: int | None = None) -> int:
    """A safe word of the member's own from an hour before the time on is the report; answers how many. All members, or one."""
    rows = moved(REPORTED, at, member_id)
    for row, was_missed in rows:
        if was_missed:
            tell_all_clear(row, at=at)
        _note(row, "safety.check_in_reported", actor=actor, at=at)
    return len(rows)


@transaction.atomic
def remind_due(*, actor: Viewer, at: datetime) -> int:
    """Remind those whose time is here; answers how many."""
    rows = moved(REMINDED, at)
    for row, _missed in rows:
        tell_reminder(row, at=at)
        _note(row, "safety.check_in_reminded", actor=actor, at=at)
    return len(rows)


@transaction.atomic
def open_missed(*, actor: Viewer, at: datetime) -> int:
    """After the grace: a case for the office, and word to the contacts the member named; answers how many."""
    rows = moved(MISSED, at)
    for row, _missed in rows:
        tell_missed(row, _case(row, at), at=at)
        _note(row, "safety.check_in_missed", actor=actor, at=at)
    return len(rows)


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
