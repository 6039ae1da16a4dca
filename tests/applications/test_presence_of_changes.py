"""Whoever has asked to stay longer is abroad, paid or not (safety.md S1): the longer of both periods counts while a change waits."""

from datetime import UTC, date, datetime

import pytest
from django.db import connection

from applications.actions.changes import lapse_changes, refuse_change, withdraw_change
from applications.actions.period import change_period
from applications.queries import presence
from ossma.core.viewer import SYSTEM
from tests.applications.conftest import AT, submit
from tests.applications.paying import pay_open
from tests.factories.applications import ApplicationFactory

pytestmark = pytest.mark.django_db

IN_AUGUST = datetime(2026, 8, 10, 12, tzinfo=UTC)
IN_JULY = datetime(2026, 7, 20, 12, tzinfo=UTC)


@pytest.fixture
def trip(cast):
    """1 to 31 July, paid."""
    application = submit(cast)
    pay_open(cast.aya, AT)
    return application


def ask(cast, trip, last=date(2026, 8, 31), first=date(2026, 7, 1), at=AT):
    return change_period(application_id=trip.pk, first_day=first, last_day=last, actor=cast.viewer(cast.aya), at=at)


def is_abroad(cast, at):
    return presence.where_is(SYSTEM, cast.aya.pk, at) is not None


def test_while_an_extension_waits_for_money_the_member_counts_to_its_end(cast, trip):
    assert not is_abroad(cast, IN_AUGUST)
    ask(cast, trip)
    assert is_abroad(cast, IN_AUGUST)
    assert not is_abroad(cast, datetime(2026, 9, 2, 12, tzinfo=UTC))


def test_an_earlier_first_day_counts_from_then_on(cast, trip):
    ask(cast, trip, first=date(2026, 6, 10))
    assert is_abroad(cast, datetime(2026, 6, 12, 12, tzinfo=UTC))
    sql, params = presence.arriving_within(SYSTEM, datetime(2026, 6, 8, 12, tzinfo=UTC), 5)
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        assert len(cursor.fetchall()) == 1


def test_a_shorter_period_that_waits_for_the_school_shortens_nothing_yet(cast, trip):
    cast.aoba.contracts.update(needs_approval=True)
    ask(cast, trip, last=date(2026, 7, 10))
    assert is_abroad(cast, IN_JULY)


def test_who_takes_it_back_or_is_refused_no_longer_counts(cast, trip):
    ask(cast, trip)
    withdraw_change(application_id=trip.pk, actor=cast.viewer(cast.aya), at=AT)
    assert not is_abroad(cast, IN_AUGUST)
    cast.aoba.contracts.update(needs_approval=True)
    waiting = ask(cast, trip)
    assert is_abroad(cast, IN_AUGUST)
    refuse_change(change_id=waiting.pk, application_id=trip.pk, reason="-", actor=cast.viewer(cast.doi), at=AT)
    assert not is_abroad(cast, IN_AUGUST)


def test_an_extension_that_was_never_paid_lapses_and_the_member_still_counts(cast, trip):
    ask(cast, trip)
    assert lapse_changes(limit=9, actor=SYSTEM, at=IN_AUGUST) == 1
    assert is_abroad(cast, IN_AUGUST)
    # The days are free for a new application.
    assert submit(cast, at=IN_AUGUST, first_day=date(2026, 8, 10), last_day=date(2026, 8, 20)).pk


def test_days_are_looked_up_by_the_index_for_them(cast):
    ApplicationFactory.create_batch(3)
    sql, params = presence.abroad(SYSTEM, AT)
    with connection.cursor() as cursor:
        # The plan goes by what is there now, not by what the server noted of another test's rows.
        cursor.execute("ANALYZE applications_application")
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN {sql}", params)
        assert "application_abroad" in "\n".join(row[0] for row in cursor.fetchall())
