"""Flights and trains: two places, two clocks; where somebody is before, in the air and after follows from them (member-portal.md M5)."""

from datetime import UTC, date, datetime, timedelta

import pytest

from applications.actions.itinerary import Entry, add_stay, report_place
from applications.models import Stay
from applications.queries.places import Place
from applications.queries.presence import further_places, where_is
from notices.audience import Audience
from ossma.core.viewer import SYSTEM
from safety.queries.recipients import preview
from safety.queries.traces import flights
from tests.factories.applications import ApplicationFactory, StayFactory

pytestmark = pytest.mark.django_db

TOKYO = Place("0081", "東京", "Asia/Tokyo", 35.68, 139.69)
HONOLULU = Place("1808", "ホノルル", "Pacific/Honolulu", 21.3, -157.86)
NEW_YORK = Place("1000", "ニューヨーク", "America/New_York", 40.71, -74.0)
PARIS = Place("0033", "パリ", "Europe/Paris", 48.85, 2.35)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC)


@pytest.fixture
def trip(cast):
    return ApplicationFactory(member=cast.aya, first_day=date(2026, 11, 1), last_day=date(2026, 11, 30))


def fly(trip, cast, departure: Place, arrival: Place, starts_at: datetime, ends_at: datetime) -> Stay:
    entry = Entry(kind="flight", departure=departure, location=arrival, starts_at=starts_at, ends_at=ends_at)
    return add_stay(application_id=trip.pk, entry=entry, actor=cast.viewer(cast.aya), at=starts_at)


def asked(moment: datetime, *codes: str) -> int:
    return preview(SYSTEM, audience=Audience.from_json({"countries": list(codes)}), kind="ad_hoc", at=moment).count


def here(trip, moment: datetime) -> str:
    place = where_is(SYSTEM, trip.member_id, moment)
    return place.country_id if place else ""


def test_before_the_flight_one_is_where_it_departs_in_the_air_both_count_and_then_where_it_lands(trip, cast):
    StayFactory(application=trip, country_id="1000", city="ニューヨーク", zone="America/New_York", starts_at=at(10, 0), ends_at=at(16, 17))
    fly(trip, cast, NEW_YORK, PARIS, at(16, 23), at(17, 6, 30))
    in_hotel, waiting, aloft, landed = at(16, 12), at(16, 18), at(17, 2), at(17, 8)
    assert [here(trip, moment) for moment in (in_hotel, waiting, aloft, landed)] == ["1000", "1000", "0033", "0033"]
    assert [asked(moment, "1000") for moment in (in_hotel, waiting, aloft, landed)] == [1, 1, 1, 0]
    assert [asked(moment, "0033") for moment in (in_hotel, waiting, aloft, landed)] == [0, 0, 1, 1]
    assert [flights(moment).count() for moment in (waiting, aloft, landed)] == [0, 1, 0]
    assert [place.country_id for place in further_places(SYSTEM, trip.member_id, aloft)] == ["1000"]


def test_whoever_means_both_ends_asks_once(trip, cast):
    fly(trip, cast, NEW_YORK, PARIS, at(16, 23), at(17, 6, 30))
    assert asked(at(17, 2), "1000", "0033") == 1


def test_after_the_landing_the_place_holds_until_something_new_was_planned(trip, cast):
    fly(trip, cast, NEW_YORK, HONOLULU, at(16, 23), at(17, 9))
    assert here(trip, at(20, 0)) == "1808"
    StayFactory(application=trip, country_id="0039", city="ローマ", zone="Europe/Rome", starts_at=at(18, 0), ends_at=at(19, 0))
    assert here(trip, at(20, 0)) == "0033", "what came after the flight is over: nobody knows, so the destination counts"


def test_who_has_not_left_japan_or_is_back_is_not_abroad(trip, cast):
    fly(trip, cast, TOKYO, PARIS, at(3, 1), at(3, 15))
    fly(trip, cast, PARIS, TOKYO, at(28, 12), at(29, 2))
    assert [here(trip, moment) for moment in (at(2, 0), at(3, 8), at(4, 0), at(28, 20), at(29, 3))] == ["", "0033", "0033", "", ""]
    # On the way home the place of departure counts still: the aeroplane may have turned back.
    assert [asked(moment, "0033") for moment in (at(2, 0), at(28, 20), at(29, 3))] == [0, 1, 0]


def test_old_transport_has_one_end_and_is_read_as_before(trip):
    StayFactory(
        application=trip, kind="flight", country_id="1000", city="ニューヨーク", zone="America/New_York", starts_at=at(10, 0), ends_at=at(10, 9)
    )
    assert [here(trip, moment) for moment in (at(10, 1), at(10, 10))] == ["1000", "0033"]


def test_a_report_and_a_flight_at_the_same_time_count_with_both_places_of_each(trip, cast):
    fly(trip, cast, NEW_YORK, PARIS, at(16, 23), at(17, 6, 30))
    Stay.objects.create(
        application=trip, member=trip.member, kind="stay", source="own_report", country_id="0039", city="ローマ", zone="Europe/Rome",
        starts_at=at(16, 12), ends_at=at(18, 0),
    )  # fmt: skip
    assert here(trip, at(17, 2)) == "0039"
    assert [asked(at(17, 2), code) for code in ("0039", "0033", "1000", "0044")] == [1, 1, 1, 0]


def test_the_flight_home_of_an_earlier_trip_says_nothing_of_this_one(cast):
    earlier = ApplicationFactory(member=cast.aya, first_day=date(2026, 9, 1), last_day=date(2026, 10, 1))
    ApplicationFactory(member=cast.aya, first_day=date(2026, 11, 1), last_day=date(2026, 11, 30))
    fly(earlier, cast, PARIS, TOKYO, datetime(2026, 9, 30, 12, tzinfo=UTC), datetime(2026, 10, 1, 2, tzinfo=UTC))
    assert here(earlier, at(10, 0)) == "0033"
    assert asked(at(10, 0), "0033") == 1


@pytest.mark.parametrize("known_by", ["stop", "stay"])
def test_on_the_last_day_of_the_last_place_one_is_still_abroad(cast, trip, known_by):
    """The trip begins in Auckland and ends in Honolulu, 23 hours behind."""
    trip.destinations.update(country_id="0064", city="オークランド", zone="Pacific/Auckland")
    if known_by == "stop":
        trip.destinations.create(position=2, country_id="1808", city="ホノルル", zone="Pacific/Honolulu")
    else:
        StayFactory(
            application=trip,
            country_id="1808",
            city="ホノルル",
            zone="Pacific/Honolulu",
            starts_at=at(20, 0),
            ends_at=datetime(2026, 12, 2, tzinfo=UTC),
        )
    # The 30th ends at 11:00Z in Auckland, a day less an hour later in Honolulu.
    evening, over = datetime(2026, 12, 1, 9, tzinfo=UTC), datetime(2026, 12, 1, 10, tzinfo=UTC)
    assert [bool(here(trip, moment)) for moment in (at(30, 10), evening, over)] == [True, True, False]


def test_whoever_missed_the_flight_home_says_where_they_are_and_counts_there(trip, cast):
    fly(trip, cast, PARIS, TOKYO, at(20, 12), at(21, 2))
    assert here(trip, at(22, 0)) == ""
    report_place(member_id=trip.member_id, location=PARIS, actor=cast.viewer(cast.aya), at=at(22, 0))
    assert here(trip, at(22, 1)) == "0033"
    assert asked(at(22, 1), "0033") == 1


def test_whoever_says_they_are_back_stands_in_the_list_of_those_left_out(trip, cast):
    report_place(member_id=trip.member_id, location=TOKYO, actor=cast.viewer(cast.aya), at=at(10, 0))
    found = preview(SYSTEM, audience=Audience.from_json({"countries": ["0033"]}), kind="ad_hoc", at=at(10, 1))
    assert (found.count, [(left.member_id, str(left.reason)) for left in found.left_out]) == (0, [(trip.member_id, "reported_back")])
    assert asked(at(10, 1), "0039") == 0
    # Asked by name they are asked all the same, and what they take back counts again.
    named = Audience.from_json({"named": [trip.member_id]})
    assert preview(SYSTEM, audience=named, kind="ad_hoc", at=at(10, 1)).count == 1
    report_place(member_id=trip.member_id, location=PARIS, actor=cast.viewer(cast.aya), at=at(11, 0))
    assert asked(at(11, 1), "0033") == 1
