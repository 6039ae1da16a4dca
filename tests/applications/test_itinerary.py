"""Stays: added, changed, deleted; and the member's own word on where she is."""

from datetime import UTC, date, datetime, timedelta

import pytest

from applications.actions.itinerary import (
    Entry,
    add_stay,
    change_reported_place,
    change_stay,
    delete_stay,
    end_reported_place,
    report_place,
)
from applications.models import Stay
from applications.queries.itinerary import plan_of
from applications.queries.places import Place
from applications.queries.presence import further_places, where_is
from ossma.core.models import AuditEntry
from ossma.core.refusals import NotFound, Refused
from ossma.core.viewer import SYSTEM
from tests.factories.applications import ApplicationFactory, StayFactory

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 21, 2, 10, tzinfo=UTC)
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
ROME = Place("0039", "ローマ", "Europe/Rome", 41.9, 12.5)
LYON = Place("0033", "リヨン", "Europe/Paris", 45.76, 4.84)
NICE = Place("0033", "ニース", "Europe/Paris", 43.7, 7.26)


def entry(**changes):
    return Entry(**{"kind": "stay", "location": LYON, "starts_at": NOW - DAY, "ends_at": NOW + DAY, "place": "Hotel"} | changes)


@pytest.fixture
def aya(cast):
    return cast.viewer(cast.aya)


@pytest.fixture
def trip(cast):
    return ApplicationFactory(member=cast.aya)


def test_a_stay_is_kept_with_its_place_and_says_where_the_member_is(aya, trip):
    stay = add_stay(application_id=trip.pk, entry=entry(), actor=aya, at=NOW)
    assert (stay.member_id, stay.source, stay.city, stay.place) == (trip.member_id, "itinerary", "リヨン", "Hotel")
    assert where_is(aya, trip.member_id, NOW).reason_id == stay.pk


def test_a_change_is_on_record_by_the_names_of_its_fields(aya, trip):
    stay = add_stay(application_id=trip.pk, entry=entry(), actor=aya, at=NOW)
    change_stay(application_id=trip.pk, stay_id=stay.pk, entry=entry(location=NICE, place="Villa"), actor=aya, at=NOW)
    assert AuditEntry.objects.get(action="stay.changed").detail == {"fields": ["city", "latitude", "longitude", "place"]}
    stay.refresh_from_db()
    assert (stay.city, stay.place) == ("ニース", "Villa")


def test_a_deleted_stay_is_gone_and_on_record(aya, trip):
    stay = add_stay(application_id=trip.pk, entry=entry(), actor=aya, at=NOW)
    delete_stay(application_id=trip.pk, stay_id=stay.pk, actor=aya, at=NOW)
    assert not Stay.objects.exists()
    assert AuditEntry.objects.get(action="stay.deleted").subject_id == str(stay.pk)


def test_a_stay_back_to_front_is_refused(aya, trip):
    with pytest.raises(Refused) as refused:
        add_stay(application_id=trip.pk, entry=entry(ends_at=NOW - 2 * DAY), actor=aya, at=NOW)
    assert refused.value.field == "ends"


@pytest.mark.parametrize(
    ("state", "payer"), [("awaiting_payment", "member"), ("awaiting_approval", "member"), ("refused", "school"), ("cancelled", "member")]
)
def test_the_itinerary_is_closed_while_a_fee_is_owed_and_after_the_end(cast, aya, state, payer):
    trip = ApplicationFactory(member=cast.aya, state=state, payer=payer)
    with pytest.raises(Refused):
        add_stay(application_id=trip.pk, entry=entry(), actor=aya, at=NOW)


def test_where_the_school_pays_it_is_open_at_once(cast, aya):
    trip = ApplicationFactory(member=cast.aya, state="awaiting_approval", payer="school")
    assert add_stay(application_id=trip.pk, entry=entry(), actor=aya, at=NOW).pk


def test_nobody_touches_a_strangers_itinerary(cast, trip):
    stay = StayFactory(application=trip)
    ben = cast.viewer(cast.ben)
    own = ApplicationFactory(member=cast.ben)
    for act in (
        lambda: add_stay(application_id=trip.pk, entry=entry(), actor=ben, at=NOW),
        lambda: change_stay(application_id=own.pk, stay_id=stay.pk, entry=entry(), actor=ben, at=NOW),
        lambda: delete_stay(application_id=own.pk, stay_id=stay.pk, actor=ben, at=NOW),
    ):
        with pytest.raises(NotFound):
            act()


def test_an_own_report_holds_its_own_time_whatever_the_itinerary_says(aya, trip):
    StayFactory(application=trip, starts_at=NOW - DAY, ends_at=NOW + DAY)
    StayFactory(application=trip, city="ローマ", country_id="0039", starts_at=NOW + DAY, ends_at=NOW + 9 * DAY)
    report = report_place(member_id=trip.member_id, location=NICE, actor=aya, at=NOW, until=date(2026, 11, 22))
    assert report.ends_at == datetime(2026, 11, 22, 23, tzinfo=UTC)
    assert [where_is(SYSTEM, trip.member_id, at).city for at in (NOW, NOW + DAY, NOW + 2 * DAY)] == ["ニース", "ニース", "ローマ"]


def test_both_the_place_said_and_the_place_on_record_count_until_then(aya, trip):
    StayFactory(application=trip, city="リヨン", starts_at=NOW - DAY, ends_at=NOW + 9 * DAY)
    report_place(member_id=trip.member_id, location=ROME, actor=aya, at=NOW, until=date(2026, 11, 23))
    also = further_places(SYSTEM, trip.member_id, NOW)
    assert [(place.country_id, place.city, place.reason) for place in also] == [("0033", "リヨン", "itinerary")]
    assert further_places(SYSTEM, trip.member_id, NOW + 4 * DAY) == []


def test_the_member_changes_and_ends_what_she_had_said(aya, trip, cast):
    stay = report_place(member_id=trip.member_id, location=ROME, actor=aya, at=NOW)
    change_reported_place(stay_id=stay.pk, location=NICE, until=date(2026, 11, 21), actor=aya, at=NOW + HOUR)
    stay.refresh_from_db()
    assert (stay.city, stay.ends_at) == ("ニース", datetime(2026, 11, 21, 23, tzinfo=UTC))
    with pytest.raises(NotFound):
        end_reported_place(stay_id=stay.pk, actor=cast.viewer(cast.ben), at=NOW + HOUR)
    end_reported_place(stay_id=stay.pk, actor=aya, at=NOW + HOUR)
    assert where_is(SYSTEM, trip.member_id, NOW + HOUR).reason == "destination"
    with pytest.raises(NotFound):
        change_reported_place(stay_id=stay.pk, location=NICE, until=None, actor=aya, at=NOW + 2 * HOUR)


def test_a_report_fills_no_gap_of_the_plan(aya, trip):
    before = sum(gap.days for gap in plan_of(trip).gaps)
    report_place(member_id=trip.member_id, location=ROME, actor=aya, at=NOW, until=date(2026, 11, 28))
    assert sum(gap.days for gap in plan_of(trip).gaps) == before > 0


def test_a_second_report_closes_the_first(aya, trip):
    first = report_place(member_id=trip.member_id, location=NICE, actor=aya, at=NOW)
    report_place(member_id=trip.member_id, location=LYON, actor=aya, at=NOW + DAY)
    first.refresh_from_db()
    assert first.ends_at == NOW + DAY
    assert where_is(SYSTEM, trip.member_id, NOW + DAY).city == "リヨン"


def test_two_reports_of_the_same_moment_leave_the_later_one(aya, trip):
    for place in (NICE, LYON):
        report_place(member_id=trip.member_id, location=place, actor=aya, at=NOW)
    assert where_is(SYSTEM, trip.member_id, NOW).city == "リヨン"


def test_a_report_counts_though_the_fee_is_not_paid(cast, aya):
    ApplicationFactory(member=cast.aya, state="awaiting_payment")
    assert report_place(member_id=cast.aya.pk, location=NICE, actor=aya, at=NOW)


def test_somebody_at_home_has_no_record_to_correct(cast, aya):
    assert report_place(member_id=cast.aya.pk, location=NICE, actor=aya, at=NOW) is None
