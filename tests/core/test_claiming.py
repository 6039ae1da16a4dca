"""Rows are held by one worker at a time; what a dead one held comes back by itself."""

from datetime import UTC, datetime, timedelta
from threading import Barrier, Thread

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.models import Q

from ossma.core import claiming
from ossma.core.models import OutboxMessage, Progress
from ossma.core.steps import Steps

AT = datetime(2026, 11, 21, tzinfo=UTC)
LEASE = timedelta(seconds=60)
SECOND = timedelta(seconds=1)


@pytest.fixture
def rows(db):
    """Five mails that are due, the first written first."""
    return write(5)


def write(number, *, due_at=AT):
    return [
        OutboxMessage.objects.create(
            key=f"{n}", to_address=f"p{n}@example.jp", language="ja", template="x", created_at=AT, due_at=due_at + n * SECOND
        )
        for n in range(number)
    ]  # fmt: skip


def take(*, at=AT + 10 * SECOND, limit=10, **more):
    return claiming.claim(OutboxMessage, at=at, limit=limit, lease=LEASE, **more)


def fresh(row):
    return OutboxMessage.objects.get(pk=row.pk)


def test_the_oldest_are_taken_first_and_only_what_is_due(rows):
    assert take(limit=2).ids == [rows[0].pk, rows[1].pk]
    assert take(at=AT + 2 * SECOND).ids == [rows[2].pk]


def test_what_one_holds_another_does_not_get(rows):
    assert len(take(limit=3).ids) == 3
    assert len(take().ids) == 2
    assert take().ids == []


def test_a_dead_workers_rows_come_back_when_the_lease_ends(rows):
    take()
    assert take(at=AT + 10 * SECOND + LEASE).ids == []
    again = take(at=AT + 11 * SECOND + LEASE)
    assert len(again.ids) == 5
    assert {row.tries for row in OutboxMessage.objects.all()} == {2}


def test_a_condition_narrows_what_is_taken(rows):
    assert take(only=Q(key="3")).ids == [rows[3].pk]


def step(held, *, done, begin, at=AT):
    """One step, waited for."""
    steps = Steps(held)
    steps.start(done=done, begin=begin, at=at)
    return steps.settled()


def test_a_step_ticks_off_one_and_begins_the_next(rows):
    held = take()
    assert step(held, done=None, begin=held.ids[0])
    assert step(held, done=held.ids[0], begin=held.ids[1], at=AT + SECOND)
    first, second = fresh(rows[0]), fresh(rows[1])
    assert (first.state, first.ended_at, first.begun_at) == (Progress.SENT, AT + SECOND, AT)
    assert (second.state, second.begun_at, second.repeats) == (Progress.DUE, AT + SECOND, 0)
    assert step(held, done=None, begin=None)


def test_steps_are_sent_one_after_the_other_and_a_lost_lease_stays_lost(rows):
    held = take()
    steps = Steps(held)
    for pk in held.ids:
        steps.start(done=None, begin=pk, at=AT)
    assert steps.settled()
    take(at=AT + timedelta(hours=1))
    steps.start(done=held.ids[0], begin=None, at=AT)
    steps.start(done=None, begin=None, at=AT)
    assert not steps.settled()


def test_a_database_that_does_not_understand_is_an_error_and_no_silence(rows, monkeypatch):
    held = take()
    monkeypatch.setattr(held.key.__class__, "hex", property(lambda _self: "no uuid"))
    with pytest.raises(DatabaseError), transaction.atomic():
        step(held, done=None, begin=held.ids[0])


def test_who_has_lost_the_lease_may_not_go_on(rows):
    slow = take()
    take(at=AT + timedelta(hours=1))
    assert not step(slow, done=None, begin=slow.ids[0], at=AT)
    assert fresh(rows[0]).begun_at is None


def test_what_was_begun_by_a_dead_worker_is_counted_as_a_possible_repeat(rows):
    held = take()
    step(held, done=None, begin=held.ids[0], at=AT)
    again = take(at=AT + timedelta(hours=1))
    step(again, done=None, begin=again.ids[0], at=AT)
    step(again, done=again.ids[0], begin=again.ids[1], at=AT)
    assert [fresh(row).repeats for row in rows] == [1, 0, 0, 0, 0]


def test_what_was_not_reached_goes_back_at_once_and_the_try_does_not_count(rows):
    held = take()
    step(held, done=None, begin=held.ids[0], at=AT)
    claiming.give_back(held, held.ids, due_at=AT, error="away", uncertain=held.ids[0])
    first, second = fresh(rows[0]), fresh(rows[1])
    assert (first.tries, first.lease_key, first.begun_at, first.last_error) == (0, None, AT, "away")
    assert (second.tries, second.begun_at) == (0, None)
    assert len(take().ids) == 5


@pytest.mark.parametrize(("tries", "minutes"), [(1, 1), (2, 3), (9, 1440)])
def test_a_refused_message_waits_longer_each_time(rows, tries, minutes):
    held = take()
    claiming.failed(held, held.ids[0], tries=tries, at=AT, error="451 busy", final=False)
    row = fresh(rows[0])
    assert (row.state, row.due_at, row.lease_key) == (Progress.DUE, AT + timedelta(minutes=minutes), None)


@pytest.mark.parametrize(("tries", "final"), [(1, True), (10, False)])
def test_it_is_given_up_visibly_when_the_server_says_never_or_the_ladder_ends(rows, tries, final):
    held = take()
    claiming.failed(held, held.ids[0], tries=tries, at=AT, error="550 " + "x" * 400, final=final)
    row = fresh(rows[0])
    assert (row.state, row.ended_at, len(row.last_error)) == (Progress.GAVE_UP, AT, 300)


def test_what_nobody_needs_any_more_is_cancelled(rows):
    held = take()
    claiming.drop(held, held.ids[:2], at=AT)
    assert [fresh(row).state for row in rows] == ["cancelled", "cancelled", "due", "due", "due"]


def test_a_lease_can_be_renewed_by_its_holder_only(rows):
    held = take()
    claiming.renew(held, at=AT + 40 * SECOND)
    assert take(at=AT + 80 * SECOND).ids == []
    other = take(at=AT + 200 * SECOND)
    claiming.renew(held, at=AT + timedelta(days=1))
    assert fresh(rows[0]).lease_until == AT + 200 * SECOND + LEASE
    assert other.until == AT + 200 * SECOND + LEASE


@pytest.mark.django_db(transaction=True)
def test_many_claim_at_once_and_no_row_is_held_twice():
    write(60)
    together, got = Barrier(4), []

    def work():
        together.wait()
        while (held := take(at=AT + timedelta(hours=1), limit=7)).ids:
            got.extend(held.ids)
        connection.close()

    workers = [Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sorted(got) == sorted(OutboxMessage.objects.values_list("pk", flat=True))


def test_a_lease_from_a_clock_that_ran_hours_ahead_holds_nothing_once_it_is_set_right(rows):
    take(at=AT + timedelta(hours=3))
    assert len(take().ids) == 5


def test_a_lease_from_another_machine_whose_clock_is_a_little_ahead_is_respected(rows):
    take(at=AT + 70 * SECOND)
    assert take().ids == []


def test_a_lease_that_others_would_take_for_nobodys_is_refused(rows):
    with pytest.raises(ValueError, match="longer than any may be"):
        claiming.claim(OutboxMessage, at=AT, limit=1, lease=claiming.LONGEST)
    assert {row.tries for row in OutboxMessage.objects.all()} == {0}
