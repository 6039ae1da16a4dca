"""From a draft to an open check: the typed number, freezing, incidents, schedule, stop, close (safety.md S1)."""

import pytest

from members.models import Member
from ossma.core.models import AuditEntry, Progress
from ossma.core.refusals import NotFound, Refused
from ossma.core.viewer import SYSTEM
from safety import actions, ladder, rules
from safety.models import Delivery, Recipient, Round, SafetyCheck
from safety.queries.deliveries import superseded
from safety.states import CheckKind, CheckState, Standing
from tests.factories.applications import ApplicationFactory, StayFactory
from tests.factories.members import MemberFactory
from tests.factories.safety import DAY, HOUR, MINUTE, NOW, abroad, content, draft, recipient, said, sent


def test_a_check_in_one_language_speaks_it_in_both(doi):
    check = draft(doi, title_en="", text_ja="", place_en=" ")
    assert check.title_en == check.title_ja
    assert check.text_ja == check.text_en
    assert check.place_en == check.place_ja


def test_a_school_drafts_only_for_itself(cast, doi, office):
    with pytest.raises(NotFound):
        draft(doi, school=cast.kohoku)
    assert draft(office, school=cast.kohoku).school == cast.kohoku
    for stranger in (cast.viewer(cast.aya), cast.viewer(cast.emi)):
        with pytest.raises(NotFound):
            draft(stranger)


def test_a_school_acts_on_no_check_but_its_own(cast, doi, office):
    check = draft(office)
    for act in (actions.stop_check, actions.close_check, actions.cancel_check):
        with pytest.raises(NotFound):
            act(actor=doi, at=NOW, check_id=check.pk)
    with pytest.raises(NotFound):
        actions.send_check(actor=doi, at=NOW, check_id=check.pk, typed_count=None)


def test_sending_freezes_who_was_believed_where_and_why(cast, office):
    stay = StayFactory(application=cast.aya.applications.get())
    check = sent(office)
    aya, ben = recipient(check, cast.aya), recipient(check, cast.ben)
    assert (aya.reason, aya.reason_id, aya.city, aya.country_id, aya.zone) == ("itinerary", stay.pk, "リヨン", "0033", "Europe/Paris")
    assert (ben.reason, ben.city, ben.standing, ben.school) == ("destination", "パリ", Standing.SILENT, cast.aoba)
    stay.delete()
    assert recipient(check, cast.aya).city == "リヨン"
    assert (check.state, check.sent_at, check.recipient_count) == (CheckState.OPEN, NOW, 3)


def test_sent_twice_it_is_sent_once(office):
    check = sent(office)
    again = actions.send_check(actor=office, at=NOW + MINUTE, check_id=check.pk, typed_count=None)
    assert again.sent_at == NOW
    assert Recipient.objects.count() == 3
    assert Round.objects.filter(check_row=check, number__lt=ladder.LADDER_ROUNDS).count() == 4
    assert AuditEntry.objects.filter(action="safety.check_sent").count() == 1


def test_nobody_to_ask_is_refused_and_leaves_nothing(office):
    check = draft(office, audience={"countries": ["0081"]})
    with pytest.raises(Refused) as refused:
        actions.send_check(actor=office, at=NOW, check_id=check.pk, typed_count=None)
    assert refused.value.code == "nobody"
    check.refresh_from_db()
    assert check.state == CheckState.DRAFT


def crowd(school, size):
    abroad(*[MemberFactory(school=school, contacts=0) for _ in range(size)])


def test_above_a_hundred_the_number_must_be_typed_and_right(cast, doi, monkeypatch):
    monkeypatch.setattr(rules, "TYPED_ABOVE", 1)
    check = draft(doi)
    for typed in (None, 3):
        with pytest.raises(Refused) as refused:
            actions.send_check(actor=doi, at=NOW, check_id=check.pk, typed_count=typed)
        assert refused.value.field == "typed_count"
        assert not Recipient.objects.exists()
    crowd(cast.aoba, 1)
    assert actions.send_check(actor=doi, at=NOW, check_id=check.pk, typed_count=3).recipient_count == 3


def test_up_to_a_hundred_needs_no_typing_and_a_hundred_and_one_does():
    assert not rules.needs_typed(CheckKind.AD_HOC, 100)
    assert rules.needs_typed(CheckKind.AD_HOC, 101)
    assert rules.needs_typed(CheckKind.DRILL, 1)


def test_a_drill_needs_its_correction_and_its_number(office):
    check = draft(office, kind=CheckKind.DRILL, correction_ja="", correction_en="")
    with pytest.raises(Refused) as refused:
        actions.send_check(actor=office, at=NOW, check_id=check.pk, typed_count=3)
    assert refused.value.field == "correction_ja"
    check = draft(office, kind=CheckKind.DRILL)
    with pytest.raises(Refused):
        actions.send_check(actor=office, at=NOW, check_id=check.pk, typed_count=None)
    assert actions.send_check(actor=office, at=NOW, check_id=check.pk, typed_count=3).incident is None


def test_a_later_wave_asks_only_those_who_were_not_asked_about_the_same_event(cast, office):
    first = sent(office)
    actions.answer_by_link(actor=cast.viewer(cast.aya), at=NOW + MINUTE, recipient_id=recipient(first, cast.aya).pk, said=said())
    late_comer = MemberFactory(school=cast.kohoku)
    abroad(late_comer)
    second = sent(office, at=NOW + HOUR, incident=first.incident_id)
    asked = set(Recipient.objects.filter(check_row=second).values_list("member_id", flat=True))
    assert asked == {late_comer.pk}


def test_another_event_asks_everybody_again(office):
    sent(office)
    assert sent(office, at=NOW + HOUR).recipient_count == 3


def test_a_drill_cannot_hang_on_a_real_event(office):
    first = sent(office)
    with pytest.raises(Refused):
        draft(office, kind=CheckKind.DRILL, incident=first.incident_id)


def test_a_school_joins_only_an_event_its_members_were_asked_about(cast, office, doi):
    elsewhere = sent(office, audience={"named": [cast.chika.pk]})
    with pytest.raises(NotFound):
        draft(doi, incident=elsewhere.incident_id)
    here = sent(office)
    assert draft(doi, incident=here.incident_id).incident == here.incident


def test_the_first_round_goes_to_all_and_reminders_to_the_silent(cast, office):
    check = sent(office, reminders=[60])
    assert actions.queue_rounds(actor=SYSTEM, at=NOW, check_id=check.pk) == 3
    assert actions.queue_rounds(actor=SYSTEM, at=NOW, check_id=check.pk) == 0
    Delivery.objects.update(state=Progress.SENT)
    actions.answer_by_link(actor=cast.viewer(cast.aya), at=NOW + MINUTE, recipient_id=recipient(check, cast.aya).pk, said=said())
    assert actions.queue_rounds(actor=SYSTEM, at=NOW + HOUR, check_id=check.pk) == 2
    reminded = Delivery.objects.filter(round_number=1).values_list("recipient__member_id", "to_address", "language")
    assert set(reminded) == {(cast.ben.pk, "ben@example.jp", "en"), (cast.chika.pk, "chika@example.jp", "ja")}


def test_whoever_said_later_is_reminded(cast, office):
    check = sent(office, reminders=[60], audience={"named": [cast.aya.pk]})
    actions.queue_rounds(actor=SYSTEM, at=NOW, check_id=check.pk)
    Delivery.objects.update(state=Progress.SENT)
    actions.answer_by_link(actor=cast.viewer(cast.aya), at=NOW + MINUTE, recipient_id=recipient(check, cast.aya).pk, said=said("later"))
    assert recipient(check, cast.aya).snoozed_at == NOW + MINUTE
    assert actions.queue_rounds(actor=SYSTEM, at=NOW + HOUR, check_id=check.pk) == 1


def test_after_a_day_of_downtime_nobody_gets_all_rounds_at_once(office):
    check = sent(office)
    assert actions.queue_rounds(actor=SYSTEM, at=NOW + 2 * DAY, check_id=check.pk) == 3
    assert set(Delivery.objects.values_list("round_number", flat=True)) == {0}
    assert not Round.objects.filter(check_row=check, queued_at=None, due_at__lte=NOW + 2 * DAY).exists()


def test_of_several_reminders_that_are_due_only_the_newest_goes(office):
    check = sent(office)
    actions.queue_rounds(actor=SYSTEM, at=NOW, check_id=check.pk)
    Delivery.objects.update(state=Progress.SENT)
    actions.queue_rounds(actor=SYSTEM, at=NOW + 2 * DAY, check_id=check.pk)
    assert set(Delivery.objects.values_list("round_number", flat=True)) == {0, 3}


def test_nobody_is_reminded_while_the_first_message_is_still_on_its_way(office):
    check = sent(office, reminders=[60])
    actions.queue_rounds(actor=SYSTEM, at=NOW, check_id=check.pk)
    actions.queue_rounds(actor=SYSTEM, at=NOW + HOUR, check_id=check.pk)
    firsts, reminders = (set(Delivery.objects.filter(round_number=number).values_list("pk", flat=True)) for number in (0, 1))
    assert superseded([*firsts, *reminders], NOW + HOUR) == reminders
    Delivery.objects.filter(pk__in=firsts).update(state=Progress.SENT)
    assert superseded([*reminders], NOW + HOUR) == set()


def test_a_stopped_check_queues_nothing_until_it_is_resumed(office):
    check = sent(office)
    actions.stop_check(actor=office, at=NOW, check_id=check.pk)
    assert actions.queue_rounds(actor=SYSTEM, at=NOW, check_id=check.pk) == 0
    actions.resume_check(actor=office, at=NOW + MINUTE, check_id=check.pk)
    assert actions.queue_rounds(actor=SYSTEM, at=NOW + MINUTE, check_id=check.pk) == 3


def test_closing_cancels_what_has_not_gone_out(office):
    check = sent(office)
    actions.queue_rounds(actor=SYSTEM, at=NOW, check_id=check.pk)
    for _ in range(2):
        closed = actions.close_check(actor=office, at=NOW + MINUTE, check_id=check.pk)
    assert (closed.state, closed.ended_at) == (CheckState.CLOSED, NOW + MINUTE)
    assert set(Delivery.objects.values_list("state", flat=True)) == {Progress.CANCELLED}
    with pytest.raises(Refused):
        actions.resume_check(actor=office, at=NOW + HOUR, check_id=check.pk)


def test_a_scheduled_check_sends_itself_when_its_time_has_come_and_once(cast, office):
    check = draft(office)
    actions.schedule_check(actor=office, at=NOW, check_id=check.pk, scheduled_for=NOW + HOUR, typed_count=None)
    assert actions.send_scheduled_check(actor=SYSTEM, at=NOW + MINUTE, check_id=check.pk) is None
    crowd(cast.aoba, 1)
    assert actions.send_scheduled_check(actor=SYSTEM, at=NOW + HOUR, check_id=check.pk) == 4
    assert actions.send_scheduled_check(actor=SYSTEM, at=NOW + HOUR, check_id=check.pk) is None


def test_a_time_in_the_past_cannot_be_scheduled(office):
    with pytest.raises(Refused):
        actions.schedule_check(actor=office, at=NOW, check_id=draft(office).pk, scheduled_for=NOW, typed_count=None)


def test_changing_a_scheduled_check_makes_it_a_draft_again(office):
    check = draft(office)
    actions.schedule_check(actor=office, at=NOW, check_id=check.pk, scheduled_for=NOW + HOUR, typed_count=None)
    changed = actions.change_check(actor=office, at=NOW, check_id=check.pk, **content(title_ja="変更"))
    assert (changed.state, changed.scheduled_for, changed.title_ja) == (CheckState.DRAFT, None, "変更")


def test_what_was_sent_cannot_be_changed_or_cancelled(office):
    check = sent(office)
    with pytest.raises(Refused):
        actions.change_check(actor=office, at=NOW, check_id=check.pk, **content())
    with pytest.raises(Refused):
        actions.cancel_check(actor=office, at=NOW, check_id=check.pk)


def test_a_cancelled_draft_stays_cancelled(office):
    check = draft(office)
    for _ in range(2):
        assert actions.cancel_check(actor=office, at=NOW, check_id=check.pk).state == CheckState.CANCELLED
    with pytest.raises(Refused):
        actions.send_check(actor=office, at=NOW, check_id=check.pk, typed_count=None)


def test_the_correction_of_a_drill_goes_to_everybody_once_and_nothing_else_follows(cast, office):
    check = sent(office, kind=CheckKind.DRILL, typed=3)
    actions.queue_rounds(actor=SYSTEM, at=NOW, check_id=check.pk)
    actions.stop_check(actor=office, at=NOW + MINUTE, check_id=check.pk)
    for _ in range(2):
        actions.send_correction(actor=office, at=NOW + MINUTE, check_id=check.pk)
    assert actions.queue_rounds(actor=SYSTEM, at=NOW + 2 * DAY, check_id=check.pk) == 3
    due = Delivery.objects.filter(state=Progress.DUE)
    assert set(due.values_list("round_number", flat=True)) == {rules.CORRECTION_ROUND}


def test_no_correction_follows_a_real_check(office):
    with pytest.raises(Refused):
        actions.send_correction(actor=office, at=NOW, check_id=sent(office).pk)


@pytest.mark.parametrize(("kind", "usual"), [("ad_hoc", [60, 360, 1440]), ("regular", [1440, 4320])])
def test_reminders_have_their_usual_times(kind, usual):
    assert rules.reminders(kind, None) == usual
    assert rules.reminders(kind, [30, 10, 30]) == [10, 30]


def test_reminders_that_make_no_sense_are_refused():
    for wanted in ([0], list(range(1, 12)), [10**9]):
        with pytest.raises(Refused):
            rules.reminders("ad_hoc", wanted)


def test_an_unknown_zone_is_refused(office):
    with pytest.raises(Refused) as refused:
        draft(office, event_zone="Mars/Olympus")
    assert refused.value.field == "event_zone"


def test_an_application_that_was_called_off_asks_nobody(cast, office):
    gone = MemberFactory(school=cast.aoba)
    ApplicationFactory(member=gone, state="cancelled")
    sent(office)
    assert not Recipient.objects.filter(member=gone).exists()
    assert Member.objects.count() == 4
    assert SafetyCheck.objects.get().incident is not None
