"""A page of the follow-up desk: each case with its clock, its hour, its owner, and why its member may be silent (safety.md S3)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import get_language

from applications.queries.presence import Whereabouts, where_is, whereabouts
from ossma.core.viewer import SYSTEM, Viewer
from safety.hours import CONTACT_TARGET, is_night
from safety.models import Recipient, SafetyCase
from safety.queries.current_places import place_name
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
    # Where they are by now, and where they were when the case was opened if that is another place.
    place: str
    opened_place: str
    zone: str
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
    """These cases, in this order. Few queries, however many."""
    cases = cases_shown(viewer, case_ids)
    places = whereabouts(SYSTEM, [case.member_id for case in cases], at) if cases else {}
    rows = with_traces(Recipient.objects.filter(pk__in=[case.recipient_id for case in cases if case.recipient_id]), at)
    people = {person.row.pk: person for person in persons_of(rows, at)}
    return [_line(case, people.get(case.recipient_id), places.get(case.member_id), at) for case in cases]


MARKS = {CaseCause.HELP: "help", CaseCause.SILENT: "silent", CaseCause.MISSED: "late"}


def line_of(case: Any, person: Person | None, at: datetime) -> Line:
    """What is said of one case at this moment. `person`: the recipient it came from. The caller has looked the case up behind its wall."""
    return _line(case, person, where_is(SYSTEM, case.member_id, at), at)


def zone_of(case: SafetyCase, at: datetime) -> str:
    """By which clock the member of a case lives by now: tries are planned by it."""
    here = where_is(SYSTEM, case.member_id, at)
    return here.zone if here else case.zone


def _placed(case: SafetyCase, person: Person | None, here: Whereabouts | None) -> tuple[str, str, str]:
    """Where they are by now, where they were when the case was opened if that is another place, and the clock of now."""
    english = get_language() == "en"
    opened = place_name(case.country_id, case.city, english=english)
    place, zone = opened, case.zone
    if here is not None and (here.country_id != case.country_id or here.city not in ("", case.city)):
        place, zone = place_name(here.country_id, here.city, english=english), here.zone
    elif here is None and person is not None and person.place:
        place, zone = person.place, person.zone
    return place, opened if opened != place else "", zone


def _line(case: Any, person: Person | None, here: Whereabouts | None, at: datetime) -> Line:
    place, opened_place, zone = _placed(case, person, here)
    waiting = case.cause == CaseCause.HELP and case.first_contact_at is None and case.state != CaseState.RESOLVED
    sign = getattr(case.member, "sign_of_life", None)
    return Line(
        case=case,
        mark=MARKS[CaseCause(case.cause)],
        why=(person.why if person else "") or (case.get_need_display() if case.need else ""),
        heard=person.heard if person else None,
        place=place,
        opened_place=opened_place,
        zone=zone,
        local_time=at.astimezone(ZoneInfo(zone)).strftime("%H:%M") if zone else "",
        asleep=bool(zone) and is_night(zone, at),
        waits_since=case.opened_at if waiting else None,
        over_target=waiting and at - case.opened_at > CONTACT_TARGET,
        target=int(CONTACT_TARGET.total_seconds()),
        overdue=bool(case.next_try_at and case.next_try_at <= at),
        calling=bool(case.calling_until and case.calling_until > at),
        last_result=str(CallResult(case.last_result).label) if getattr(case, "last_result", None) else "",
        sign=sign_label(sign.source) if sign else "",
    )
