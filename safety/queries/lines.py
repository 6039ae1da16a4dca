"""A page of the follow-up desk: each case with its clock, its hour, its owner, and why its member may be silent (safety.md S3)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from applications.models.located import city_label
from ossma.core.viewer import Viewer
from safety.hours import CONTACT_TARGET, is_night
from safety.models import Recipient
from safety.queries.desk import cases_shown
from safety.queries.traces import Heard, Person, persons_of, sign_label, with_traces
from safety.states import CallResult, CaseCause, CaseState


@dataclass(frozen=True, slots=True)
class Line:
    """One case as the queue shows it. `waits_since`: the clock of a call for help that nobody has heard yet."""

    case: Any
    mark: str
    why: str
    heard: Heard | None
    city: str
    local_time: str
    asleep: bool
    waits_since: datetime | None
    over_target: bool
    # Seconds after which a call for help has waited too long.
    target: int
    overdue: bool
    calling: bool
    last_result: str
    sign: str


def lines(viewer: Viewer, case_ids: list[int], at: datetime) -> list[Line]:
    """These cases, in this order. Two queries."""
    cases = cases_shown(viewer, case_ids)
    rows = with_traces(Recipient.objects.filter(pk__in=[case.recipient_id for case in cases if case.recipient_id]), at)
    people = {person.row.pk: person for person in persons_of(rows, at)}
    return [line_of(case, people.get(case.recipient_id), at) for case in cases]


MARKS = {CaseCause.HELP: "help", CaseCause.SILENT: "silent", CaseCause.MISSED: "late"}


def line_of(case: Any, person: Person | None, at: datetime) -> Line:
    """What is said of one case at this moment. `person`: the recipient it came from."""
    waiting = case.cause == CaseCause.HELP and case.first_contact_at is None and case.state != CaseState.RESOLVED
    sign = getattr(case.member, "sign_of_life", None)
    return Line(
        case=case,
        mark=MARKS[CaseCause(case.cause)],
        why=(person.why if person else "") or (case.get_need_display() if case.need else ""),
        heard=person.heard if person else None,
        city=city_label(case.country_id or "", case.city) if case.city else "",
        local_time=at.astimezone(ZoneInfo(case.zone)).strftime("%H:%M") if case.zone else "",
        asleep=bool(case.zone) and is_night(case.zone, at),
        waits_since=case.opened_at if waiting else None,
        over_target=waiting and at - case.opened_at > CONTACT_TARGET,
        target=int(CONTACT_TARGET.total_seconds()),
        overdue=bool(case.next_try_at and case.next_try_at <= at),
        calling=bool(case.calling_until and case.calling_until > at),
        last_result=str(CallResult(case.last_result).label) if getattr(case, "last_result", None) else "",
        sign=sign_label(sign.source) if sign else "",
    )
