"""Gaps and clashes of an itinerary."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from applications.rules.itinerary import Item, Span, clashes, gaps, refusal_of_item, report_ends
from ossma.core.refusals import Refused

UTC_ZONE = ZoneInfo("UTC")
FIRST, LAST = date(2026, 11, 1), date(2026, 11, 10)
SPAN = Span(FIRST, LAST, UTC_ZONE, UTC_ZONE)


def item(pk, start_day, end_day, kind="stay", hour=12):
    return Item(pk, kind, datetime(2026, 11, start_day, hour, tzinfo=UTC), datetime(2026, 11, end_day, hour, tzinfo=UTC))


def found(*items):
    return [(gap.starts_at.day, gap.ends_at.day, gap.days) for gap in gaps(items, SPAN)]


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
    refused = refusal_of_item(datetime(*start, tzinfo=UTC), datetime(*end, tzinfo=UTC), SPAN)
    assert refused and refused.code == code


def test_the_flight_of_the_day_before_belongs_to_the_journey():
    assert refusal_of_item(datetime(2026, 10, 31, tzinfo=UTC), datetime(2026, 11, 1, tzinfo=UTC), SPAN) is None


def test_an_own_report_holds_through_its_last_day_by_the_clock_of_that_place():
    new_york = ZoneInfo("America/New_York")
    at = datetime(2026, 11, 5, 2, tzinfo=UTC)  # the 4th there
    assert report_ends(date(2026, 11, 6), new_york, LAST, at=at) == datetime(2026, 11, 7, 5, tzinfo=UTC)
    assert report_ends(date(2026, 11, 4), new_york, LAST, at=at) == datetime(2026, 11, 5, 5, tzinfo=UTC)
    assert report_ends(None, new_york, LAST, at=at) == datetime(2026, 11, 8, 5, tzinfo=UTC)


@pytest.mark.parametrize("until", [date(2026, 11, 3), LAST + timedelta(days=8)])
def test_an_own_report_ends_neither_in_the_past_nor_long_after_the_journey(until):
    with pytest.raises(Refused) as refused:
        report_ends(until, ZoneInfo("America/New_York"), LAST, at=datetime(2026, 11, 5, 2, tzinfo=UTC))
    assert refused.value.field == "until"


def test_each_end_of_the_travel_period_has_the_clock_of_its_own_stop():
    span = Span(FIRST, LAST, ZoneInfo("Pacific/Auckland"), ZoneInfo("Pacific/Honolulu"))
    assert (span.begin, span.end) == (datetime(2026, 10, 31, 11, tzinfo=UTC), datetime(2026, 11, 11, 10, tzinfo=UTC))
    whole = [Item(1, "stay", datetime(2026, 10, 31, 11, tzinfo=UTC), datetime(2026, 11, 9, 9, tzinfo=UTC))]
    assert [gap.ends_at for gap in gaps(whole, span)] == [span.end]


def test_what_counts_of_a_flight_are_the_moments_not_the_clocks():
    left, landed = datetime(2026, 11, 3, 12, 35, tzinfo=UTC), datetime(2026, 11, 3, 19, 45, tzinfo=UTC)
    assert refusal_of_item(left, landed, SPAN, transport=True) is None
    refused = refusal_of_item(landed, left, SPAN, transport=True)
    assert (refused.field, refused.code) == ("ends", "backwards")
