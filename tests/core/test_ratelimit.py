"""Rate limits count exactly and forget."""

from datetime import UTC, datetime, timedelta

import pytest

from ossma.core.models import RateCounter
from ossma.core.ratelimit import allowed, forget_before

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def knock(key: str = "aya", at: datetime = AT) -> bool:
    return allowed(scope="join", key=key, limit=3, per=HOUR, at=at)


def test_the_use_after_the_limit_is_refused():
    assert [knock() for _ in range(4)] == [True, True, True, False]


def test_one_person_does_not_use_up_anothers_tries():
    for _ in range(4):
        knock("aya")
    assert knock("ben")


def test_the_next_window_starts_afresh():
    for _ in range(4):
        knock()
    assert knock(at=AT + HOUR)


def test_no_key_stands_in_the_table_in_clear_and_old_windows_are_forgotten():
    knock("aya@example.jp")
    assert "aya" not in RateCounter.objects.get().key
    assert forget_before(AT + HOUR) == 1
