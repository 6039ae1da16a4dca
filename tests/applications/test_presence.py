"""Who is abroad where: the stay that holds now, else the destination; behind the viewer's wall."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection

from applications.queries import presence
from applications.states import ApplicationState
from ossma.core.viewer import NOBODY, SYSTEM, by_link
from tests.cast import make_cast
from tests.factories.applications import ApplicationFactory, DestinationFactory, StayFactory

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 21, 2, 10, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def cast():
    return make_cast()


def rows(statement):
    sql, params = statement
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        names = [column.name for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def test_without_an_itinerary_the_first_destination_says_where(cast):
    application = ApplicationFactory(member=cast.aya)
    DestinationFactory(application=application, position=2, country_id="0039", city="ローマ", zone="Europe/Rome")
    here = presence.where_is(SYSTEM, cast.aya.pk, NOW)
    assert (here.country_id, here.city, here.zone, here.reason) == ("0033", "パリ", "Europe/Paris", "destination")
    assert here.reason_id == application.destinations.get(position=1).pk
    assert (here.school_id, here.application_id, here.service, here.member_kind) == (cast.aoba.pk, application.pk, "ossma", "student")


def test_the_stay_that_holds_now_wins_over_the_destination(cast):
    stay = StayFactory(application=ApplicationFactory(member=cast.aya))
    here = presence.where_is(SYSTEM, cast.aya.pk, NOW)
    assert (here.city, here.reason, here.reason_id) == ("リヨン", "itinerary", stay.pk)


def test_a_stay_holds_from_its_first_moment_to_before_its_last(cast):
    StayFactory(application=ApplicationFactory(member=cast.aya), starts_at=NOW, ends_at=NOW + DAY)
    places = [presence.where_is(SYSTEM, cast.aya.pk, at).city for at in (NOW - timedelta(seconds=1), NOW, NOW + DAY)]
    assert places == ["パリ", "リヨン", "パリ"]


def test_an_own_report_wins_over_the_itinerary_and_the_newer_over_the_older(cast):
    application = ApplicationFactory(member=cast.aya)
    StayFactory(application=application, starts_at=NOW - DAY, ends_at=NOW + DAY)
    StayFactory(application=application, source="own_report", city="ニース", starts_at=NOW - 3 * DAY, ends_at=NOW + DAY)
    assert presence.where_is(SYSTEM, cast.aya.pk, NOW).city == "ニース"
    StayFactory(application=application, source="own_report", city="カンヌ", starts_at=NOW - 2 * DAY, ends_at=NOW + DAY)
    here = presence.where_is(SYSTEM, cast.aya.pk, NOW)
    assert (here.city, here.reason) == ("カンヌ", "own_report")


def test_a_city_without_a_position_does_not_borrow_the_destinations(cast):
    StayFactory(application=ApplicationFactory(member=cast.aya), city="山の村", latitude=None, longitude=None)
    here = presence.where_is(SYSTEM, cast.aya.pk, NOW)
    assert (here.city, here.latitude, here.longitude) == ("山の村", None, None)


@pytest.mark.parametrize(("state", "abroad"), [(state, state not in ("refused", "cancelled")) for state in ApplicationState.values])
def test_paid_or_not_everybody_whose_application_is_alive_is_abroad(cast, state, abroad):
    ApplicationFactory(member=cast.aya, state=state)
    assert (presence.where_is(SYSTEM, cast.aya.pk, NOW) is not None) is abroad


def test_the_period_goes_by_the_clock_of_the_destination(cast):
    ApplicationFactory(member=cast.aya, first_day=date(2026, 11, 21), last_day=date(2026, 11, 21), stop__zone="Pacific/Honolulu")
    begins, ends = datetime(2026, 11, 21, 10, tzinfo=UTC), datetime(2026, 11, 22, 10, tzinfo=UTC)
    found = [presence.where_is(SYSTEM, cast.aya.pk, at) is not None for at in (begins - DAY / 86400, begins, ends - DAY / 86400, ends)]
    assert found == [False, True, True, False]


def test_stays_of_a_cancelled_application_say_nothing(cast):
    ApplicationFactory(member=cast.aya)
    StayFactory(application=ApplicationFactory(member=cast.aya, state="cancelled"))
    assert presence.where_is(SYSTEM, cast.aya.pk, NOW).city == "パリ"


def test_a_withdrawn_member_is_nowhere(cast):
    ApplicationFactory(member=cast.aya)
    cast.aya.withdrawn_at = NOW - DAY
    cast.aya.save()
    assert rows(presence.abroad(SYSTEM, NOW)) == []


def test_one_row_per_member_however_many_stays_hold(cast):
    application = ApplicationFactory(member=cast.aya)
    StayFactory.create_batch(3, application=application)
    ApplicationFactory(member=cast.chika)
    assert [row["member_id"] for row in rows(presence.abroad(SYSTEM, NOW))] == sorted([cast.aya.pk, cast.chika.pk])


def test_each_viewer_sees_only_what_lies_behind_their_wall(cast):
    for member in (cast.aya, cast.ben, cast.chika):
        ApplicationFactory(member=member)
    seen = {
        name: {row["member_id"] for row in rows(presence.abroad(viewer, NOW))}
        for name, viewer in {
            "aya": cast.viewer(cast.aya), "doi": cast.viewer(cast.doi), "emi": cast.viewer(cast.emi), "office": cast.viewer(cast.office),
            "link": by_link(cast.ben.pk), "nobody": NOBODY,
        }.items()
    }  # fmt: skip
    everybody = {cast.aya.pk, cast.ben.pk, cast.chika.pk}
    assert seen == {
        "aya": {cast.aya.pk}, "doi": {cast.aya.pk, cast.ben.pk}, "emi": {cast.aya.pk}, "office": everybody, "link": {cast.ben.pk}, "nobody": set(),
    }  # fmt: skip
    assert presence.where_is(cast.viewer(cast.doi), cast.chika.pk, NOW) is None


def test_countries_are_counted_by_where_people_are_now(cast):
    for member in (cast.aya, cast.ben, cast.chika):
        application = ApplicationFactory(member=member)
    StayFactory(application=application, country_id="0039", city="ローマ")
    assert presence.count_by_country(SYSTEM, NOW) == [("0033", 2), ("0039", 1)]


def test_travelling_means_a_trip_that_begins_or_a_stay_that_comes_within_the_days(cast):
    aya = ApplicationFactory(member=cast.aya)
    StayFactory(application=aya, country_id="0039", city="ローマ", zone="Europe/Rome", starts_at=NOW + 3 * DAY, ends_at=NOW + 5 * DAY)
    ApplicationFactory(member=cast.ben, first_day=date(2026, 11, 25), last_day=date(2026, 12, 5))
    ApplicationFactory(member=cast.chika, first_day=date(2027, 1, 25), last_day=date(2027, 2, 5))
    found = [(row["member_id"], row["country_id"], row["reason"]) for row in rows(presence.arriving_within(SYSTEM, NOW, 5))]
    assert found == [(cast.aya.pk, "0039", "itinerary"), (cast.ben.pk, "0033", "destination")]
    assert rows(presence.arriving_within(SYSTEM, NOW, 2)) == []


def test_a_later_stop_without_a_day_may_be_reached_any_day(cast):
    application = ApplicationFactory(member=cast.aya)
    DestinationFactory(application=application, position=2, country_id="0039", city="ローマ", zone="Europe/Rome")
    found = rows(presence.arriving_within(SYSTEM, NOW, 1))
    assert [(row["country_id"], row["arrives_at"] < NOW) for row in found] == [("0039", True)]


def test_the_statement_stands_inside_an_insert_with_further_parameters(cast):
    ApplicationFactory(member=cast.aya)
    sql, params = presence.abroad(SYSTEM, NOW)
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE asked (member_id bigint, reason text) ON COMMIT DROP")
        insert = "INSERT INTO asked SELECT p.member_id, p.reason FROM ({}) p WHERE p.country_id = ANY(%(countries)s)"
        cursor.execute(insert.format(sql), params | {"countries": ["0033"]})
        cursor.execute("SELECT * FROM asked")
        assert cursor.fetchall() == [(cast.aya.pk, "destination")]


def test_the_day_of_a_place_is_read_from_the_pinned_zones_not_from_the_servers(cast):
    """2026-12-15 00:30 in Vancouver by its new clock; a PostgreSQL with older tables says 23:30 of the day before."""
    at = datetime(2026, 12, 15, 7, 30, tzinfo=UTC)
    application = ApplicationFactory(member=cast.aya, first_day=date(2026, 12, 15), last_day=date(2026, 12, 20))
    application.destinations.update(country_id="1808", city="", zone="America/Vancouver")
    assert presence.where_is(SYSTEM, cast.aya.pk, at - timedelta(minutes=31)) is None
    assert presence.where_is(SYSTEM, cast.aya.pk, at).zone == "America/Vancouver"
    [soon] = rows(presence.arriving_within(SYSTEM, at - timedelta(hours=2), 3))
    assert soon["arrives_at"] == datetime(2026, 12, 15, 7, tzinfo=UTC)
