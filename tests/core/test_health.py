"""/healthz tells the truth about each part."""

import pytest
from django.core.cache import cache
from django.test import Client

from ossma.core import health, registries
from ossma.core.registries import Health

pytestmark = pytest.mark.django_db


@pytest.fixture
def parts(monkeypatch):
    found: dict = {}
    monkeypatch.setattr(registries.health, "_entries", found)
    return found


def test_everything_well_is_200_with_one_entry_per_part(parts):
    parts["database"] = health.database
    reply = Client().get("/healthz")
    assert reply.status_code == 200
    assert reply.json() == {"ok": True, "parts": {"database": {"ok": True, "detail": "answers"}}}


def test_one_part_that_is_not_well_is_503(parts):
    parts["database"], parts["feed"] = health.database, lambda: Health(False, "stale")
    reply = Client().get("/healthz")
    assert reply.status_code == 503
    assert reply.json()["parts"]["feed"] == {"ok": False, "detail": "stale"}


def test_a_probe_that_breaks_is_a_part_that_is_not_well_not_a_broken_page(parts):
    parts["broken"] = lambda: 1 / 0
    reply = Client().get("/healthz")
    assert reply.status_code == 503
    assert reply.json()["parts"]["broken"] == {"ok": False, "detail": "ZeroDivisionError"}


def test_a_broker_that_is_away_is_said(settings):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    assert health.broker() == Health(False, "ConnectionError")


def test_the_pulse_of_the_background_is_seen_until_it_stops():
    cache.clear()
    assert not health.background().ok
    health.beat_pulse(health.timezone.now())
    assert health.background().ok
