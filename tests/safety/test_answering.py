"""Answers: every version kept, the newest counts, help ends only by the member or a named person (safety.md S2)."""

from datetime import timedelta
from uuid import uuid4

import pytest

from applications.models import Stay
from ossma.core.automated import Hand
from ossma.core.models import AuditEntry, Progress
from ossma.core.refusals import NotFound, Refused
from ossma.core.viewer import SYSTEM, by_link
from safety import actions, rules
from safety.models import Answer, Delivery, Reachability, SafetyCase, SignOfLife
from safety.said import Position
from safety.states import AnswerSource, Channel, Standing
from tests.factories.safety import DAY, HOUR, MINUTE, NOW, recipient, said, sent


@pytest.fixture
def check(office):
    """A check that asks Aya, Ben and Chika."""
    return sent(office)


def answer(check, member, kind="ok", *, at=NOW + MINUTE, actor=None, **more):
    """Answer by link."""
    asked = recipient(check, member)
    way = {name: more.pop(name) for name in ("user_agent", "hand", "channel") if name in more}
    words = more.pop("words", None) or said(kind, **more)
    return actions.answer_by_link(actor=actor or by_link(member.pk), at=at, recipient_id=asked.pk, said=words, **way)


def test_an_answer_is_stored_with_its_source_and_moves_the_standing(cast, check):
    answer(check, cast.aya)
    answer(check, cast.ben, actor=cast.viewer(cast.ben))
    aya = recipient(check, cast.aya)
    assert (aya.standing, aya.answered_at, aya.late) == (Standing.OK, NOW + MINUTE, False)
    assert list(Answer.objects.order_by("pk").values_list("source", flat=True)) == [AnswerSource.LINK, AnswerSource.APP]


def test_every_answer_leaves_an_audit_line_without_what_was_said(cast, check):
    answer(check, cast.aya, comment="secret words")
    entry = AuditEntry.objects.get(action="safety.answered")
    assert (entry.member_id, entry.actor_face) == (cast.aya.pk, "link")
    assert "secret" not in str(entry.detail)


def test_the_same_answer_sent_twice_is_stored_once(cast, check):
    words = said("help")
    first, second = (answer(check, cast.aya, words=words) for _ in range(2))
    assert (first.new, second.new) == (True, False)
    assert second.standing == Standing.HELP
    assert (Answer.objects.count(), SafetyCase.objects.count()) == (1, 1)


def test_a_correction_keeps_the_earlier_version(cast, check):
    answer(check, cast.aya, "help")
    answer(check, cast.aya, "ok", at=NOW + HOUR)
    assert recipient(check, cast.aya).standing == Standing.OK
    assert list(Answer.objects.order_by("said_at").values_list("kind", flat=True)) == ["help", "ok"]


def test_later_is_kept_and_changes_no_standing(cast, check):
    answer(check, cast.aya, "later")
    aya = recipient(check, cast.aya)
    assert (aya.standing, aya.answered_at, aya.snoozed_at) == (Standing.SILENT, None, NOW + MINUTE)


def test_later_after_an_answer_takes_nothing_back(cast, check):
    answer(check, cast.aya, "help")
    assert answer(check, cast.aya, "later", at=NOW + HOUR).standing == Standing.HELP


def test_not_there_corrects_the_itinerary(cast, check):
    answer(check, cast.aya, "not_there", country_id="0039", city="ローマ")
    assert recipient(check, cast.aya).standing == Standing.NOT_THERE
    assert recipient(check, cast.aya).country_id == "0033"
    stay = Stay.objects.get(member=cast.aya, source="own_report")
    assert (stay.country_id, stay.city, stay.zone) == ("0039", "ローマ", "Europe/Rome")


def test_not_there_in_a_country_of_many_clocks_takes_its_principal_one(cast, check):
    answer(check, cast.aya, "not_there", country_id="1000", city="どこかの町")
    assert Stay.objects.get(source="own_report").zone == "America/New_York"


def test_not_there_sent_twice_corrects_once(cast, check):
    words = said("not_there", country_id="0039", city="ローマ")
    for _ in range(2):
        answer(check, cast.aya, words=words)
    assert Stay.objects.filter(source="own_report").count() == 1


def test_what_a_phone_kept_counts_by_its_true_time(cast, check):
    answer(check, cast.aya, "help", at=NOW + 10 * MINUTE)
    answer(check, cast.aya, "ok", at=NOW + HOUR, said_at=NOW + 5 * MINUTE)
    assert recipient(check, cast.aya).standing == Standing.HELP
    kept = Answer.objects.get(kind="ok")
    assert (kept.said_at, kept.received_at) == (NOW + 5 * MINUTE, NOW + HOUR)


def test_a_phone_with_a_wrong_clock_answers_neither_before_the_question_nor_in_the_future(cast, check):
    answer(check, cast.aya, at=NOW + MINUTE, said_at=NOW + DAY)
    answer(check, cast.ben, at=NOW + MINUTE, said_at=NOW - DAY)
    assert recipient(check, cast.aya).answered_at == NOW + MINUTE
    assert recipient(check, cast.ben).answered_at == NOW


def test_after_the_deadline_an_answer_counts_and_is_late(cast, office):
    check = sent(office, deadline_at=NOW + HOUR)
    answer(check, cast.aya, at=NOW + 2 * HOUR)
    answer(check, cast.ben, at=NOW + 2 * HOUR, said_at=NOW + MINUTE)
    aya, ben = recipient(check, cast.aya), recipient(check, cast.ben)
    assert (aya.standing, aya.late) == (Standing.OK, True)
    assert (ben.standing, ben.late) == (Standing.OK, False)


def test_correcting_a_timely_answer_late_makes_nobody_late(cast, office):
    check = sent(office, deadline_at=NOW + HOUR)
    answer(check, cast.aya)
    answer(check, cast.aya, "help", at=NOW + DAY)
    assert not recipient(check, cast.aya).late
    assert Answer.objects.get(kind="help").late


def test_an_answer_to_a_closed_check_is_kept_as_late(cast, office, check):
    actions.close_check(actor=office, at=NOW + HOUR, check_id=check.pk)
    answer(check, cast.aya, "help", at=NOW + DAY)
    assert (recipient(check, cast.aya).standing, recipient(check, cast.aya).late) == (Standing.HELP, True)
    assert SafetyCase.objects.filter(cause="help").count() == 1


BARRACUDA = "Mozilla/5.0 (compatible; Barracuda Sentinel)"
PHONE = "Mozilla/5.0 (Linux; Android 14; CUBOT X30)"
SECOND = timedelta(seconds=1)


def handed_over(check, at=NOW):
    """The mails of the first round went to the mail server at this moment."""
    actions.queue_rounds(actor=SYSTEM, at=NOW, check_id=check.pk)
    Delivery.objects.update(state=Progress.SENT, begun_at=at, ended_at=at)


@pytest.mark.parametrize("agent", [BARRACUDA, PHONE, ""])
def test_an_answer_within_seconds_without_a_sign_of_a_hand_is_unconfirmed_and_changes_nothing(cast, check, agent):
    handed_over(check)
    assert answer(check, cast.aya, "help", at=NOW + 0.2 * SECOND, user_agent=agent).unconfirmed
    assert recipient(check, cast.aya).standing == Standing.SILENT
    assert not SafetyCase.objects.exists()
    assert not SignOfLife.objects.exists()
    assert not Reachability.objects.exists()
    assert Answer.objects.get().unconfirmed


def test_a_mail_that_the_server_still_looks_at_counts_as_handed_over_now(cast, check):
    handed_over(check, at=NOW)
    Delivery.objects.update(state=Progress.DUE, ended_at=None, begun_at=NOW, lease_until=NOW + HOUR)
    assert answer(check, cast.aya, at=NOW + MINUTE, user_agent=PHONE).unconfirmed


def test_later_only_a_program_that_names_itself_is_one(cast, check):
    handed_over(check)
    assert answer(check, cast.aya, at=NOW + MINUTE, user_agent=BARRACUDA).unconfirmed
    assert not answer(check, cast.ben, at=NOW + MINUTE, user_agent=PHONE).unconfirmed


def test_a_hand_counts_however_quick_it_is_but_excuses_no_program_that_names_itself(cast, check):
    handed_over(check)
    assert not answer(check, cast.aya, at=NOW + SECOND, user_agent=PHONE, hand=Hand.SCRIPT).unconfirmed
    assert answer(check, cast.ben, at=NOW + SECOND, user_agent=BARRACUDA, hand=Hand.SCRIPT).unconfirmed
    assert not answer(check, cast.ben, at=NOW + SECOND, user_agent=BARRACUDA, hand=Hand.SECOND_STEP).unconfirmed


def test_a_push_message_is_read_by_nobody_on_its_way_so_its_link_counts_at_once(cast, check):
    handed_over(check)
    assert not answer(check, cast.aya, at=NOW + SECOND, user_agent=PHONE, channel=Channel.PUSH).unconfirmed


def test_the_member_signed_in_is_no_program(cast, check):
    handed_over(check)
    assert not answer(check, cast.aya, at=NOW + SECOND, actor=cast.viewer(cast.aya), user_agent=PHONE).unconfirmed


def test_what_a_program_pressed_does_not_use_up_the_key_of_the_page(cast, check):
    handed_over(check)
    words = said("ok")
    answer(check, cast.aya, words=words, at=NOW + SECOND)
    assert answer(check, cast.aya, words=words, at=NOW + MINUTE).new
    assert recipient(check, cast.aya).standing == Standing.OK


@pytest.mark.parametrize("agent", ["Proofpoint URL Defense", "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/130.0 Edg/130.0"])
def test_a_look_within_seconds_is_no_opening(cast, check, agent):
    handed_over(check)
    aya = recipient(check, cast.aya)
    actions.mark_opened(actor=by_link(cast.aya.pk), at=NOW + 3 * SECOND, recipient_id=aya.pk, user_agent=agent)
    assert recipient(check, cast.aya).opened_at is None


def test_opening_is_noted_once(cast, check):
    handed_over(check)
    aya = recipient(check, cast.aya)
    for minutes in (1, 2):
        actions.mark_opened(actor=by_link(cast.aya.pk), at=NOW + minutes * MINUTE, recipient_id=aya.pk, user_agent="Mobile Safari")
    assert recipient(check, cast.aya).opened_at == NOW + MINUTE


def test_a_position_is_encrypted_at_rest(cast, check):
    answer(check, cast.aya, position=Position(48.85, 2.35, 12.0, NOW))
    assert '"lat": 48.85' in Answer.objects.get().position
    raw = Answer.objects.extra(select={"raw": "position"}).values_list("raw", flat=True)[0]
    assert "48.85" not in raw


def test_the_sign_of_life_moves_forward_only(cast, check):
    answer(check, cast.aya, at=NOW + HOUR, city="パリ", country_id="0033")
    answer(check, cast.aya, at=NOW + 2 * HOUR, said_at=NOW + MINUTE)
    life = SignOfLife.objects.get(member=cast.aya)
    assert (life.at, life.source, life.place) == (NOW + HOUR, "link", "パリ")


def test_an_unknown_recipient_is_not_found(cast, check):
    with pytest.raises(NotFound):
        actions.answer_by_link(actor=by_link(cast.aya.pk), at=NOW, recipient_id=0, said=said())


def test_unicode_survives(cast, check):
    comment = "大丈夫です 👍🏽 مرحبا — ｱｲｳ"
    answer(check, cast.aya, comment=comment)
    assert Answer.objects.get().comment == comment


def proxy(actor, check, member, kind="ok", how="電話で話しました", at=NOW + MINUTE):
    return actions.answer_by_proxy(actor=actor, at=at, recipient_id=recipient(check, member).pk, kind=kind, how_known=how)


def test_an_administrator_answers_for_somebody_by_name_and_with_a_reason(cast, check, doi):
    answer(check, cast.aya, "help")
    proxy(doi, check, cast.aya, at=NOW + HOUR)
    assert recipient(check, cast.aya).standing == Standing.OK
    row = Answer.objects.get(source=AnswerSource.PROXY)
    assert (row.said_by, row.how_known) == ("土井 博", "電話で話しました")


def test_how_it_is_known_must_be_said(cast, check, doi):
    with pytest.raises(Refused) as refused:
        proxy(doi, check, cast.aya, how=" ")
    assert refused.value.field == "how_known"


def test_nobody_answers_for_anothers_school_and_supporters_for_nobody(cast, check, doi, office):
    with pytest.raises(NotFound):
        proxy(doi, check, cast.chika)
    for stranger in (cast.viewer(cast.emi), cast.viewer(cast.ben)):
        with pytest.raises(NotFound):
            proxy(stranger, check, cast.aya)
    assert proxy(office, check, cast.chika).standing == Standing.OK


def test_later_is_nothing_that_one_knows_of_another(cast, check, doi):
    with pytest.raises(Refused):
        proxy(doi, check, cast.aya, kind="later")


@pytest.mark.parametrize(
    ("source", "named", "after"),
    [("link", False, "ok"), ("app", False, "ok"), ("proxy", True, "ok"), ("proxy", False, "help"), ("family", True, "help")],
)
def test_needs_help_becomes_safe_only_by_the_member_or_a_named_person_with_a_reason(source, named, after):
    by = {"said_by": "土井 博", "how_known": "電話"} if named else {}
    assert rules.standing_after(now="help", answer="ok", source=source, **by) == after


def test_own_report_closes_every_check_that_is_open_for_the_member(cast, office, check):
    drill = sent(office, kind="drill", typed=3)
    actions.report_own(actor=cast.viewer(cast.aya), at=NOW + MINUTE, said=said(country_id="0033", city="パリ"))
    assert [recipient(one, cast.aya).standing for one in (check, drill)] == ["ok", "ok"]
    assert recipient(check, cast.ben).standing == Standing.SILENT
    assert Answer.objects.filter(recipient=None).count() == 1


def test_own_call_for_help_answers_no_drill(cast, office, check):
    drill = sent(office, kind="drill", typed=3)
    actions.report_own(actor=cast.viewer(cast.aya), at=NOW + MINUTE, said=said("help"))
    assert [recipient(one, cast.aya).standing for one in (check, drill)] == ["help", "silent"]
    assert not SafetyCase.objects.get().is_drill


def test_own_report_sent_twice_is_stored_once(cast, check):
    words = said("help", key=uuid4())
    for _ in range(2):
        actions.report_own(actor=cast.viewer(cast.aya), at=NOW + MINUTE, said=words)
    assert Answer.objects.count() == 2
    assert SafetyCase.objects.count() == 1


def test_own_report_needs_no_check(cast):
    actions.report_own(actor=cast.viewer(cast.aya), at=NOW, said=said("help", need="lost"))
    case = SafetyCase.objects.get()
    assert (case.member, case.recipient, case.need) == (cast.aya, None, "lost")


def test_only_members_report_for_themselves(cast, doi):
    with pytest.raises(NotFound):
        actions.report_own(actor=doi, at=NOW, said=said())
