"""Nobody who needs help or is silent falls off the list: handing over, ending, closing, drills (safety.md S1–S3)."""

import json
from datetime import timedelta
from uuid import uuid4

import pytest

from applications.models import Stay
from members.models import Member
from notices.audience import Audience
from ossma.core.duties import OfficeRole
from ossma.core.models import AuditEntry, OutboxMessage
from ossma.core.refusals import Refused
from ossma.core.viewer import SYSTEM
from safety import actions
from safety.actions import calls, endings
from safety.actions.calls import Tried
from safety.models import Recipient, Round, SafetyCase
from safety.queries import desk, following
from safety.queries.echo import echo_of
from safety.queries.recipients import preview
from safety.queries.silence import quiet, to_call
from safety.states import CallResult, CallWay, CaseState, LeftOut
from tests.factories.safety import DAY, HOUR, MINUTE, NOW, recipient, said, sent

REASON = {"reason": "others", "resolution": "在フランス大使館の職員が付き添っていると本人の母から連絡"}


@pytest.fixture
def check(office):
    """Sent to Aya, Ben and Chika."""
    return sent(office)


def cry(check, member, at=NOW) -> SafetyCase:
    actions.answer_by_link(actor=SYSTEM, at=at, recipient_id=recipient(check, member).pk, said=said("help"))
    return SafetyCase.objects.exclude(state=CaseState.RESOLVED).get(member=member, is_drill=check.kind == "drill")


def on_desk(viewer, at=NOW) -> list[int]:
    return list(desk.queue(viewer, desk.Asked(), at))


class TestHandingOver:
    def test_nobody_is_in_charge_until_an_operator_takes_it_and_it_stands_on_top(self, cast, check, doi, office):
        other, case = cry(check, cast.chika), cry(check, cast.aya, NOW + MINUTE)
        actions.take_case(actor=doi, at=NOW + MINUTE, case_id=case.pk)
        actions.hand_over_case(actor=doi, at=NOW + 2 * MINUTE, case_id=case.pk)
        case.refresh_from_db()
        assert (case.owner_id, case.state) == (None, CaseState.HELPLINE)
        at = NOW + 3 * MINUTE
        assert on_desk(office, at) == [case.pk, other.pk]
        assert desk.next_free(office, desk.Asked(), at)[0] == case.pk
        assert case.pk not in desk.next_free(doi, desk.Asked(), at), "the school has handed it over"
        counts = desk.counts(office, at)
        assert (counts.handed_over, counts.unowned) == (1, 2)

    def test_a_contacted_case_that_is_handed_over_is_due_now(self, cast, check, doi, office):
        case = cry(check, cast.aya)
        actions.contact_case(actor=doi, at=NOW, case_id=case.pk)
        actions.hand_over_case(actor=doi, at=NOW + MINUTE, case_id=case.pk)
        assert desk.next_free(office, desk.Asked(), NOW + MINUTE) == [case.pk]

    def test_the_office_is_told_once_by_mail(self, cast, check, doi, settings):
        settings.OFFICE_MAIL = ["desk@office.example"]
        operator = cast.colleague(OfficeRole.OPERATOR)
        case = cry(check, cast.aya)
        for _ in range(2):
            actions.hand_over_case(actor=doi, at=NOW + MINUTE, case_id=case.pk)
        mails = OutboxMessage.objects.filter(template="safety/handed_over")
        assert {mail.to_address for mail in mails} == {"desk@office.example", operator.email, cast.office.email}
        assert mails.count() == 3
        assert json.loads(mails[0].context)["path"] == f"/admin/desk/safety/cases/{case.pk}/"

    def test_the_member_reads_that_the_helpline_has_it_and_then_who(self, cast, check, doi, office):
        case = cry(check, cast.aya)
        actions.hand_over_case(actor=doi, at=NOW + MINUTE, case_id=case.pk)
        echo = echo_of(cast.aya.pk, NOW + MINUTE)
        assert (echo.at_helpline, echo.in_charge) == (True, "")
        actions.take_case(actor=office, at=NOW + 2 * MINUTE, case_id=case.pk)
        echo = echo_of(cast.aya.pk, NOW + 2 * MINUTE)
        assert (echo.at_helpline, echo.in_charge) == (False, "事務局 太郎")

    def test_a_school_that_takes_it_back_has_it_again(self, cast, check, doi):
        case = cry(check, cast.aya)
        actions.hand_over_case(actor=doi, at=NOW, case_id=case.pk)
        actions.take_case(actor=doi, at=NOW + MINUTE, case_id=case.pk)
        case.refresh_from_db()
        assert (case.owner_id, case.state) == (doi.user_id, CaseState.NEW)

    def test_a_drill_is_not_handed_to_the_helpline(self, cast, office, doi):
        case = cry(sent(office, kind="drill", typed=3), cast.aya)
        with pytest.raises(Refused):
            actions.hand_over_case(actor=doi, at=NOW, case_id=case.pk)

    def test_a_case_whose_owner_may_not_act_any_more_goes_back_to_the_pool(self, cast, check, doi):
        case = cry(check, cast.aya)
        actions.take_case(actor=doi, at=NOW, case_id=case.pk)
        assert endings.release_unattended(actor=SYSTEM, at=NOW) == 0
        cast.doi.delete()
        assert endings.release_unattended(actor=SYSTEM, at=NOW + MINUTE) == 1
        case.refresh_from_db()
        assert (case.owner_id, case.next_try_at) == (None, NOW + MINUTE)


class TestEndingACallForHelp:
    @pytest.mark.parametrize("words", [".", "", "   ", "済", "対応済み"])
    def test_without_contact_a_word_is_not_enough(self, cast, check, doi, words):
        case = cry(check, cast.aya)
        with pytest.raises(Refused):
            actions.resolve_case(actor=doi, at=NOW, case_id=case.pk, resolution=words)
        assert on_desk(doi) == [case.pk]

    @pytest.mark.parametrize(
        ("given", "field"),
        [
            ({"resolution": REASON["resolution"]}, "reason"),
            (REASON, "typed_number"),
            (REASON | {"typed_number": "M99999999"}, "typed_number"),
        ],
    )
    def test_it_asks_for_a_named_reason_and_the_members_number(self, cast, check, doi, given, field):
        case = cry(check, cast.aya)
        with pytest.raises(Refused) as refused:
            actions.resolve_case(actor=doi, at=NOW, case_id=case.pk, **given)
        assert refused.value.field == field

    def test_with_both_it_ends_and_the_decision_is_on_record(self, cast, check, doi):
        case = cry(check, cast.aya)
        number = Member.objects.get(pk=cast.aya.pk).number
        actions.resolve_case(actor=doi, at=NOW, case_id=case.pk, typed_number=f" {number.lower()} ", **REASON)
        case.refresh_from_db()
        assert (case.state, case.ending_reason) == (CaseState.RESOLVED, "others")
        assert AuditEntry.objects.get(action="safety.case_resolved").detail == {"unheard": True, "reason": "others"}
        assert echo_of(cast.aya.pk, NOW).unheard

    def test_after_contact_or_a_newer_safe_a_few_words_are_enough(self, cast, check, doi):
        first, second = cry(check, cast.aya), cry(check, cast.ben)
        tried = Tried(CallWay.PHONE, CallResult.REACHED)
        calls.log_call(actor=doi, at=NOW, case_id=first.pk, tried=tried)
        actions.answer_by_link(actor=SYSTEM, at=NOW + MINUTE, recipient_id=recipient(check, cast.ben).pk, said=said())
        for case in (first, second):
            assert actions.resolve_case(actor=doi, at=NOW + HOUR, case_id=case.pk, resolution="無事").ending_reason == ""

    def test_a_word_of_the_family_or_a_machine_is_no_newer_safe(self, cast, check):
        case = cry(check, cast.aya)
        row = recipient(check, cast.aya)
        row.answers.create(member=cast.aya, kind="ok", source="family", said_by="母", key=uuid4(), said_at=NOW + MINUTE, received_at=NOW + MINUTE)
        row.answers.create(member=cast.aya, kind="ok", source="link", unconfirmed=True, key=uuid4(), said_at=NOW + MINUTE, received_at=NOW + MINUTE)
        assert following.is_unheard(case)


class TestClosing:
    def test_the_silent_are_followed_up_unless_somebody_decides_otherwise(self, cast, check, office):
        cry(check, cast.aya)
        closed = actions.close_check(actor=office, at=NOW + HOUR, check_id=check.pk)
        followed = SafetyCase.objects.filter(cause="silent")
        assert {case.member_id for case in followed} == {cast.ben.pk, cast.chika.pk}
        assert closed.report["silent_decision"] == "followed_up"
        assert len(on_desk(office, NOW + HOUR)) == 3

    def test_to_leave_them_their_number_is_typed(self, check, office):
        for typed in (None, 2, 4):
            with pytest.raises(Refused) as refused:
                actions.close_check(actor=office, at=NOW + HOUR, check_id=check.pk, leave_silent=True, typed_silent=typed)
            assert refused.value.field == "typed_silent"
        closed = actions.close_check(actor=office, at=NOW + HOUR, check_id=check.pk, leave_silent=True, typed_silent=3)
        assert (closed.report["silent_decision"], closed.report["closed_by"]) == ("left", "事務局 太郎")
        assert AuditEntry.objects.get(action="safety.silent_left").detail == {"count": 3}
        assert not SafetyCase.objects.exists()

    def test_who_was_followed_up_to_an_end_is_not_opened_again(self, cast, check, office, doi):
        case = calls.take_person(actor=doi, at=NOW, recipient_id=recipient(check, cast.ben).pk)
        actions.resolve_case(actor=doi, at=NOW + MINUTE, case_id=case.pk, resolution="ホテルの受付が無事を確認")
        actions.close_check(actor=office, at=NOW + HOUR, check_id=check.pk)
        assert set(SafetyCase.objects.exclude(state=CaseState.RESOLVED).values_list("member", flat=True)) == {cast.aya.pk, cast.chika.pk}

    def test_the_page_says_what_becomes_of_them_and_keeps_what_was_typed(self, cast, check):
        client, url = cast.client(cast.office), f"/admin/desk/safety/{check.pk}/close/"
        assert "3名全員をフォロー対応に移す" in client.get(url).content.decode()
        refused = client.post(url, {"silent": "leave", "typed_silent": "2"})
        assert refused.status_code == 409
        assert 'value="2"' in refused.content.decode()
        assert client.post(url, {"silent": "follow"}).status_code == 302
        assert SafetyCase.objects.count() == 3

    def test_the_cases_of_a_drill_end_with_it(self, cast, office):
        drill = sent(office, kind="drill", typed=3)
        case = cry(drill, cast.aya)
        actions.close_check(actor=office, at=NOW + HOUR, check_id=drill.pk)
        case.refresh_from_db()
        assert (case.state, case.ending) == (CaseState.RESOLVED, "訓練の終了とともに終了")
        assert not SafetyCase.objects.exclude(state=CaseState.RESOLVED).exists()


class TestWhomToCall:
    def test_nobody_is_called_in_the_first_minutes(self, check, office):
        awake = NOW.replace(hour=12)
        type(check).objects.filter(pk=check.pk).update(sent_at=awake)
        check.refresh_from_db()
        early = quiet(office, check, awake + MINUTE)
        assert (early.to_call, early.first, early.starts_at) == (0, [], awake + 10 * MINUTE)
        later = quiet(office, check, awake + 11 * MINUTE)
        assert (later.to_call, later.starts_at) == (3, None)

    def test_the_list_behind_the_number_shows_exactly_those(self, cast, check, office):
        at = NOW.replace(hour=12) + DAY
        Recipient.objects.filter(check_row=check, member=cast.ben).update(zone="Asia/Tokyo")
        late_in_japan = at + timedelta(hours=2)
        assert quiet(office, check, late_in_japan).to_call == 2
        rows = to_call(check, Recipient.objects.filter(check_row=check), late_in_japan)
        assert {row.member_id for row in rows} == {cast.aya.pk, cast.chika.pk}


def test_a_round_that_found_nobody_to_send_to_keeps_no_reminder_waiting(office):
    check = sent(office, reminders=[1440])
    actions.queue_rounds(actor=SYSTEM, at=NOW, check_id=check.pk)
    Round.objects.create(check_row=check, number=150, due_at=NOW + HOUR, channels=["second"])
    actions.queue_rounds(actor=SYSTEM, at=NOW + HOUR, check_id=check.pk)
    assert Round.objects.get(number=150).messages == 0
    actions.remind_now(actor=office, at=NOW + HOUR + MINUTE, check_id=check.pk)
    with pytest.raises(Refused):
        actions.remind_now(actor=office, at=NOW + HOUR + 2 * MINUTE, check_id=check.pk)


class TestPreview:
    EXCEPTIONS = {"everyone_abroad": True, "except": {"countries": ["0033"]}}

    def test_it_counts_and_names_those_whom_the_conditions_except(self, cast, office):
        Stay.objects.create(
            member=cast.chika, application=cast.chika.applications.get(), kind="stay", country_id="0039", city="ローマ", zone="Europe/Rome",
            starts_at=NOW - DAY, ends_at=NOW + DAY,
        )  # fmt: skip
        found = preview(office, audience=Audience.from_json(self.EXCEPTIONS), kind="ad_hoc", at=NOW)
        assert (found.count, found.left_out_counts) == (1, {LeftOut.EXCEPTED: 2})
        assert {left.member_id for left in found.left_out} == {cast.aya.pk, cast.ben.pk}

    def test_what_was_excepted_is_kept_with_the_check(self, cast, office):
        Recipient.objects.all().delete()
        check = sent(office, audience={"everyone_abroad": True, "except": {"named": [cast.aya.pk]}})
        assert list(check.omissions.values_list("member", "reason")) == [(cast.aya.pk, "excepted")]
        assert set(check.recipients.values_list("member", flat=True)) == {cast.ben.pk, cast.chika.pk}
