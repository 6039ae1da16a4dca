"""The scheduler goes on calling when the clock jumps."""

from datetime import UTC, datetime, timedelta

import pytest
from celery import Celery
from celery.beat import ScheduleEntry

from ossma.beat import Every, SteadyScheduler

AT = datetime(2026, 11, 21, tzinfo=UTC)
HOURS = timedelta(hours=3)
SECOND = timedelta(seconds=1)


@pytest.fixture
def clock(monkeypatch):
    """Two clocks that a test sets: the one on the wall and the one that only goes forward."""
    times = {"wall": AT, "steady": 100.0}
    monkeypatch.setattr("ossma.beat.time.monotonic", lambda: times["steady"])
    return times


@pytest.fixture
def beat(clock, tmp_path):
    """A scheduler with one task every ten seconds; `called` counts the calls."""
    app = Celery("beat-test", set_as_current=False)
    scheduler = SteadyScheduler(app, schedule_filename=str(tmp_path / "schedule"), lazy=True)
    every = Every(10, nowfun=lambda: clock["wall"], app=app)
    entry = ScheduleEntry("look", "look", schedule=every, last_run_at=AT, app=app)
    scheduler.data = {"look": entry}
    scheduler.producer, scheduler.called = None, []
    scheduler.apply_async = lambda entry, **_: scheduler.called.append(entry.name)
    scheduler._store = {"entries": scheduler.data}
    return scheduler


def pass_seconds(clock, number):
    clock["wall"] += number * SECOND
    clock["steady"] += number


def test_it_calls_at_each_interval(beat, clock):
    beat.tick()
    assert beat.called == []
    for _ in range(3):
        pass_seconds(clock, 10)
        beat.tick()
    assert len(beat.called) == 3


@pytest.mark.parametrize("jump", [HOURS, -HOURS])
def test_a_clock_that_jumps_delays_the_next_call_by_no_more_than_one_interval(beat, clock, jump):
    pass_seconds(clock, 10)
    beat.tick()
    clock["wall"] += jump
    pass_seconds(clock, 10)
    beat.tick()
    pass_seconds(clock, 10)
    beat.tick()
    assert len(beat.called) == 3


def test_a_last_call_in_the_future_is_no_reason_to_wait(clock):
    """What a scheduler reads from its file after the clock was set right."""
    every = Every(10, nowfun=lambda: clock["wall"])
    assert every.is_due(AT + HOURS).is_due
    assert not every.is_due(AT - SECOND).is_due
