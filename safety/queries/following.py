"""Cases behind the wall, one by one and of one member, and what waits for somebody (safety.md S3)."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Min, Prefetch, Q, QuerySet

from members.models import EmergencyContact, Member
from ossma.core.refusals import first_or_404
from ossma.core.viewer import Viewer
from safety.models import Answer, CallEntry, Recipient, SafetyCase, SafetyCheck, SignOfLife
from safety.queries.echo import safe_since
from safety.queries.traces import Person, persons_of, sign_label, with_traces
from safety.queries.walls import behind_wall
from safety.states import AnswerKind, AnswerSource, CaseCause, CaseState, CheckKind, CheckState

CASES_SHOWN = 200
PAST_SHOWN = 20


def _cases(viewer: Viewer) -> QuerySet[SafetyCase]:
    rows = SafetyCase.objects.select_related("member__sign_of_life", "school", "owner", "country", "calling_by", "read_by", "recipient__check_row")
    return behind_wall(viewer, rows.annotate(safe_at=safe_since()))


def case_of(viewer: Viewer, case_id: int) -> SafetyCase:
    """One case with its member's contacts. Raises NotFound."""
    contacts = Prefetch("member__emergency_contacts", EmergencyContact.objects.order_by("position"))
    return first_or_404(list(_cases(viewer).prefetch_related(contacts).filter(pk=case_id)))


def person_of_case(viewer: Viewer, case: SafetyCase, at: datetime) -> Person | None:
    """The recipient a case came from, with what explains a silence; None where nobody was asked."""
    rows = with_traces(behind_wall(viewer, Recipient.objects.filter(pk=case.recipient_id or 0)), at)
    return next(iter(persons_of(rows, at)), None)


def open_cases(viewer: Viewer) -> list[SafetyCase]:
    """The calls for help that are not resolved: what is real before drills, the longest waiting first."""
    return list(_cases(viewer).filter(cause=CaseCause.HELP).exclude(state=CaseState.RESOLVED).order_by("is_drill", "opened_at")[:CASES_SHOWN])


def is_unheard(case: SafetyCase) -> bool:
    """Whether a real call for help is open after which nobody has spoken with the member, nor has it been said that they are safe."""
    if case.cause != CaseCause.HELP or case.is_drill or case.first_contact_at is not None:
        return False
    by_name = Q(source=AnswerSource.PROXY) & ~Q(how_known="")
    since = Answer.objects.filter(member=case.member_id, kind=AnswerKind.OK, unconfirmed=False, said_at__gt=case.opened_at)
    return not since.filter(Q(source__in=(AnswerSource.LINK, AnswerSource.APP)) | by_name).exists()


def waiting_cases(viewer: Viewer) -> tuple[int, datetime | None]:
    """How many real calls for help wait for the first human contact, and the oldest of them."""
    unheard = _cases(viewer).filter(cause=CaseCause.HELP, first_contact_at=None, is_drill=False).exclude(state=CaseState.RESOLVED)
    found = unheard.aggregate(n=Count("*"), oldest=Min("opened_at"))
    return found["n"], found["oldest"]


@dataclass(frozen=True, slots=True)
class Past:
    """What the member's file shows of this room: the last sign of life, the cases, the calls."""

    sign: SignOfLife | None
    sign_label: str
    cases: list[SafetyCase]
    calls: list[CallEntry]


def past_of(viewer: Viewer, member_id: int) -> Past:
    """For the member's file (office.md O2); the viewer may know of the member, or finds nothing. Three queries."""
    cases = list(_cases(viewer).filter(member=member_id).order_by("-opened_at")[:PAST_SHOWN])
    calls = CallEntry.objects.filter(case__in=cases).select_related("by").order_by("-at", "-pk")[:PAST_SHOWN]
    seen = Member.objects.visible_to(viewer).filter(pk=member_id)
    sign = SignOfLife.objects.filter(member__in=seen).first()
    return Past(sign, sign_label(sign.source) if sign else "", cases, list(calls))


def open_checks(viewer: Viewer, *, real_only: bool = False) -> list[SafetyCheck]:
    """The checks that run, the newest first."""
    rows = SafetyCheck.objects.visible_to(viewer).select_related("school").filter(Q(state=CheckState.OPEN) | Q(state=CheckState.STOPPED))
    return list((rows.exclude(kind=CheckKind.DRILL) if real_only else rows).order_by("-sent_at"))
