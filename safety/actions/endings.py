"""How cases end (safety.md S2, S3): by people who say how, with their drill, or back into the pool when nobody is in charge any more."""

from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from members.models import Member
from members.queries.faces import office_users
from members.states import SchoolRoleKind
from ossma.core import audit
from ossma.core.duties import Duty, inner_action, office_duty
from ossma.core.refusals import Refused
from ossma.core.viewer import Viewer
from safety import rules
from safety.models import SafetyCase, SafetyCheck
from safety.queries.following import is_unheard
from safety.queries.locking import locked_case
from safety.states import BY_DRILL, CaseState, CheckState

RUNNING = (CheckState.OPEN, CheckState.STOPPED)


@office_duty(Duty.WORK_CASES)
@transaction.atomic
def resolve_case(*, actor: Viewer, at: datetime, case_id: int, resolution: str, reason: str = "", typed_number: str = "") -> SafetyCase:
    """End a case, saying how it ended. This says nothing about the member being safe: that is an answer of its own.

    A call for help that nobody has heard ends only for a named `reason` (CaseEnding) and the member's number typed. Raises Refused.
    """
    case = locked_case(actor, case_id)
    if case.state == CaseState.RESOLVED:
        return case
    unheard = is_unheard(case)
    number = Member.objects.values_list("number", flat=True).get(pk=case.member_id)
    words = resolution.strip()
    rules.require_ending(unheard=unheard, resolution=words, reason=reason, typed=typed_number.strip().upper(), number=number)
    rules.require_case_move(case.state, CaseState.RESOLVED)
    case.state, case.ended_at, case.resolution = CaseState.RESOLVED, at, words
    case.ending_reason = reason if unheard else ""
    case.next_try_at = case.calling_by_id = case.calling_until = None
    case.save()
    detail = {"unheard": unheard, "reason": case.ending_reason}
    audit.record(
        actor=actor, at=at, action="safety.case_resolved", subject=("case", case.pk), member_id=case.member_id, school_id=case.school_id,
        detail=detail,
    )  # fmt: skip
    return case


@office_duty(Duty.WORK_CASES)
@transaction.atomic
def reopen_case(*, actor: Viewer, at: datetime, case_id: int) -> SafetyCase:
    """Take back the end of a case."""
    case = locked_case(actor, case_id)
    rules.require_case_move(case.state, CaseState.NEW)
    if case.is_drill and not SafetyCase.objects.filter(pk=case.pk, recipient__check_row__state__in=RUNNING).exists():
        raise Refused(_("This drill is over."))
    later = SafetyCase.objects.filter(member_id=case.member_id, is_drill=case.is_drill).exclude(state=CaseState.RESOLVED)
    if later.exists():
        raise Refused(_("This member has another open case."))
    case.state, case.ended_at, case.resolution, case.ending_reason = CaseState.NEW, None, "", ""
    case.save()
    audit.record(
        actor=actor, at=at, action="safety.case_reopened", subject=("case", case.pk), member_id=case.member_id, school_id=case.school_id
    )  # fmt: skip
    return case


@inner_action
def end_drill_cases(*, actor: Viewer, at: datetime, check: SafetyCheck) -> int:
    """With a drill its cases end; returns how many. In the caller's transaction, which holds the check."""
    rows = SafetyCase.objects.filter(is_drill=True, recipient__check_row=check).exclude(state=CaseState.RESOLVED)
    # Locked in the order of their numbers, like everywhere.
    numbers = list(rows.select_for_update(of=("self",)).order_by("pk").values_list("pk", flat=True))
    ended = SafetyCase.objects.filter(pk__in=numbers).update(
        state=CaseState.RESOLVED, ended_at=at, resolution=BY_DRILL, next_try_at=None, calling_by=None, calling_until=None
    )
    if ended:
        audit.record(
            actor=actor, at=at, action="safety.drill_cases_ended", subject=("check", check.pk), school_id=check.school_id,
            detail={"count": ended},
        )  # fmt: skip
    return ended


# Whoever is in charge must be able to act: staff of the office with the duty, or somebody who runs that school's portal.
RELEASE = """
UPDATE safety_safetycase c SET owner_id = NULL, calling_by_id = NULL, calling_until = NULL, next_try_at = LEAST(c.next_try_at, %(at)s)
WHERE c.state <> 'resolved' AND c.owner_id IS NOT NULL AND c.owner_id <> ALL(%(office)s) AND NOT EXISTS (
    SELECT 1 FROM members_schoolrole r JOIN members_user u ON u.id = r.user_id
    WHERE r.user_id = c.owner_id AND r.school_id = c.school_id AND r.kind = ANY(%(kinds)s) AND u.is_active)
RETURNING c.id, c.member_id, c.school_id
"""


@inner_action
@transaction.atomic
def release_unattended(*, actor: Viewer, at: datetime) -> int:
    """Give cases back to the pool whose owner may not act any more (account closed, role ended); returns how many. Safe at any time."""
    values: dict[str, Any] = {
        "at": at,
        "office": list(office_users(Duty.WORK_CASES).values_list("pk", flat=True)),
        "kinds": [SchoolRoleKind.OWNER.value, SchoolRoleKind.ADMINISTRATOR.value],
    }
    with connection.cursor() as cursor:
        cursor.execute(RELEASE, values)
        rows = cursor.fetchall()
    for case_id, member_id, school_id in rows:
        audit.record(actor=actor, at=at, action="safety.case_released", subject=("case", case_id), member_id=member_id, school_id=school_id)
    return len(rows)
