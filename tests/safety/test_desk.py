"""Following up: one person per name, one call at a time, the next try planned, shifts handed over, nobody forgotten (safety.md S3)."""

from datetime import UTC, datetime

import pytest

from applications.states import StayKind
from ossma.core.models import AuditEntry
from ossma.core.refusals import NotFound, Refused
from ossma.core.viewer import by_link
from safety import actions
from safety.actions import calls
from safety.actions.calls import Tried
from safety.models import CallEntry, Recipient, SafetyCase, SignOfLife
from safety.queries import desk
from safety.queries.desk import Asked
from safety.states import CallResult, CallWay, CaseCause, CaseState
from tests.factories.applications import StayFactory
from tests.factories.members import MemberFactory, RoleFactory
from tests.factories.safety import DAY, HOUR, MINUTE, NOW, recipient, said, sent

# Noon in Paris, where everybody is.
NOON = datetime(2026, 11, 21, 11, 0, tzinfo=UTC)


@pytest.fixture
def check(doi):
    """Dr. Doi asks Aya and Ben."""
    return sent(doi)


@pytest.fixture
def ito(cast):
    """A colleague of Dr. Doi's."""
    return cast.viewer(RoleFactory(school=cast.aoba, user__email="ito@example.jp", user__name="伊藤 舞"))


def silent(check, member, at=NOON, **changes):
    """A case of silence, as the ladder opens it."""
    row = recipient(check, member)
    return SafetyCase.objects.create(
        member=member, school=member.school, recipient=row, cause=CaseCause.SILENT, opened_at=at, zone=row.zone, country=row.country, **changes
    )  # fmt: skip


def cry(check, member, at=NOON, **more):
    """A call for help."""
    actions.answer_by_link(actor=by_link(member.pk), at=at, recipient_id=recipient(check, member).pk, said=said("help", **more))
    return SafetyCase.objects.exclude(state=CaseState.RESOLVED).get(member=member)


def called(doi, case, result=CallResult.NO_ANSWER, at=NOON, **more):
    return calls.log_call(actor=doi, at=at, case_id=case.pk, tried=Tried(CallWay.PHONE, result, **more))


def order(viewer, at=NOON, **asked):
    names = dict(SafetyCase.objects.values_list("pk", "member__given_name"))
    return [names[pk] for pk in desk.queue(viewer, Asked(**asked), at)]


def test_help_takes_over_a_case_of_silence_and_its_clock_begins_anew(cast, check, doi):
    case = silent(check, cast.aya, owner=cast.doi.user)
    called(doi, case, CallResult.REACHED)
    helped = cry(check, cast.aya, at=NOON + HOUR)
    assert helped.pk == case.pk
    assert (helped.cause, helped.state, helped.opened_at, helped.first_contact_at) == (CaseCause.HELP, CaseState.NEW, NOON + HOUR, None)
    assert helped.owner_id == doi.user_id


def test_a_case_has_the_place_that_was_said_else_the_place_believed(cast, check, doi):
    believed = cry(check, cast.aya)
    assert (believed.country_id, believed.zone) == ("0033", "Europe/Paris")
    told = cry(check, cast.ben, country_id="0039", city="ローマ", call_back="+39 06 1234")
    assert (told.country_id, told.city, told.zone, told.call_back) == ("0039", "ローマ", "Europe/Rome", "+39 06 1234")
    actions.report_own(actor=cast.viewer(cast.chika), at=NOW + HOUR, said=said("help"))
    assert SafetyCase.objects.get(member=cast.chika).country_id == "0033"


def test_a_name_that_somebody_has_is_taken_over_only_on_purpose(cast, check, doi, ito):
    case = silent(check, cast.aya)
    assert actions.take_case(actor=doi, at=NOON, case_id=case.pk).owner_id == doi.user_id
    with pytest.raises(Refused) as refused:
        actions.take_case(actor=ito, at=NOON, case_id=case.pk)
    assert "土井 博" in refused.value.message
    assert actions.take_case(actor=ito, at=NOON, case_id=case.pk, take_over=True).owner_id == ito.user_id


def test_taking_a_name_promises_a_try_so_that_nobody_is_forgotten(cast, check, doi):
    case = silent(check, cast.aya)
    actions.take_case(actor=doi, at=NOON, case_id=case.pk)
    assert order(doi, part="due") == []
    assert order(doi, NOON + 31 * MINUTE, part="due") == ["あや"]


def test_while_one_calls_nobody_else_does_and_the_lease_ends_by_itself(cast, check, doi, ito):
    case = silent(check, cast.aya)
    calls.begin_call(actor=doi, at=NOON, case_id=case.pk)
    with pytest.raises(Refused) as refused:
        calls.begin_call(actor=ito, at=NOON + 14 * MINUTE, case_id=case.pk)
    assert "土井 博" in refused.value.message
    assert calls.begin_call(actor=ito, at=NOON + 15 * MINUTE, case_id=case.pk).calling_by_id == ito.user_id


def test_nobody_takes_over_a_person_in_the_middle_of_a_call(cast, check, doi, ito):
    case = silent(check, cast.aya)
    calls.begin_call(actor=doi, at=NOON, case_id=case.pk)
    with pytest.raises(Refused) as refused:
        actions.take_case(actor=ito, at=NOON + MINUTE, case_id=case.pk, take_over=True)
    assert refused.value.code == "calling"
    assert actions.take_case(actor=ito, at=NOON + HOUR, case_id=case.pk, take_over=True).owner_id == ito.user_id


def test_who_does_not_call_after_all_lets_others(cast, check, doi, ito):
    case = silent(check, cast.aya)
    calls.begin_call(actor=doi, at=NOON, case_id=case.pk)
    calls.drop_call(actor=ito, at=NOON, case_id=case.pk)
    with pytest.raises(Refused):
        calls.begin_call(actor=ito, at=NOON, case_id=case.pk)
    calls.drop_call(actor=doi, at=NOON, case_id=case.pk)
    assert calls.begin_call(actor=ito, at=NOON, case_id=case.pk).calling_by_id == ito.user_id


def test_a_try_is_written_down_and_the_next_is_always_planned(cast, check, doi):
    case = silent(check, cast.aya)
    calls.begin_call(actor=doi, at=NOON, case_id=case.pk)
    after = called(doi, case, note="呼び出し音のみ")
    assert (after.calling_by_id, after.next_try_at, after.state) == (None, NOON + 2 * HOUR, CaseState.NEW)
    assert called(doi, case, next_try=NOON + 30 * MINUTE).next_try_at == NOON + 30 * MINUTE
    assert [entry.note for entry in CallEntry.objects.all()] == ["", "呼び出し音のみ"]


def test_a_next_try_in_the_past_or_far_away_is_refused(cast, check, doi):
    case = silent(check, cast.aya)
    for wrong in (NOON, NOON - HOUR, NOON + 15 * DAY):
        with pytest.raises(Refused):
            called(doi, case, next_try=wrong)
        with pytest.raises(Refused):
            calls.plan_try(actor=doi, at=NOON, case_id=case.pk, next_try=wrong)
    assert calls.plan_try(actor=doi, at=NOON, case_id=case.pk, next_try=NOON + DAY).next_try_at == NOON + DAY


def test_reaching_the_member_stops_the_clock_and_reaching_the_mother_does_not(cast, check, doi):
    case = cry(check, cast.aya)
    assert called(doi, case, CallResult.REACHED, contact="山田 母 (母)").first_contact_at is None
    after = called(doi, case, CallResult.REACHED, at=NOON + 5 * MINUTE)
    assert (after.first_contact_at, after.state) == (NOON + 5 * MINUTE, CaseState.CONTACTED)
    assert SignOfLife.objects.get(member=cast.aya).source == "call"


def test_handing_to_the_helpline_is_no_contact(cast, check, doi):
    case = cry(check, cast.aya)
    after = actions.hand_over_case(actor=doi, at=NOON, case_id=case.pk)
    assert (after.state, after.first_contact_at) == (CaseState.HELPLINE, None)
    assert desk.counts(doi, NOON).helped == 1


def test_reached_and_told_to_be_safe_ends_a_case_of_silence_in_one_step(cast, check, doi):
    case = silent(check, cast.aya)
    after = called(doi, case, CallResult.REACHED, answer="ok", note="ホテルにいる")
    assert (after.state, after.ending) == (CaseState.RESOLVED, "本人の回答により終了")
    row = recipient(check, cast.aya)
    assert row.standing == "ok"
    answer = row.answers.get()
    assert (answer.source, answer.said_by, answer.how_known) == ("proxy", "土井 博", "電話: 本人")


def test_the_phone_says_safe_but_help_stays_open_until_a_person_ends_it(cast, check, doi):
    case = cry(check, cast.aya)
    after = called(doi, case, CallResult.REACHED, answer="ok")
    assert (recipient(check, cast.aya).standing, after.state) == ("ok", CaseState.CONTACTED)


def test_nobody_is_answered_for_who_was_not_reached(cast, check, doi):
    case = silent(check, cast.aya)
    with pytest.raises(Refused) as refused:
        called(doi, case, CallResult.NO_ANSWER, answer="ok")
    assert refused.value.field == "answer"
    assert recipient(check, cast.aya).standing == "silent"
    assert not CallEntry.objects.exists()


def test_a_resolved_case_is_called_no_more(cast, check, doi):
    case = silent(check, cast.aya)
    actions.resolve_case(actor=doi, at=NOON, case_id=case.pk, resolution="帰国")
    for act in (calls.begin_call, calls.drop_call):
        with pytest.raises(Refused):
            act(actor=doi, at=NOON, case_id=case.pk)
    with pytest.raises(Refused):
        called(doi, case)


def test_several_names_are_taken_at_once_and_others_keep_theirs(cast, check, doi, ito):
    mine, theirs = silent(check, cast.aya), silent(check, cast.ben)
    actions.take_case(actor=ito, at=NOON, case_id=theirs.pk)
    assert calls.claim_cases(actor=doi, at=NOON, case_ids=[mine.pk, theirs.pk]) == 1
    theirs.refresh_from_db()
    assert theirs.owner_id == ito.user_id


def test_at_the_end_of_a_shift_everything_goes_to_a_colleague_with_a_note(cast, check, doi, ito):
    case = silent(check, cast.aya)
    actions.take_case(actor=doi, at=NOON, case_id=case.pk)
    calls.begin_call(actor=doi, at=NOON, case_id=case.pk)
    assert calls.hand_over_shift(actor=doi, at=NOON + HOUR, to_user_id=ito.user_id, note="母には連絡済み") == 1
    case.refresh_from_db()
    assert (case.owner_id, case.handover, case.calling_by_id) == (ito.user_id, "母には連絡済み", None)
    assert calls.hand_over_shift(actor=ito, at=NOON + HOUR, to_user_id=None) == 1
    case.refresh_from_db()
    assert (case.owner_id, case.handover) == (None, "母には連絡済み")


def test_a_shift_goes_to_nobody_outside_the_own_desk(cast, check, doi, office):
    for stranger in (cast.emi.user_id, cast.office.pk, cast.chika.user_id, doi.user_id):
        with pytest.raises(Refused):
            calls.hand_over_shift(actor=doi, at=NOON, to_user_id=stranger)


def test_the_queue_has_help_first_then_what_is_due_then_what_nobody_has(cast, check, doi):
    third, fourth, fifth = (MemberFactory(school=cast.aoba, given_name=name) for name in ("due", "free", "later"))
    cry(check, cast.aya, at=NOON)
    for member, changes in (
        (third, {"next_try_at": NOON - MINUTE, "owner": cast.doi.user}),
        (fourth, {}),
        (fifth, {"next_try_at": NOON + HOUR}),
    ):
        SafetyCase.objects.create(member=member, school=cast.aoba, cause="silent", opened_at=NOON - HOUR, zone="Europe/Paris", **changes)
    silent(check, cast.ben, NOON - DAY)
    SafetyCase.objects.filter(member=cast.ben).update(zone="Asia/Tokyo")
    assert order(doi) == ["あや", "due", "ベン", "free", "later"]
    # Eleven at night in Japan: who sleeps there may sleep on.
    late = NOON + 3 * HOUR
    assert order(doi, late) == ["あや", "due", "later", "free", "ベン"]
    assert order(doi, late, part="sleeping") == ["ベン"]


def test_who_is_in_the_air_need_not_be_called(cast, check, doi):
    silent(check, cast.aya)
    assert order(doi, part="due") == ["あや"]
    StayFactory(application=cast.aya.applications.get(), kind=StayKind.FLIGHT, starts_at=NOON - HOUR, ends_at=NOON + HOUR)
    assert order(doi, part="due") == []
    assert order(doi) == ["あや"]


def test_an_exercise_stands_apart_from_what_is_real_and_is_nobodys_work(cast, office, doi, check):
    drill = sent(office, kind="drill", typed=3)
    actions.answer_by_link(actor=by_link(cast.aya.pk), at=NOON, recipient_id=recipient(drill, cast.aya).pk, said=said("help"))
    silent(check, cast.ben)
    assert order(office) == ["ベン"]
    counts = desk.counts(office, NOON)
    assert (counts.all, counts.due, counts.unowned, counts.helped, counts.drills) == (1, 1, 1, 0, 1)
    given = desk.next_free(office, desk.Asked(), NOON)
    assert given == [SafetyCase.objects.get(member=cast.ben).pk], "the next person is never one of an exercise"


def test_the_queue_is_narrowed_by_owner_check_and_country(cast, check, doi):
    actions.take_case(actor=doi, at=NOON, case_id=silent(check, cast.aya).pk)
    silent(check, cast.ben)
    SafetyCase.objects.filter(member=cast.ben).update(country="0039")
    assert order(doi, part="mine") == ["あや"]
    assert order(doi, part="unowned") == ["ベン"]
    assert order(doi, country="0039") == ["ベン"]
    assert order(doi, check=check.pk) == ["ベン", "あや"]
    assert order(doi, check=check.pk + 1) == []


def test_the_next_name_is_one_that_nobody_has_or_calls(cast, check, doi, ito):
    first, second = silent(check, cast.aya, NOON - HOUR), silent(check, cast.ben)
    assert desk.next_free(ito, Asked(), NOON) == [first.pk, second.pk]
    calls.begin_call(actor=doi, at=NOON, case_id=first.pk)
    assert desk.next_free(ito, Asked(), NOON) == [second.pk]


def test_a_silent_person_is_taken_before_the_ladder_has_ended(cast, check, doi):
    row = recipient(check, cast.aya)
    case = calls.take_person(actor=doi, at=NOON, recipient_id=row.pk)
    assert (case.cause, case.owner_id, case.recipient_id) == (CaseCause.SILENT, doi.user_id, row.pk)
    assert calls.take_person(actor=doi, at=NOON, recipient_id=row.pk).pk == case.pk
    Recipient.objects.filter(member=cast.ben).update(standing="ok")
    with pytest.raises(Refused):
        calls.take_person(actor=doi, at=NOON, recipient_id=recipient(check, cast.ben).pk)


def test_strangers_and_supporters_follow_nobody_up(cast, office):
    case = silent(sent(office), cast.chika)
    for stranger in (cast.viewer(cast.doi), cast.viewer(cast.emi), cast.viewer(cast.chika)):
        assert order(stranger) == []
        for act in (calls.begin_call, calls.drop_call):
            with pytest.raises(NotFound):
                act(actor=stranger, at=NOON, case_id=case.pk)
        with pytest.raises(NotFound):
            calls.take_person(actor=stranger, at=NOON, recipient_id=case.recipient_id)
        calls.read_case(actor=stranger, at=NOON, case_id=case.pk)
    case.refresh_from_db()
    assert (case.read_at, case.owner_id) == (None, None)


def test_only_the_office_opens_medical_notes_and_leaves_a_line(cast, check, doi, office):
    case = cry(check, cast.aya)
    with pytest.raises(NotFound):
        calls.open_medical_notes(actor=doi, at=NOON, case_id=case.pk)
    assert calls.open_medical_notes(actor=office, at=NOON, case_id=case.pk).pk == cast.aya.pk
    assert AuditEntry.objects.get(action="safety.medical_notes_opened").member_id == cast.aya.pk
