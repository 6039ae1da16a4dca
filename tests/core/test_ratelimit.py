"""Rate limits count exactly, wait longer and longer where they should, and forget."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from ossma.core.models import RateCounter
from ossma.core.ratelimit import KEPT, Limit, TooMany, allowed, clear, forget_old, give_back, in_words, peek, require, take, take_all

AT = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
SECOND, MINUTE, HOUR, DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
KNOCK = Limit("knock", 3, HOUR, "person", "the door")
GUESS = Limit("guess", 2, DAY, "person", "the lock", (MINUTE, 10 * MINUTE))


def knock(key: str = "aya", at: datetime = AT) -> bool:
    return allowed(KNOCK, key=key, at=at)


def guess(at: datetime = AT) -> timedelta:
    return take(GUESS, key="aya", at=at)


@pytest.mark.django_db
class TestWindows:
    def test_the_use_after_the_limit_is_refused(self):
        assert [knock() for _ in range(4)] == [True, True, True, False]

    def test_one_person_does_not_use_up_anothers_tries(self):
        for _ in range(4):
            knock("aya")
        assert knock("ben")

    def test_the_next_window_starts_afresh(self):
        for _ in range(4):
            knock()
        assert knock(at=AT + HOUR)

    def test_a_refused_use_says_how_long_to_wait_and_is_not_counted(self):
        assert [take(KNOCK, key="aya", at=AT + 20 * MINUTE) for _ in range(5)] == [timedelta(0)] * 3 + [40 * MINUTE] * 2
        give_back(KNOCK, key="aya", at=AT + 20 * MINUTE)
        assert [knock(at=AT + 20 * MINUTE) for _ in range(2)] == [True, False]

    def test_a_look_counts_nothing(self):
        assert [peek(KNOCK, key="aya", at=AT) for _ in range(9)] == [timedelta(0)] * 9
        assert [knock() for _ in range(3)] == [True] * 3
        assert peek(KNOCK, key="aya", at=AT + 59 * MINUTE) == MINUTE

    def test_a_use_that_is_given_back_was_none(self):
        for _ in range(3):
            knock()
        give_back(KNOCK, key="aya", at=AT)
        assert [knock(), knock()] == [True, False]

    def test_a_limit_that_must_hold_says_so_with_the_wait(self):
        for _ in range(3):
            require(KNOCK, key="aya", at=AT)
        with pytest.raises(TooMany, match="60") as refused:
            require(KNOCK, key="aya", at=AT)
        assert refused.value.wait == HOUR

    def test_uses_that_are_taken_together_are_taken_all_or_not_at_all(self):
        for _ in range(3):
            knock("ben")
        with pytest.raises(TooMany):
            take_all((KNOCK, "aya"), (KNOCK, "ben"), at=AT)
        assert [knock("aya") for _ in range(4)] == [True, True, True, False]


@pytest.mark.django_db
class TestGrowingWaits:
    def test_each_use_beyond_the_free_ones_waits_longer_than_the_one_before(self):
        waits, at = [], AT
        for _ in range(5):
            assert not guess(at)
            waits.append(peek(GUESS, key="aya", at=at))
            at += waits[-1]
        assert waits == [timedelta(0), MINUTE, 10 * MINUTE, 10 * MINUTE, 10 * MINUTE]

    def test_tries_during_a_wait_do_not_make_it_longer(self):
        guess()
        guess()
        assert [guess(AT + n * SECOND) for n in (10, 20, 59)] == [50 * SECOND, 40 * SECOND, SECOND]
        assert not guess(AT + MINUTE)

    def test_a_day_without_a_use_after_the_wait_is_over_and_all_is_forgotten(self):
        guess()
        guess()
        assert not guess(AT + MINUTE + DAY)
        assert not guess(AT + MINUTE + DAY)

    def test_a_success_gives_its_use_back_and_lifts_its_wait(self):
        guess()
        guess()
        give_back(GUESS, key="aya", at=AT)
        assert not guess()
        assert guess() == MINUTE

    def test_what_is_cleared_starts_afresh(self):
        guess()
        guess()
        clear(GUESS, key="aya")
        assert [guess(), guess(), guess()] == [timedelta(0), timedelta(0), MINUTE]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("limit", "taken"), [(KNOCK, 3), (GUESS, 2)])
def test_twenty_five_at_once_take_no_more_than_the_limit(limit, taken):
    def once(_n):
        try:
            return allowed(limit, key="aya", at=AT)
        finally:
            connection.close()

    with ThreadPoolExecutor(25) as pool:
        assert sum(pool.map(once, range(25))) == taken


@pytest.mark.django_db
def test_no_key_stands_in_the_table_in_clear_and_old_counters_are_forgotten():
    knock("aya@example.jp")
    guess()
    assert "aya" not in RateCounter.objects.get(until=None).key
    assert forget_old(AT + KEPT, dry_run=True) == 0
    assert forget_old(AT + KEPT + HOUR, dry_run=True) == 2
    assert forget_old(AT + KEPT + HOUR) == 2
    assert not RateCounter.objects.exists()


def test_no_limit_looks_back_further_than_counters_are_kept():
    with pytest.raises(ValueError, match="cannot be counted"):
        Limit("long", 1, KEPT + HOUR, "person", "nothing")


@pytest.mark.parametrize(
    ("wait", "words"),
    [(SECOND, "1秒"), (59.1 * SECOND, "60秒"), (61 * SECOND, "2分"), (HOUR, "60分"), (61 * MINUTE, "2時間"), (DAY, "24時間")],
)
def test_a_wait_is_told_in_one_unit_and_never_too_short(wait, words):
    assert in_words(wait) == words
