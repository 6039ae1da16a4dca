"""Whatever the clock does, and however long nothing ran: everybody gets each message once, and nothing waits for hours (quality.md)."""

from collections import Counter
from datetime import timedelta

import pytest
from django.db.models import Sum

from ossma.core.claiming import LONGEST, claim
from ossma.core.models import AuditEntry, Progress
from safety import actions
from safety.actions import clocks
from safety.channels.mail import MAIL
from safety.dispatching import Outcome, deliver_chunk, set_times_right, steps, take
from safety.models import Delivery, Round, SafetyCheck
from tests.factories.safety import DAY, HOUR, MINUTE, NOW, draft, sent
from tests.smtp import smtp_sink

AHEAD = NOW + 3 * HOUR
pytestmark = pytest.mark.django_db


@pytest.fixture
def sink(settings):
    with smtp_sink() as running:
        settings.MAILERS = {"default": {"OPTIONS": {"host": "127.0.0.1", "port": running.port, "timeout": 5}}}
        yield running


def look(at):
    """What scheduler and worker do in one turn, at this time of their clock."""
    outcome = Outcome()
    set_times_right(outcome, at=at)
    for step in steps(at):
        take(step, outcome, at=at)
    assert outcome.failures == []


def send_all(at):
    while deliver_chunk("email", clock=lambda: at) is not None:
        pass


def turn(at):
    look(at)
    send_all(at)


def assert_each_got(sink, number):
    assert Counter(sink.addresses) == dict.fromkeys(("aya@example.jp", "ben@example.jp", "chika@example.jp"), number)


def jumping(*times):
    """A clock that shows these one after the other, and then stays."""
    left = list(times)
    return lambda: left.pop(0) if len(left) > 1 else left[0]


def test_a_check_sent_by_a_clock_that_ran_ahead_goes_out_when_it_is_set_right(office, sink):
    sent(office, at=AHEAD)
    turn(NOW)
    assert_each_got(sink, 1)
    assert SafetyCheck.objects.get().sent_at == NOW


def test_messages_queued_by_a_clock_that_ran_ahead_go_out_when_it_is_set_right(office, sink):
    sent(office, at=NOW - MINUTE)
    look(AHEAD)
    turn(NOW)
    assert_each_got(sink, 1)


def test_reminders_keep_their_distance_when_the_clock_is_set_right(office, sink):
    sent(office, at=AHEAD, reminders=[60])
    turn(AHEAD)
    turn(NOW)
    turn(NOW + 59 * MINUTE)
    assert_each_got(sink, 1)
    turn(NOW + 60 * MINUTE)
    assert_each_got(sink, 2)


def test_a_message_that_waited_for_its_next_try_does_not_wait_for_hours(cast, office, sink):
    sink.refuse["aya@example.jp"] = "450 try later"
    sent(office)
    look(NOW)
    send_all(AHEAD)
    sink.refuse.clear()
    turn(NOW + MINUTE)
    assert_each_got(sink, 1)


def test_what_a_dead_worker_held_with_a_clock_ahead_comes_back(office, sink):
    sent(office)
    look(NOW)
    claim(Delivery, at=AHEAD, limit=2, lease=MAIL.lease)
    turn(NOW + MINUTE)
    assert_each_got(sink, 1)


def test_a_clock_that_is_set_back_while_a_chunk_is_sent_costs_nothing(office, sink):
    sent(office)
    look(NOW)
    deliver_chunk("email", clock=jumping(AHEAD, AHEAD, AHEAD, NOW))
    assert claim(Delivery, at=NOW, limit=9, lease=MAIL.lease).ids == []
    turn(NOW + MINUTE)
    assert_each_got(sink, 1)
    assert Delivery.objects.aggregate(Sum("repeats")) == {"repeats__sum": 0}


def test_a_living_worker_whose_clock_was_set_back_renews_its_lease_by_the_right_time(office, sink):
    sent(office)
    look(NOW)
    seen = []
    moments = iter([AHEAD, AHEAD, AHEAD])

    def clock():
        seen.append(list(Delivery.objects.filter(state=Progress.DUE).values_list("lease_until", flat=True)))
        return next(moments, NOW)

    deliver_chunk("email", clock=clock)
    assert any(until and max(filter(None, until)) <= NOW + LONGEST for until in seen if any(until))
    assert_each_got(sink, 1)


def test_a_clock_that_jumps_forward_repeats_nothing(office, sink):
    sent(office, reminders=[])
    look(NOW)
    deliver_chunk("email", clock=jumping(NOW, NOW, NOW, AHEAD))
    turn(AHEAD)
    turn(NOW)
    assert_each_got(sink, 1)


def test_a_clock_that_is_right_moves_nothing(office, sink):
    sink.refuse["aya@example.jp"] = "450 try later"
    sent(office, reminders=[60])
    turn(NOW)
    before = (list(Round.objects.values("due_at", "queued_at")), list(Delivery.objects.values("due_at")))
    assert clocks.set_times_right(actor=office, at=NOW - timedelta(seconds=50)) == 0
    assert (list(Round.objects.values("due_at", "queued_at")), list(Delivery.objects.values("due_at"))) == before
    assert not AuditEntry.objects.filter(action="safety.times_set_right").exists()


def test_after_a_day_of_downtime_everybody_gets_one_message_and_then_the_reminders(office, sink):
    """A check was sent and nobody queued it, another was half sent and its worker died, a third was scheduled."""
    first = sent(office, reminders=[60, 120])
    actions.queue_rounds(actor=office, at=NOW, check_id=first.pk)
    claim(Delivery, at=NOW, limit=2, lease=MAIL.lease)
    sent(office, reminders=[60, 120])
    third = draft(office, reminders=[60, 120])
    actions.schedule_check(actor=office, at=NOW, check_id=third.pk, scheduled_for=NOW + HOUR, typed_count=None)
    back = NOW + DAY
    turn(back)
    came = Counter(Delivery.objects.filter(state=Progress.SENT).values_list("check_row_id", "round_number"))
    assert came[(first.pk, 0)] == 3
    assert set(Counter(sink.addresses).values()) == {len(came)}
    assert {check for check, _round in came} == set(SafetyCheck.objects.values_list("pk", flat=True))
    turn(back)
    turn(back + MINUTE)
    assert Delivery.objects.filter(state=Progress.SENT).count() == 3 * len(came)
    assert Delivery.objects.filter(repeats__gt=0).count() == 0
