"""Gaps and clashes of an itinerary."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from applications.rules.itinerary import Item, clashes, gaps, own_report_ends, refusal_of_item

UTC_ZONE = ZoneInfo("UTC")
FIRST, LAST = date(2026, 11, 1), date(2026, 11, 10)


def item(pk, start_day, end_day, kind="stay", hour=12):
    return Item(pk, kind, datetime(2026, 11, start_day, hour, tzinfo=UTC), datetime(2026, 11, end_day, hour, tzinfo=UTC))


def found(*items):
    return [(gap.starts_at.day, gap.ends_at.day, gap.days) for gap in gaps(items, FIRST, LAST, UTC_ZONE)]


def test_an_empty_itinerary_is_one_gap():
    assert found() == [(1, 11, 10)]


def test_a_stay_over_the_whole_period_leaves_none():
    assert found(item(1, 1, 10)) == []


def test_the_days_of_departure_and_return_are_forgiven():
    assert found(Item(1, "stay", datetime(2026, 11, 1, 20, tzinfo=UTC), datetime(2026, 11, 10, 4, tzinfo=UTC))) == []


def test_a_hole_in_the_middle_is_named():
    assert found(item(1, 1, 4), item(2, 6, 10)) == [(4, 6, 2)]


def test_half_a_day_between_two_stays_is_the_way_from_one_to_the_other():
    assert found(item(1, 1, 4), Item(2, "stay", datetime(2026, 11, 5, 0, tzinfo=UTC), datetime(2026, 11, 10, 12, tzinfo=UTC))) == []


def test_a_stay_inside_a_longer_one_opens_no_gap_behind_it():
    assert found(item(1, 1, 10), item(2, 3, 4)) == []


def test_the_end_that_nobody_knows_is_a_gap():
    assert found(item(1, 1, 7)) == [(7, 11, 3)]


def test_two_places_at_once_clash():
    one, other = item(1, 1, 5), item(2, 4, 10)
    assert list(clashes([other, one])) == [(one, other)]


def test_a_short_stay_between_does_not_hide_a_clash_with_the_long_one():
    long, short, late = item(1, 1, 9), item(2, 2, 3), item(3, 5, 6)
    assert list(clashes([long, short, late])) == [(long, short), (long, late)]


def test_a_night_flight_within_a_paid_hotel_night_is_no_clash():
    assert list(clashes([item(1, 1, 5), item(2, 4, 5, kind="flight")])) == []


def test_stays_that_meet_do_not_clash():
    assert list(clashes([item(1, 1, 5), item(2, 5, 10)])) == []


@pytest.mark.parametrize(
    ("start", "end", "code"),
    [
        ((2026, 11, 5), (2026, 11, 4), "backwards"),
        ((2026, 11, 5), (2026, 11, 5), "backwards"),
        ((2027, 11, 5), (2027, 11, 6), "outside"),
        ((2026, 10, 1), (2026, 10, 2), "outside"),
    ],
)
def test_an_item_outside_its_place_is_refused(start, end, code):
    refused = refusal_of_item(datetime(*start, tzinfo=UTC), datetime(*end, tzinfo=UTC), FIRST, LAST, UTC_ZONE)
    assert refused and refused.code == code


def test_the_flight_of_the_day_before_belongs_to_the_journey():
    assert refusal_of_item(datetime(2026, 10, 31, tzinfo=UTC), datetime(2026, 11, 1, tzinfo=UTC), FIRST, LAST, UTC_ZONE) is None


def test_an_own_report_holds_until_the_itinerary_says_something_new():
    at = datetime(2026, 11, 5, 9, tzinfo=UTC)
    end = datetime(2026, 11, 11, tzinfo=UTC)
    assert own_report_ends(at, None, end) == end
    assert own_report_ends(at, at + timedelta(days=1), end) == at + timedelta(days=1)
    assert own_report_ends(at, at + timedelta(minutes=5), end) == at + timedelta(hours=1)
