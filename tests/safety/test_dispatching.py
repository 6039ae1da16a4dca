"""The engine's two turns and the command: everything due is queued, sent and ticked off, and nothing else."""

from datetime import timedelta

import pytest
from celery.exceptions import OperationalError
from django.core.management import CommandError, call_command
from django.utils import timezone

from members.models import Member
from ossma.core.models import Progress
from ossma.core.viewer import SYSTEM
from safety import actions, ladder, tasks
from safety.channels.mail import MAIL
from safety.dispatching import deliver_chunk, steps
from safety.models import Delivery, Round, SafetyCheck
from safety.states import CheckState
from tests.factories.safety import HOUR, MINUTE, NOW, draft, recipient, said, sent
from tests.smtp import smtp_sink


@pytest.fixture
def sink(settings):
    """A mail server that takes everything."""
    with smtp_sink() as running:
        settings.MAILERS = {"default": {"OPTIONS": {"host": "127.0.0.1", "port": running.port, "timeout": 5}}}
        yield running


@pytest.fixture
def called(monkeypatch):
    """Tasks that were asked for; the broker does not exist."""
    names = []
    monkeypatch.setattr(tasks.current_app, "send_task", lambda name, **options: names.append((name, options.get("priority"))))
    return names


def everybody():
    """All members: whoever is named is asked, whatever the clock of this machine says."""
    return Member.objects.values_list("pk", flat=True)


def at(moment):
    return lambda: moment


def test_a_chunk_is_sent_and_ticked_off(cast, office, sink):
    check = sent(office)
    actions.queue_rounds(actor=SYSTEM, at=NOW, check_id=check.pk)
    assert deliver_chunk("email", clock=at(NOW)).sent == 3
    assert deliver_chunk("email", clock=at(NOW)) is None
    assert sorted(sink.addresses) == ["aya@example.jp", "ben@example.jp", "chika@example.jp"]
    assert set(Delivery.objects.values_list("state", "repeats")) == {(Progress.SENT, 0)}
    assert [mail["To"] for mail in sink.mails()] == sink.addresses


def test_a_stopped_check_sends_nothing(office, sink):
    check = sent(office)
    actions.queue_rounds(actor=SYSTEM, at=NOW, check_id=check.pk)
    actions.stop_check(actor=office, at=NOW, check_id=check.pk)
    assert deliver_chunk("email", clock=at(NOW)) is None
    actions.resume_check(actor=office, at=NOW, check_id=check.pk)
    assert deliver_chunk("email", clock=at(NOW)).sent == 3


def test_a_reminder_to_somebody_who_has_answered_meanwhile_is_dropped(cast, office, sink):
    check = sent(office, reminders=[60])
    actions.queue_rounds(actor=SYSTEM, at=NOW, check_id=check.pk)
    deliver_chunk("email", clock=at(NOW))
    actions.queue_rounds(actor=SYSTEM, at=NOW + HOUR, check_id=check.pk)
    actions.answer_by_link(actor=cast.viewer(cast.aya), at=NOW + HOUR, recipient_id=recipient(check, cast.aya).pk, said=said())
    assert deliver_chunk("email", clock=at(NOW + HOUR)).sent == 2
    assert Delivery.objects.get(recipient__member=cast.aya, round_number=1).state == Progress.CANCELLED


def test_the_first_message_goes_also_to_somebody_who_has_answered_already(cast, office, sink):
    check = sent(office)
    actions.queue_rounds(actor=SYSTEM, at=NOW, check_id=check.pk)
    actions.answer_by_link(actor=cast.viewer(cast.aya), at=NOW, recipient_id=recipient(check, cast.aya).pk, said=said())
    assert deliver_chunk("email", clock=at(NOW)).sent == 3


def test_an_address_that_fails_keeps_nobody_from_getting_theirs(cast, office, sink):
    sink.refuse["ben@example.jp"] = "550 unknown"
    check = sent(office)
    actions.queue_rounds(actor=SYSTEM, at=NOW, check_id=check.pk)
    tally = deliver_chunk("email", clock=at(NOW))
    assert (tally.sent, tally.refused) == (2, 1)
    assert Delivery.objects.get(recipient__member=cast.ben).state == Progress.GAVE_UP


def test_a_mail_server_that_is_away_delays_and_loses_nothing(office, sink, settings):
    check = sent(office)
    actions.queue_rounds(actor=SYSTEM, at=NOW, check_id=check.pk)
    there = settings.MAILERS
    settings.MAILERS = {"default": {"OPTIONS": {"host": "127.0.0.1", "port": 1, "timeout": 5}}}
    assert deliver_chunk("email", clock=at(NOW)).returned == 3
    settings.MAILERS = there
    assert deliver_chunk("email", clock=at(NOW + MINUTE)).sent == 3


def test_the_workers_task_opens_queues_and_calls_senders_behind_everything_else(office, called):
    check = draft(office, audience={"named": list(everybody())})
    SafetyCheck.objects.update(state=CheckState.SCHEDULED, scheduled_for=timezone.now() - MINUTE)
    assert tasks.dispatch() == 3
    check.refresh_from_db()
    assert check.state == CheckState.OPEN
    assert called == [("safety.deliver", tasks.LAST)]


def test_without_a_broker_the_sender_goes_on_alone(office, sink, monkeypatch):
    def away(*_args, **_options):
        raise OperationalError("broker away")

    monkeypatch.setattr(tasks.current_app, "send_task", away)
    monkeypatch.setattr(tasks, "TURN_SECONDS", 0)
    monkeypatch.setattr(MAIL, "chunk", 1)
    check = sent(office, at=timezone.now() - MINUTE, audience={"named": list(everybody())})
    actions.queue_rounds(actor=SYSTEM, at=timezone.now(), check_id=check.pk)
    assert tasks.deliver("email") == 3
    assert len(sink.taken) == 3


def test_with_a_broker_the_sender_hands_on_after_its_turn(office, sink, called, monkeypatch):
    monkeypatch.setattr(tasks, "TURN_SECONDS", 0)
    monkeypatch.setattr(MAIL, "chunk", 1)
    check = sent(office, at=timezone.now() - MINUTE, audience={"named": list(everybody())})
    actions.queue_rounds(actor=SYSTEM, at=timezone.now(), check_id=check.pk)
    assert tasks.deliver("email") == 1
    assert ("safety.deliver", tasks.LAST) in called


def command(capsys, *options):
    call_command("dispatch_safety_checks", *options)
    return capsys.readouterr().out


def test_the_command_says_what_it_would_do_and_does_nothing(office, called, capsys):
    check = sent(office, at=timezone.now(), audience={"named": list(everybody())})
    assert f"check {check.pk}: has a round due: round 0 by " in command(capsys, "--dry-run")
    Round.objects.filter(check_row=check, number=0).update(queued_at=timezone.now())
    Round.objects.filter(check_row=check, number=ladder.OFFICE_ROUND).update(due_at=timezone.now())
    later = draft(office)
    SafetyCheck.objects.filter(pk=later.pk).update(state=CheckState.SCHEDULED, scheduled_for=timezone.now() - MINUTE)
    held = draft(office)
    SafetyCheck.objects.filter(pk=held.pk).update(held_until=timezone.now())
    words = command(capsys, "--dry-run")
    assert f"check {check.pk}: has a round due: 3 silent would become cases" in words
    assert f"check {later.pk}: would be sent as scheduled" in words
    assert f"check {held.pk}: drafted by a rule, held until" in words
    assert "0 check-ins would be reminded of" in words
    assert not Delivery.objects.exists()


def test_the_command_queues_and_hands_over_to_the_worker(office, called, capsys):
    sent(office, at=timezone.now(), audience={"named": list(everybody())})
    assert "3 messages queued" in command(capsys)
    assert "0 messages queued" in command(capsys)
    assert Delivery.objects.filter(state=Progress.DUE).count() == 3


def test_the_command_can_send_by_itself(office, sink, called, capsys):
    sent(office, at=timezone.now(), audience={"named": list(everybody())})
    assert "3 messages sent" in command(capsys, "--send")
    assert len(sink.taken) == 3


def test_what_cannot_be_queued_ends_in_an_exit_code_and_holds_up_nothing_else(office, called, capsys):
    people = {"named": list(everybody())}
    broken, good = draft(office, audience=people), draft(office, audience=people)
    due = timezone.now() - MINUTE
    SafetyCheck.objects.update(state=CheckState.SCHEDULED, scheduled_for=due)
    SafetyCheck.objects.filter(pk=broken.pk).update(audience={"galaxies": [1]})
    with pytest.raises(CommandError, match=f"{broken.pk}: Refused"):
        command(capsys)
    good.refresh_from_db()
    assert (good.state, good.recipient_count) == (CheckState.OPEN, 3)


def test_nothing_due_is_nothing_to_do(office, called, capsys):
    draft(office)
    assert steps(timezone.now() + timedelta(days=365)) == []
    assert "0 scheduled checks sent, 0 messages queued" in command(capsys)
