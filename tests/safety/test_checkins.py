"""Missed check-ins: reminded at the time, looked for after the grace, ended by any safe word near the time (safety.md S4)."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from applications.queries.places import Place
from members.models import EmergencyContact
from ossma.core.models import OutboxMessage, PushDevice, PushMessage
from ossma.core.refusals import NotFound, Refused
from ossma.core.viewer import SYSTEM, by_link
from safety import actions
from safety.actions.checkins import Plan, cancel_check_in, extend_check_in, plan_check_in, report_check_in
from safety.actions.watching import open_missed, remind_due, settle_reported
from safety.addresses import check_in_path
from safety.models import Answer, CheckIn, SafetyCase
from safety.queries.checkins import due_counts
from safety.states import CaseCause, Channel, CheckInState
from tests.factories.own import CheckInFactory
from tests.factories.safety import DAY, HOUR, MINUTE, NOW, said

DUE = NOW + 3 * HOUR
CUSCO = Place("0051", "クスコ", "America/Lima")


def plan(**changes) -> Plan:
    """A check-in three hours from now."""
    values = {
        "location": CUSCO, "due_at": DUE, "no_signal_until": None, "grace_minutes": 30, "note": "インカ道", "told_contacts": [1, 2],
        "key": uuid4(),
    }  # fmt: skip
    return Plan(**values | changes)


def look(at) -> tuple[int, int, int]:
    """One look of the engine: reported, reminded, missed."""
    return tuple(act(actor=SYSTEM, at=at) for act in (settle_reported, remind_due, open_missed))


def state(row) -> str:
    return CheckIn.objects.get(pk=row.pk).state


@pytest.fixture
def aya(cast):
    """Aya, with a mother who can be written to and a father who cannot."""
    EmergencyContact.objects.filter(member=cast.aya).delete()
    EmergencyContact.objects.create(member=cast.aya, position=1, name="山田 母", relation="母", phone="+81312345678", email="mother@example.jp")
    EmergencyContact.objects.create(member=cast.aya, position=2, name="山田 父", relation="父", phone="+81312345679")
    return cast.viewer(cast.aya)


@pytest.fixture
def row(aya):
    """Aya's check-in."""
    return plan_check_in(actor=aya, at=NOW, plan=plan())


def mails(what):
    return sorted(OutboxMessage.objects.filter(template=f"safety/checkin_{what}").values_list("to_address", flat=True))


def test_the_same_page_sent_twice_sets_one_check_in(aya):
    once = plan()
    assert plan_check_in(actor=aya, at=NOW, plan=once).pk == plan_check_in(actor=aya, at=NOW, plan=once).pk
    assert CheckIn.objects.get().told_contacts == [1]


@pytest.mark.parametrize(
    "changes",
    [{"due_at": NOW}, {"due_at": NOW + 31 * DAY}, {"no_signal_until": NOW - MINUTE}, {"grace_minutes": 1}, {"no_signal_until": NOW + 40 * DAY}],
)
def test_a_plan_that_cannot_be_kept_is_refused(aya, changes):
    with pytest.raises(Refused):
        plan_check_in(actor=aya, at=NOW, plan=plan(**changes))


def test_before_the_time_nothing_happens(row):
    assert look(DUE - MINUTE) == (0, 0, 0)


def test_at_the_time_the_member_is_reminded_once(row):
    assert look(DUE) == (0, 1, 0)
    assert look(DUE + MINUTE) == (0, 0, 0)
    assert mails("reminder") == ["aya@example.jp"]
    assert state(row) == CheckInState.REMINDED


def test_the_reminder_comes_by_push_too_where_there_is_a_device(row, cast, settings):
    settings.VAPID_PRIVATE_KEY = "uCGFWUjjIzhmqvJfN4vjExGUArCuZVcSDbsQxUzlpxo"
    PushDevice.objects.create(user=cast.aya.user, endpoint="https://push.example/1", p256dh="k", auth="a", created_at=NOW)
    look(DUE)
    message = PushMessage.objects.get()
    assert (message.path, message.title_en) == (check_in_path(row.pk, Channel.PUSH), "Your check-in")
    assert "クスコ" not in message.body_ja


def test_after_the_grace_office_school_and_the_named_contacts_are_told_and_a_case_is_open(row, cast):
    look(DUE)
    assert look(DUE + 29 * MINUTE) == (0, 0, 0)
    assert look(DUE + 30 * MINUTE) == (0, 0, 1)
    assert look(DUE + 31 * MINUTE) == (0, 0, 0)
    case = SafetyCase.objects.get()
    assert (case.cause, case.member_id, case.city, case.zone) == (CaseCause.MISSED, cast.aya.pk, "クスコ", "America/Lima")
    assert {"mother@example.jp", "doi@example.jp"} < set(mails("missed"))


def test_a_contact_who_was_not_named_hears_nothing(aya):
    plan_check_in(actor=aya, at=NOW, plan=plan(told_contacts=[]))
    look(DUE)
    look(DUE + HOUR)
    assert "mother@example.jp" not in mails("missed")


def test_after_a_day_of_downtime_the_reminder_comes_first_and_leaves_a_moment(row):
    late = DUE + DAY
    assert look(late) == (0, 1, 0)
    assert look(late + 9 * MINUTE) == (0, 0, 0)
    assert look(late + 10 * MINUTE) == (0, 0, 1)


def test_no_signal_expected_until_sunday_is_a_valid_plan(aya):
    row = plan_check_in(actor=aya, at=NOW, plan=plan(no_signal_until=DUE + 2 * DAY))
    assert look(DUE + DAY) == (0, 0, 0)
    assert look(DUE + 2 * DAY) == (0, 1, 0)
    assert row.runs_from == DUE + 2 * DAY


def test_one_tap_puts_it_off_by_an_hour_and_a_second_tap_of_the_same_page_does_not(row, aya):
    for _twice in range(2):
        extend_check_in(actor=aya, at=NOW, check_in_id=row.pk, seen_due=DUE)
    assert CheckIn.objects.get().due_at == DUE + HOUR


def test_put_off_after_the_reminder_it_is_reminded_of_again(row, aya):
    look(DUE)
    extend_check_in(actor=aya, at=DUE + MINUTE, check_in_id=row.pk, seen_due=DUE)
    assert state(row) == CheckInState.PLANNED
    assert look(DUE + HOUR + MINUTE) == (0, 1, 0)
    assert len(mails("reminder")) == 2


def test_one_tap_reports_and_is_a_report_like_any_other(row, aya, cast):
    for _twice in range(2):
        report_check_in(actor=aya, at=DUE, check_in_id=row.pk)
    assert state(row) == CheckInState.REPORTED
    answer = Answer.objects.get(recipient=None)
    assert (answer.kind, answer.city) == ("ok", "クスコ")
    assert look(DUE + DAY) == (0, 0, 0)


def test_a_safe_word_near_the_time_is_the_report(row, aya):
    actions.report_own(actor=aya, at=DUE - 50 * MINUTE, said=said("ok"))
    assert look(DUE) == (1, 0, 0)
    assert state(row) == CheckInState.REPORTED


def test_a_safe_word_in_the_morning_says_nothing_about_the_evening(row, aya):
    actions.report_own(actor=aya, at=NOW + MINUTE, said=said("ok"))
    assert look(DUE) == (0, 1, 0)


@pytest.mark.parametrize("kind", ["help", "not_there"])
def test_only_a_safe_word_is_a_report(row, aya, kind):
    actions.report_own(actor=aya, at=DUE, said=said(kind, country_id="0051", city="クスコ"))
    assert look(DUE)[0] == 0


def test_reported_after_it_was_missed_everybody_who_was_told_hears_it(row, aya):
    look(DUE)
    look(DUE + HOUR)
    actions.report_own(actor=aya, at=DUE + 2 * HOUR, said=said("ok"))
    assert look(DUE + 2 * HOUR) == (1, 0, 0)
    assert mails("clear") == mails("missed")
    assert SafetyCase.objects.get().state == "new"


def test_a_case_that_runs_is_not_doubled_and_has_to_be_looked_at_now(row, aya):
    actions.report_own(actor=aya, at=NOW + MINUTE, said=said("help"))
    look(DUE)
    look(DUE + HOUR)
    case = SafetyCase.objects.get()
    assert (case.cause, case.next_try_at) == (CaseCause.HELP, DUE + HOUR)


def test_called_off_nothing_is_waited_for(row, aya):
    cancel_check_in(actor=aya, at=NOW, check_in_id=row.pk)
    assert look(DUE + DAY) == (0, 0, 0)


def test_missed_it_can_only_be_reported(row, aya):
    look(DUE)
    look(DUE + HOUR)
    for act, more in ((cancel_check_in, {}), (extend_check_in, {"seen_due": DUE})):
        with pytest.raises(Refused):
            act(actor=aya, at=DUE + HOUR, check_in_id=row.pk, **more)
    assert report_check_in(actor=aya, at=DUE + 2 * HOUR, check_in_id=row.pk).state == CheckInState.REPORTED


def test_nobody_touches_anothers_check_in(row, cast):
    for act in (cancel_check_in, report_check_in):
        with pytest.raises(NotFound):
            act(actor=cast.viewer(cast.ben), at=NOW, check_in_id=row.pk)


def test_the_dry_run_knows_what_would_be_done(row):
    assert due_counts(DUE - MINUTE) == (0, 0)
    assert due_counts(DUE) == (1, 0)
    look(DUE)
    assert due_counts(DUE + HOUR) == (0, 1)


def test_the_reminders_link_shows_without_a_login_and_only_a_press_reports(row, client):
    path = check_in_path(row.pk)
    assert "クスコ" in client.get(path).content.decode()
    assert state(row) == CheckInState.PLANNED
    assert client.post(path, {"tap": "safe"}).status_code == 303
    assert state(row) == CheckInState.REPORTED
    assert Answer.objects.get(recipient=None).source == "link"


def test_a_broken_link_opens_nothing(row, client):
    assert client.get(check_in_path(row.pk).replace("-", "-x", 1)).status_code == 404


def test_the_form_reads_the_clock_of_the_place(cast, aya):
    client = cast.client(cast.aya)
    data = {"country": "0051", "city": "クスコ", "due": "2099-01-01T21:00", "grace": "30"}
    page = client.post(reverse("member:safety:check_in_new"), data)
    assert page.status_code == 400
    soon = (datetime.now(UTC) + timedelta(days=2)).astimezone().strftime("%Y-%m-%dT21:00")
    assert client.post(reverse("member:safety:check_in_new"), data | {"due": soon}).status_code == 302
    row = CheckIn.objects.get()
    assert (row.zone, row.due_at.hour) == ("America/Lima", 2)
    page = client.get(reverse("member:safety:check_ins")).content.decode()
    assert "無事です" in page
    client.post(reverse("member:safety:check_in_act", args=[row.pk]), {"tap": "later", "due": row.due_at.isoformat()})
    assert CheckIn.objects.get().due_at == row.due_at + HOUR


def test_by_link_the_holder_speaks_for_the_member_only(row, cast):
    with pytest.raises(NotFound):
        report_check_in(actor=by_link(cast.ben.pk), at=NOW, check_in_id=row.pk)


def test_two_looks_at_once_share_the_work(cast, aya):
    rows = [CheckInFactory(member=cast.aya) for _ in range(3)]
    assert look(DUE)[1] + look(DUE)[1] == len(rows)


def test_a_tap_that_a_phone_kept_counts_from_when_it_was_pressed(aya, row):
    report_check_in(actor=aya, at=DUE + 5 * HOUR, check_in_id=row.pk, said_at=DUE - MINUTE)
    row.refresh_from_db()
    assert (row.state, row.ended_at) == (CheckInState.REPORTED, DUE - MINUTE)
    assert Answer.objects.get(member=row.member_id, recipient=None).said_at == DUE - MINUTE


@pytest.mark.parametrize(("claimed", "counted"), [(NOW - DAY, NOW), (DUE + DAY, DUE)])
def test_a_phone_s_clock_reaches_neither_before_the_check_in_nor_into_the_future(aya, row, claimed, counted):
    report_check_in(actor=aya, at=DUE, check_in_id=row.pk, said_at=claimed)
    assert Answer.objects.get(member=row.member_id, recipient=None).said_at == counted


def test_an_hour_more_that_a_phone_kept_is_an_hour_from_when_it_was_pressed(aya, row):
    look(DUE)
    extend_check_in(actor=aya, at=DUE + 20 * MINUTE, check_in_id=row.pk, seen_due=DUE, said_at=DUE - MINUTE)
    row.refresh_from_db()
    assert (row.state, row.due_at) == (CheckInState.PLANNED, DUE + HOUR)


@pytest.mark.parametrize("signed", [True, False])
def test_both_pages_take_the_true_time_and_answer_the_script_with_the_next_page(cast, client, signed):
    row = CheckInFactory(member=cast.aya, due_at=timezone.now() + HOUR, created_at=timezone.now() - DAY)
    pressed = timezone.now() - HOUR
    address = check_in_path(row.pk) if signed else reverse("member:safety:check_in_act", args=[row.pk])
    browser = client if signed else cast.client(cast.aya)
    reply = browser.post(address, {"tap": "safe", "said_at": pressed.isoformat()}, headers={"accept": "application/json"})
    assert reply.json() == {"next": address if signed else reverse("member:safety:check_ins")}
    row.refresh_from_db()
    assert (row.state, row.ended_at) == (CheckInState.REPORTED, pressed)
