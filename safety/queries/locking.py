"""The first step of every action: the row, locked behind the actor's wall."""

from dataclasses import dataclass
from datetime import datetime

from members.school_access import require_school_act
from members.states import SchoolAct
from ossma.core.duties import Duty
from ossma.core.prepared import run_prepared
from ossma.core.refusals import NotFound, first_or_404
from ossma.core.viewer import Face, Viewer
from safety.models import SafetyCase, SafetyCheck


def locked_check(viewer: Viewer, check_id: int) -> SafetyCheck:
    """The check, locked until the transaction ends. A school acts on the checks it asked itself, the office on all.

    Raises NotFound; Refused for a school whose state does not let it follow up (contracts.md C7).
    """
    require_school_act(viewer, SchoolAct.FOLLOW_UP)
    checks = SafetyCheck.objects.select_for_update(of=("self",))
    match viewer.face:
        case Face.OFFICE | Face.SYSTEM if viewer.may(Duty.SEE_CASES):
            pass
        case Face.SCHOOL:
            checks = checks.filter(school=viewer.school_id)
        case _:
            raise NotFound
    check = checks.filter(pk=check_id).first()
    if check is None:
        raise NotFound
    return check


def locked_cases(viewer: Viewer, case_ids: list[int]) -> list[SafetyCase]:
    """Cases, locked in the order of their numbers. A school acts on its own members' cases, the office on all; others are left out.

    Raises Refused for a school whose state does not let it follow up.
    """
    require_school_act(viewer, SchoolAct.FOLLOW_UP)
    cases = SafetyCase.objects.select_for_update(of=("self",)).filter(pk__in=case_ids).order_by("pk")
    if viewer.face is Face.SCHOOL:
        cases = cases.filter(school=viewer.school_id)
    elif not (viewer.is_office and viewer.may(Duty.WORK_CASES)):
        raise NotFound
    return list(cases)


def locked_case(viewer: Viewer, case_id: int) -> SafetyCase:
    """The case, locked. Raises NotFound for a stranger's."""
    return first_or_404(locked_cases(viewer, [case_id]))


@dataclass(frozen=True, slots=True)
class HeldRecipient:
    """A locked recipient and of the check what an answer needs, no more: this is read ten thousand times within minutes."""

    pk: int
    member_id: int
    school_id: int
    standing: str
    answered_at: datetime | None
    snoozed_at: datetime | None
    followed_at: datetime | None
    late: bool
    country_id: str | None
    city: str
    zone: str
    kind: str
    state: str
    sent_at: datetime | None
    deadline_at: datetime | None


# By hand, because building this statement anew costs the ORM more than PostgreSQL needs to answer it.
HELD = """
SELECT r.id, r.member_id, r.school_id, r.standing, r.answered_at, r.snoozed_at, r.followed_at, r.late, r.country_id, r.city, r.zone,
    c.kind, c.state, c.sent_at, c.deadline_at
FROM safety_recipient r JOIN safety_safetycheck c ON c.id = r.check_id
WHERE {which}
"""
SEEN = HELD.format(which="r.id = %(number)s")
ONE = HELD.format(which="r.id = %(number)s FOR NO KEY UPDATE OF r")
OPEN = HELD.format(which="r.member_id = %(number)s AND c.state IN ('open', 'stopped') ORDER BY r.id FOR NO KEY UPDATE OF r")


def seen_recipient(recipient_id: int) -> HeldRecipient:
    """The recipient as it is now, not locked: for an answer that is stored only if nobody was quicker. Raises NotFound."""
    return first_or_404(_held(SEEN, recipient_id))


def held_recipient(recipient_id: int) -> HeldRecipient:
    """The recipient, locked. Whoever holds the signed link, or a named person behind their own wall, answers for it. Raises NotFound."""
    return first_or_404(_held(ONE, recipient_id))


def held_open_recipients(member_id: int) -> list[HeldRecipient]:
    """All questions that are open for a member, locked."""
    return _held(OPEN, member_id)


def _held(sql: str, number: int) -> list[HeldRecipient]:
    return [HeldRecipient(*row) for row in run_prepared(sql, {"number": number})]
