"""A tap on the worker's shoulder never fails and never waits long."""

import pytest
from celery import current_app
from kombu.exceptions import OperationalError

from ossma.core import nudge as module

pytestmark = pytest.mark.django_db


@pytest.fixture
def taps(monkeypatch):
    monkeypatch.setattr(module, "_quiet_until", 0.0)
    sent = []
    monkeypatch.setattr(current_app, "send_task", lambda name, **options: sent.append(name))
    return sent


def test_the_worker_is_told_after_the_commit_not_before(taps, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        module.nudge("core.send_outbox")
        assert taps == []
    assert taps == ["core.send_outbox"]


def test_a_broker_that_is_away_costs_one_try_and_no_error(monkeypatch, taps, django_capture_on_commit_callbacks):
    tries = []

    def refuse(name, **options):
        tries.append(name)
        raise OperationalError("connection refused")

    monkeypatch.setattr(current_app, "send_task", refuse)
    with django_capture_on_commit_callbacks(execute=True):
        module.nudge("one")
        module.nudge("two")
    assert tries == ["one"]
