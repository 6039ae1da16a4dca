"""The ladder for those who stay silent: which rung when, for whom, and where people take over (safety.md S1, S3)."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from members.models import EmergencyContact, Member
from ossma.core.models import AuditEntry, Progress, PushDevice
from ossma.core.viewer import SYSTEM
from safety import actions, ladder
from safety.ladder import Asked, Timing
from safety.models import Delivery, EscalationPolicy, LadderStep, Round, SafetyCase
from safety.queries.deliveries import tried
from safety.states import CaseCause, CheckKind, Rung
from tests.factories.members import LONG_AGO
from tests.factories.safety import DAY, HOUR, MINUTE, NOW, draft, recipient, said, sent

# 02:10 UTC: ten past three in the night in Paris, ten past eleven in Tokyo.
PARIS_WAKES = NOW + 5 * HOUR


def steps(*rungs, kind="ad_hoc", day=date(2026, 1, 1)):
    """A set of rungs in force: (minutes, asleep minutes, rung)."""
    policy = EscalationPolicy.objects.create(kind=kind, valid_from=day)
    rows = LadderStep.objects.bulk_create(LadderStep(policy=policy, minutes=m, asleep_minutes=a, rung=r) for m, a, r in rungs)
    EscalationPolicy.objects.filter(pk=policy.pk).update(approved_at=NOW)
    return rows


def asked(kind="ad_hoc", reminders=(60,), deadline=None, told=NOW):
    return Asked(kind, NOW, told, list(reminders), deadline)


def numbers(rounds):
    return [row.number for row in rounds]


def went(check):
    """What was written, by round and channel."""
    return sorted(Delivery.objects.filter(check_row=check).values_list("round_number", "channel", "to_address"))


def queue(check, at):
    return actions.queue_rounds(actor=SYSTEM, at=at, check_id=check.pk)


@pytest.fixture
def paths(cast):
    """Aya can be reached in every way, the others by mail only."""
    Member.objects.filter(pk=cast.aya.pk).update(second_email="aya2@example.jp", second_email_confirmed_at=LONG_AGO, mobile="+81 90-0000-0001")
    EmergencyContact.objects.filter(member=cast.aya).update(email="mother@example.jp")
    EmergencyContact.objects.exclude(member=cast.aya).update(email="")
    Member.objects.exclude(pk=cast.aya.pk).update(second_email="")
    PushDevice.objects.create(user=cast.aya.user, endpoint="https://push.example/1", p256dh="p", auth="a", created_at=NOW)


def test_the_rungs_follow_in_the_order_of_the_spec_and_end_with_people(db):
    kinds = {step.rung: step.minutes for step in LadderStep.objects.filter(policy__kind=CheckKind.AD_HOC)}
    order = sorted(kinds, key=kinds.get)
    assert order == [Rung.SECOND, Rung.SMS, Rung.VOICE, Rung.CONTACT, Rung.OFFICE]


def test_a_drill_never_climbs_to_the_family_or_to_the_office():
    wanted = [LadderStep(minutes=5, asleep_minutes=5, rung=rung) for rung in Rung]
    rounds = ladder.plan(asked("drill"), wanted)
    assert {channel for row in rounds for channel in row.channels} == {"push", "email", "second", "sms", "voice"}
    assert not any(ladder.is_office(row.number) for row in rounds)


@pytest.mark.parametrize(
    ("check", "due"),
    [
        (asked(reminders=(60, 360)), NOW + timedelta(minutes=420)),
        (asked(reminders=(), deadline=NOW + 3 * HOUR), NOW + 4 * HOUR),
        (asked(reminders=()), NOW + DAY + HOUR),
        (asked("regular", reminders=(60,), deadline=NOW + 3 * DAY), NOW + 3 * DAY),
        (asked(reminders=(60,), told=NOW + 5 * HOUR), NOW + 7 * HOUR),
    ],
)
def test_without_a_last_rung_people_take_over_after_the_last_reminder_or_the_deadline(check, due):
    assert [row.due_at for row in ladder.plan(check, []) if ladder.is_office(row.number)] == [due]


def test_the_last_rung_calls_people_earlier_and_those_asleep_later():
    rounds = ladder.plan(asked(reminders=(60, 1440)), [LadderStep(minutes=180, asleep_minutes=480, rung=Rung.OFFICE)])
    office = [(row.number, row.due_at, row.asleep_due_at) for row in rounds if ladder.is_office(row.number)]
    assert office == [(ladder.OFFICE_ROUND, NOW + 3 * HOUR, NOW + 8 * HOUR), (ladder.OFFICE_ASLEEP_ROUND, NOW + 8 * HOUR, None)]


def test_the_newest_set_before_the_sending_counts(office):
    steps((10, 10, Rung.SECOND), day=date(2026, 2, 1))
    steps((20, 20, Rung.SECOND), day=date(2026, 11, 21))
    steps((30, 30, Rung.SECOND), day=date(2026, 11, 22))
    check = sent(office)
    assert list(Round.objects.filter(check_row=check, number__range=(100, 199)).values_list("due_at", flat=True)) == [NOW + 20 * MINUTE]


def test_the_first_message_goes_by_push_and_mail_to_whoever_has_them(cast, office, paths):
    check = sent(office)
    assert queue(check, NOW) == 4
    assert (0, "push", str(cast.aya.user_id)) in went(check)
    assert {channel for _number, channel, _address in went(check)} == {"email", "push"}


def test_a_check_may_choose_its_channels(cast, office, paths):
    check = draft(office)
    type(check).objects.filter(pk=check.pk).update(channels=["second"])
    actions.send_check(actor=office, at=NOW, check_id=check.pk, typed_count=None)
    queue(check, NOW)
    assert went(check) == [(0, "second", "aya2@example.jp")]


def test_each_rung_reaches_only_who_is_silent_and_has_that_way(cast, office, paths):
    steps((15, 15, Rung.SECOND), (720, 720, Rung.CONTACT))
    check = sent(office, reminders=[])
    queue(check, NOW)
    Delivery.objects.update(state=Progress.SENT)
    assert queue(check, NOW + 15 * MINUTE) == 1
    assert queue(check, NOW + 12 * HOUR) == 1
    assert went(check)[-2:] == [(100, "second", "aya2@example.jp"), (101, "contact", "mother@example.jp")]


def test_the_first_answer_stops_the_ladder(cast, office, paths):
    steps((15, 15, Rung.SECOND))
    check = sent(office, reminders=[])
    queue(check, NOW)
    actions.answer_by_link(actor=cast.viewer(cast.aya), at=NOW + MINUTE, recipient_id=recipient(check, cast.aya).pk, said=said())
    assert queue(check, NOW + 15 * MINUTE) == 0


@pytest.mark.parametrize(("backend", "written"), [("off", 0), ("recorded", 3)])
def test_text_messages_are_written_only_when_somebody_carries_them(cast, office, settings, backend, written):
    settings.SMS_BACKEND = backend
    steps((30, 30, Rung.SMS))
    check = sent(office, reminders=[])
    queue(check, NOW)
    assert queue(check, NOW + 30 * MINUTE) == written


def test_whoever_sleeps_gets_the_rung_later(cast, office, paths):
    steps((15, 300, Rung.SECOND))
    check = sent(office, reminders=[])
    queue(check, NOW)
    queue(check, NOW + 15 * MINUTE)
    assert Delivery.objects.get(channel="second").due_at == NOW + 300 * MINUTE


def test_each_gets_a_check_of_a_schedule_at_the_hour_of_their_own_place():
    timing = Timing(NOW, NOW, occasion=date(2026, 11, 23), local_time=time(9))
    assert timing.for_zone("Europe/Paris", at=NOW) == datetime(2026, 11, 23, 8, tzinfo=UTC)
    assert timing.for_zone("America/New_York", at=NOW) == datetime(2026, 11, 23, 14, tzinfo=UTC)
    reminder = Timing(NOW, NOW + DAY, occasion=date(2026, 11, 23), local_time=time(9))
    assert reminder.for_zone("Europe/Paris", at=NOW) == datetime(2026, 11, 24, 8, tzinfo=UTC)
    late = datetime(2026, 11, 23, 12, tzinfo=UTC)
    assert timing.for_zone("Europe/Paris", at=late) == late


def test_the_hour_of_their_own_place_is_when_the_message_becomes_due(office):
    check = draft(office)
    type(check).objects.filter(pk=check.pk).update(occasion=date(2026, 11, 23), local_time=time(9))
    actions.send_check(actor=office, at=NOW, check_id=check.pk, typed_count=None)
    queue(check, NOW)
    assert set(Delivery.objects.values_list("due_at", flat=True)) == {datetime(2026, 11, 23, 8, tzinfo=UTC)}
    people = Round.objects.get(check_row=check, number=ladder.OFFICE_ROUND)
    assert people.due_at > datetime(2026, 11, 24, 8, tzinfo=UTC)


def test_after_downtime_only_the_newest_by_each_way_goes_and_people_take_over_all_the_same(cast, office, paths):
    steps((15, 15, Rung.SECOND), (30, 30, Rung.SECOND), (1500, 1500, Rung.OFFICE))
    check = sent(office)
    queue(check, NOW)
    Delivery.objects.update(state=Progress.SENT)
    queue(check, NOW + 2 * DAY)
    assert [row[:2] for row in went(check) if row[0] > 0] == [(3, "email")] * 3 + [(3, "push"), (101, "second")]
    assert SafetyCase.objects.count() == 3


def test_a_first_sending_that_comes_late_moves_everything_after_it(office):
    check = sent(office, reminders=[60])
    queue(check, NOW + DAY)
    assert Round.objects.get(check_row=check, number=1).due_at == NOW + DAY + HOUR
    assert not SafetyCase.objects.exists()


def test_after_the_last_rung_the_silent_become_cases_with_their_place_once(cast, office):
    check = sent(office)
    queue(check, NOW)
    actions.answer_by_link(actor=cast.viewer(cast.aya), at=NOW, recipient_id=recipient(check, cast.aya).pk, said=said())
    Delivery.objects.update(state=Progress.SENT)
    for later in (2 * DAY, 3 * DAY):
        queue(check, NOW + later)
    cases = SafetyCase.objects.order_by("member")
    assert set(cases.values_list("member", "cause", "zone")) == {(person.pk, CaseCause.SILENT, "Europe/Paris") for person in (cast.ben, cast.chika)}
    assert AuditEntry.objects.filter(action="safety.silent_cases_opened").order_by("pk").first().detail == {"count": 2}


def test_whoever_is_followed_up_already_gets_no_second_case(cast, office):
    first, second = sent(office), sent(office)
    for check in (first, second):
        queue(check, NOW)
    Delivery.objects.update(state=Progress.SENT)
    for check in (first, second):
        queue(check, NOW + 3 * DAY)
    assert SafetyCase.objects.count() == 3


def test_a_silent_drill_makes_no_case(office):
    check = sent(office, kind="drill", typed=3)
    queue(check, NOW)
    queue(check, NOW + 9 * DAY)
    assert not SafetyCase.objects.exists()


def test_people_who_sleep_are_left_alone_until_the_morning(office):
    steps((15, 480, Rung.OFFICE))
    check = sent(office)
    queue(check, NOW)
    queue(check, NOW + 15 * MINUTE)
    assert not SafetyCase.objects.exists()
    queue(check, NOW + 8 * HOUR)
    assert SafetyCase.objects.count() == 3


def test_the_correction_of_a_drill_follows_it_up_the_ladder(cast, office, paths):
    steps((15, 15, Rung.SECOND), kind="drill")
    check = sent(office, kind="drill", typed=3)
    queue(check, NOW)
    queue(check, NOW + 15 * MINUTE)
    actions.send_correction(actor=office, at=NOW + 20 * MINUTE, check_id=check.pk)
    queue(check, NOW + 20 * MINUTE)
    assert (ladder.CORRECTION_ROUND, "second", "aya2@example.jp") in went(check)


def test_what_was_tried_is_told_in_the_order_of_time(cast, office, paths):
    steps((15, 15, Rung.SECOND))
    check = sent(office, reminders=[])
    queue(check, NOW)
    Delivery.objects.update(state=Progress.SENT, ended_at=NOW)
    queue(check, NOW + 15 * MINUTE)
    found = [(rung.channel, rung.state, rung.to_address) for rung in tried(recipient(check, cast.aya).pk)]
    assert sorted(found[:2]) == [("email", "sent", "aya@example.jp"), ("push", "sent", "")]
    assert found[2] == ("second", "due", "aya2@example.jp")


def test_a_second_address_that_its_owner_has_not_confirmed_gets_no_answer_link(cast, office, paths):
    Member.objects.filter(pk=cast.aya.pk).update(second_email_confirmed_at=None)
    check = sent(office)
    for hours in range(1, 25):
        queue(check, NOW + hours * HOUR)
    channels = {channel for _round, channel, _address in went(check)}
    assert "contact" in channels
    assert "second" not in channels
