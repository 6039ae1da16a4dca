"""Following somebody up: reading, calling, writing down what came of it, when to try next, the end of a shift (safety.md S3, "Follow-up desk")."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from members.models import Member, User
from members.school_access import may, school_act
from members.states import SchoolAct
from ossma.core import audit
from ossma.core.duties import Duty, not_for_office, office_duty
from ossma.core.refusals import NotFound, Refused
from ossma.core.viewer import Face, Viewer
from safety import hours
from safety.actions.answering import answer_by_proxy
from safety.actions.cases import take_case
from safety.contact import note_contact, note_read, take_charge
from safety.life import touch_life
from safety.models import CallEntry, Recipient, SafetyCase
from safety.queries.desk import answerable, is_colleague, name_of
from safety.queries.locking import held_recipient, locked_case, locked_cases
from safety.states import CallResult, CallWay, CaseCause, CaseState, CheckKind, CheckState, LifeSource, Standing


@dataclass(frozen=True, slots=True)
class Tried:
    """One try as it is written down. `contact`: the name of whoever was called instead of the member; `answer`: what they know of the member."""

    way: CallWay
    result: CallResult
    contact: str = ""
    note: str = ""
    next_try: datetime | None = None
    answer: str = ""

    @property
    def is_contact(self) -> bool:
        """Whether a human being spoke with the member, not only about them."""
        return self.result == CallResult.REACHED and not self.contact


def _line(case: SafetyCase, action: str, *, actor: Viewer, at: datetime) -> None:
    audit.record(actor=actor, at=at, action=action, subject=("case", case.pk), member_id=case.member_id, school_id=case.school_id)


@office_duty(Duty.WORK_CASES)
def read_case(*, actor: Viewer, at: datetime, case_id: int) -> None:
    """The first look of staff at a call for help, which the member may see. Later looks change nothing.

    Nor does the look of a school that may not follow up any more: the member would wait for it.
    """
    if not may(actor, SchoolAct.FOLLOW_UP):
        return
    case = SafetyCase.objects.filter(pk=case_id, read_at=None, cause=CaseCause.HELP).first()
    if case is None or not (actor.is_office or (actor.is_school and actor.school_id == case.school_id)):
        return
    with transaction.atomic():
        if SafetyCase.objects.filter(pk=case_id, read_at=None).update(read_at=at, read_by=actor.user_id):
            _line(case, "safety.case_read", actor=actor, at=at)


def _open_case(actor: Viewer, case_id: int) -> SafetyCase:
    case = locked_case(actor, case_id)
    if case.state == CaseState.RESOLVED:
        raise Refused(_("This case is resolved: nobody has to be called any more."), code="resolved")
    return case


@office_duty(Duty.WORK_CASES)
@school_act(SchoolAct.FOLLOW_UP)
@transaction.atomic
def take_person(*, actor: Viewer, at: datetime, recipient_id: int) -> SafetyCase:
    """Take a silent person from the dashboard, before the ladder has ended: a case is opened if none is, and this colleague is in charge."""
    row = held_recipient(recipient_id)
    if not (actor.is_office or (actor.is_school and actor.school_id == row.school_id)):
        raise NotFound
    if row.standing == Standing.OK:
        raise Refused(_("This person has answered: they are safe."))
    drill = row.kind == CheckKind.DRILL
    if drill and row.state == CheckState.CLOSED:
        raise Refused(_("This drill is over."))
    new = SafetyCase(
        member_id=row.member_id, school_id=row.school_id, recipient_id=row.pk, cause=CaseCause.SILENT, is_drill=drill, opened_at=at,
        country_id=row.country_id, city=row.city, zone=row.zone,
    )  # fmt: skip
    SafetyCase.objects.bulk_create([new], ignore_conflicts=True)
    Recipient.objects.filter(pk=row.pk).update(followed_at=at)
    case = SafetyCase.objects.exclude(state=CaseState.RESOLVED).get(member=row.member_id, is_drill=drill)
    return take_case(actor=actor, at=at, case_id=case.pk)


@office_duty(Duty.WORK_CASES)
@transaction.atomic
def begin_call(*, actor: Viewer, at: datetime, case_id: int) -> SafetyCase:
    """ "I am calling now": for a quarter of an hour nobody else is let in, and the member sees who calls."""
    case = _open_case(actor, case_id)
    if case.calling_until and case.calling_until > at and case.calling_by_id != actor.user_id:
        raise Refused(_("%(name)s is on the telephone with this person now.") % {"name": name_of(case.calling_by_id)}, code="calling")
    case.calling_by_id, case.calling_until = actor.user_id, at + hours.CALLING
    note_read(case, actor.user_id, at)
    if case.owner_id is None:
        take_charge(case, actor)
    case.save()
    _line(case, "safety.case_calling", actor=actor, at=at)
    return case


@office_duty(Duty.WORK_CASES)
@transaction.atomic
def drop_call(*, actor: Viewer, at: datetime, case_id: int) -> SafetyCase:
    """Not calling after all: others may."""
    case = _open_case(actor, case_id)
    if case.calling_by_id == actor.user_id:
        _hang_up(case, actor)
        case.save()
        _line(case, "safety.case_call_dropped", actor=actor, at=at)
    return case


def _hang_up(case: SafetyCase, actor: Viewer) -> None:
    if case.calling_by_id == actor.user_id:
        case.calling_by_id = case.calling_until = None


@office_duty(Duty.WORK_CASES)
@transaction.atomic
def log_call(*, actor: Viewer, at: datetime, case_id: int, tried: Tried) -> SafetyCase:
    """Write down one try and when the next is due; with it, if they were reached or heard of, what they said.

    The answer goes first: recipients are locked before cases. It may end a case of silence by itself.
    """
    if tried.next_try:
        hours.require_try(tried.next_try, at)
    if tried.answer:
        _answer(actor, at, case_id, tried)
    case = locked_case(actor, case_id)
    if case.state == CaseState.RESOLVED and not tried.answer:
        raise Refused(_("This case is resolved: nobody has to be called any more."), code="resolved")
    by = User.objects.get(pk=actor.user_id or 0)
    CallEntry.objects.create(
        case=case, by=by, at=at, way=tried.way, whom=tried.contact, result=tried.result, note=tried.note, next_try_at=tried.next_try
    )  # fmt: skip
    _hang_up(case, actor)
    if case.state != CaseState.RESOLVED:
        if case.owner_id is None:
            take_charge(case, actor)
        if tried.is_contact:
            touch_life(member_ids=[case.member_id], at=at, source=LifeSource.CALL, place=case.city)
            note_contact(case, actor.user_id, at)
        usual = hours.AFTER_CONTACT if tried.is_contact else hours.AFTER_NOBODY
        case.next_try_at = tried.next_try or at + usual
    case.save()
    _line(case, "safety.call_logged", actor=actor, at=at)
    return case


def _answer(actor: Viewer, at: datetime, case_id: int, tried: Tried) -> None:
    """What was heard becomes an answer by proxy to every question that is open for them; how it is known is the call itself."""
    if tried.result not in {CallResult.REACHED, CallResult.HEARD}:
        raise Refused(_("Only who was reached, or of whom somebody has heard, can be answered for."), field="answer")
    recipients = answerable(actor, case_id)
    if not recipients:
        raise Refused(_("No safety check is open for this person. Write what you know into the note and end the case."), field="answer")
    how = f"{CallWay(tried.way).label}: {tried.contact or _('the member')}"
    for recipient_id in recipients:
        answer_by_proxy(actor=actor, at=at, recipient_id=recipient_id, kind=tried.answer, how_known=how, comment=tried.note)


@office_duty(Duty.WORK_CASES)
@transaction.atomic
def plan_try(*, actor: Viewer, at: datetime, case_id: int, next_try: datetime) -> SafetyCase:
    """Leave somebody in peace until then; from then on the name rises again."""
    case = _open_case(actor, case_id)
    case.next_try_at = hours.require_try(next_try, at)
    case.save(update_fields=["next_try_at"])
    _line(case, "safety.try_planned", actor=actor, at=at)
    return case


@office_duty(Duty.WORK_CASES)
@transaction.atomic
def claim_cases(*, actor: Viewer, at: datetime, case_ids: list[int]) -> int:
    """Take several names at once. Names that somebody else has by now are left to them; returns how many were taken."""
    free = [case for case in locked_cases(actor, case_ids) if case.owner_id is None and case.state != CaseState.RESOLVED]
    for case in free:
        take_charge(case, actor)
        if case.next_try_at is None or case.next_try_at <= at:
            case.next_try_at = at + hours.FIRST_TRY
        _line(case, "safety.case_taken", actor=actor, at=at)
    SafetyCase.objects.bulk_update(free, ["owner", "state", "next_try_at"])
    return len(free)


@office_duty(Duty.WORK_CASES)
@transaction.atomic
def hand_over_shift(*, actor: Viewer, at: datetime, to_user_id: int | None, note: str = "") -> int:
    """The end of a shift: all cases of whoever goes pass to a colleague or back to the pool, and are looked at now. Returns how many."""
    if to_user_id is not None and not is_colleague(actor, to_user_id):
        raise Refused(_("Choose a colleague, or nobody."), field="to")
    mine = locked_cases(actor, list(SafetyCase.objects.filter(owner=actor.user_id).exclude(state=CaseState.RESOLVED).values_list("pk", flat=True)))
    for case in mine:
        case.owner_id = to_user_id
        case.handover = note.strip() or case.handover
        case.next_try_at = case.next_try_at or at
        _hang_up(case, actor)
        _line(case, "safety.shift_handed_over", actor=actor, at=at)
    SafetyCase.objects.bulk_update(mine, ["owner", "handover", "next_try_at", "calling_by", "calling_until"])
    return len(mine)


@not_for_office
@transaction.atomic
def set_call_back(*, actor: Viewer, at: datetime, number: str) -> None:
    """The member says on which number they can be called back."""
    if actor.face is not Face.MEMBER:
        raise NotFound
    case = SafetyCase.objects.select_for_update().filter(member=actor.member_id, is_drill=False).exclude(state=CaseState.RESOLVED).first()
    if case is None:
        raise NotFound
    case.call_back = number.strip()
    case.save(update_fields=["call_back"])
    _line(case, "safety.call_back_set", actor=actor, at=at)


@office_duty(Duty.REVEAL)
@transaction.atomic
def open_medical_notes(*, actor: Viewer, at: datetime, case_id: int) -> Member:
    """The office opens the medical notes of somebody who is followed up; that it did is on record. Never the school (M1)."""
    case = locked_case(actor, case_id)
    if not actor.is_office:
        raise NotFound
    _line(case, "safety.medical_notes_opened", actor=actor, at=at)
    return Member.objects.select_related("user").get(pk=case.member_id)
