"""Random acts of officers and members: whoever needs help or was silent is on somebody's list, or somebody has decided otherwise on record."""

import random
from datetime import timedelta

import pytest

from ossma.core.duties import OfficeRole
from ossma.core.models import AuditEntry
from ossma.core.refusals import NotFound, Refused
from ossma.core.viewer import SYSTEM
from safety import actions
from safety.actions import calls, endings
from safety.actions.calls import Tried
from safety.models import Answer, Recipient, SafetyCase, SafetyCheck
from safety.queries import desk
from safety.queries.echo import echo_of
from safety.states import AnswerKind, CallResult, CallWay, CaseCause, CaseState, CheckKind, CheckState, Standing
from tests.factories.safety import MINUTE, NOW, said, sent

ACTS = 60
LISTED = "safety.silent_left"


class World:
    """Three members, two officers of the school, an operator, and what they do."""

    def __init__(self, cast, office, seed: int) -> None:
        self.cast, self.office, self.chance, self.at = cast, office, random.Random(seed), NOW
        self.doi, self.operator = cast.viewer(cast.doi), cast.viewer(cast.colleague(OfficeRole.OPERATOR))
        self.members = [cast.aya, cast.ben, cast.chika]
        self.told: list[str] = []

    def go_on(self) -> None:
        self.at += timedelta(minutes=self.chance.randint(1, 90))
        act = self.chance.choice([
            self.answer, self.answer, self.answer, self.send, self.queue, self.queue, self.close, self.take, self.call, self.call, self.hand_over,
            self.resolve, self.resolve, self.reopen, self.end_of_shift, self.next_person, self.report,
        ])  # fmt: skip
        try:
            act()
        except (Refused, NotFound) as refused:
            self.told.append(f"{act.__name__}: {refused!r}")
        endings.release_unattended(actor=SYSTEM, at=self.at)

    def officer(self):
        return self.chance.choice([self.doi, self.office, self.operator])

    def some(self, rows):
        found = list(rows.order_by("pk"))
        if not found:
            raise NotFound
        return self.chance.choice(found)

    def send(self) -> None:
        kind = self.chance.choice([CheckKind.AD_HOC, CheckKind.AD_HOC, CheckKind.REGULAR, CheckKind.DRILL])
        sent(self.office, at=self.at, kind=kind, typed=3)

    def queue(self) -> None:
        actions.queue_rounds(actor=SYSTEM, at=self.at, check_id=self.some(SafetyCheck.objects.filter(state=CheckState.OPEN)).pk)

    def answer(self) -> None:
        row = self.some(Recipient.objects.all())
        kind = self.chance.choice([AnswerKind.OK, AnswerKind.HELP, AnswerKind.NOT_THERE, AnswerKind.LATER])
        more = {"country_id": "0039", "city": "ローマ"} if kind is AnswerKind.NOT_THERE else {}
        actions.answer_by_link(actor=SYSTEM, at=self.at, recipient_id=row.pk, said=said(kind, **more))

    def report(self) -> None:
        member = self.chance.choice(self.members)
        actions.report_own(actor=self.cast.viewer(member), at=self.at, said=said(self.chance.choice([AnswerKind.OK, AnswerKind.HELP])))

    def close(self) -> None:
        check = self.some(SafetyCheck.objects.filter(state=CheckState.OPEN))
        typed = self.chance.choice([None, Recipient.objects.filter(check_row=check, standing=Standing.SILENT).count()])
        actions.close_check(actor=self.office, at=self.at, check_id=check.pk, leave_silent=self.chance.random() < 0.4, typed_silent=typed)

    def case(self) -> SafetyCase:
        return self.some(SafetyCase.objects.exclude(state=CaseState.RESOLVED))

    def take(self) -> None:
        actions.take_case(actor=self.officer(), at=self.at, case_id=self.case().pk, take_over=self.chance.random() < 0.5)

    def call(self) -> None:
        result = self.chance.choice([CallResult.NO_ANSWER, CallResult.REACHED, CallResult.LEFT_WORD])
        answer = self.chance.choice(["", "ok"]) if result is CallResult.REACHED else ""
        calls.log_call(actor=self.officer(), at=self.at, case_id=self.case().pk, tried=Tried(CallWay.PHONE, result, answer=answer))

    def hand_over(self) -> None:
        actions.hand_over_case(actor=self.doi, at=self.at, case_id=self.case().pk)

    def resolve(self) -> None:
        case = self.case()
        given = self.chance.choice([{"resolution": "."}, {"resolution": "本人が無事"}, {
            "resolution": "大使館の職員が付き添っていると連絡があった", "reason": "others", "typed_number": case.member.number,
        }])  # fmt: skip
        actions.resolve_case(actor=self.officer(), at=self.at, case_id=case.pk, **given)

    def reopen(self) -> None:
        case = self.some(SafetyCase.objects.filter(state=CaseState.RESOLVED))
        actions.reopen_case(actor=self.doi, at=self.at, case_id=case.pk)

    def end_of_shift(self) -> None:
        calls.hand_over_shift(actor=self.officer(), at=self.at, to_user_id=None, note="")

    def next_person(self) -> None:
        viewer = self.officer()
        given = desk.next_free(viewer, desk.Asked(), self.at)
        assert not SafetyCase.objects.filter(pk__in=given, is_drill=True).exists(), "the next person is never one of a drill"
        if given:
            actions.take_case(actor=viewer, at=self.at, case_id=given[0])


def check_everybody(world: World) -> None:
    """The invariants, after every act."""
    listed = set(desk.queue(world.office, desk.Asked(), world.at))
    for member in world.members:
        calls_for_help = Answer.objects.filter(member=member, kind=AnswerKind.HELP, unconfirmed=False)
        last = calls_for_help.exclude(recipient__check_row__kind=CheckKind.DRILL).order_by("-said_at").first()
        if last is None:
            continue
        cases = SafetyCase.objects.filter(member=member, is_drill=False, cause=CaseCause.HELP)
        open_case = cases.exclude(state=CaseState.RESOLVED).first()
        if open_case:
            assert open_case.pk in listed
            assert (open_case.owner_id is None) <= (open_case.next_try_at is None or open_case.pk in listed)
            assert echo_of(member.pk, world.at).over is False
            continue
        ended = cases.order_by("-ended_at").first()
        assert ended is not None and ended.ended_at >= last.said_at, "a call for help has no case"
        heard = ended.first_contact_at is not None
        safe = Answer.objects.filter(member=member, kind=AnswerKind.OK, unconfirmed=False, said_at__gt=ended.opened_at).exists()
        assert heard or safe or ended.ending_reason, "ended without contact, without a newer safe, without a decision"
        assert AuditEntry.objects.filter(action="safety.case_resolved", subject_id=str(ended.pk)).exists()
    for check in SafetyCheck.objects.filter(state=CheckState.CLOSED).exclude(kind=CheckKind.DRILL):
        left = AuditEntry.objects.filter(action=LISTED, subject_id=str(check.pk)).exists()
        for row in check.recipients.filter(standing=Standing.SILENT):
            cases = SafetyCase.objects.filter(member=row.member_id, is_drill=False)
            followed = (
                cases.exclude(state=CaseState.RESOLVED).filter(pk__in=listed).exists()
                or cases.filter(state=CaseState.RESOLVED, ended_at__gte=check.sent_at).exists()
            )
            assert left or followed, "a silent person of a closed check is on nobody's list"
    closed_drills = SafetyCase.objects.filter(is_drill=True, recipient__check_row__state=CheckState.CLOSED)
    assert not closed_drills.exclude(state=CaseState.RESOLVED).filter(opened_at__lt=world.at - MINUTE).exists()


@pytest.mark.parametrize("seed", range(6))
def test_nobody_who_needs_help_or_was_silent_is_on_no_list(cast, office, seed):
    world = World(cast, office, seed)
    world.send()
    for _ in range(ACTS):
        world.go_on()
        check_everybody(world)
    assert SafetyCase.objects.exists(), world.told
