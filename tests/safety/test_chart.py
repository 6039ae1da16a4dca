"""The course of the answers as a chart: cumulative, with rounds, with the moments of half and nine tenths."""

from zoneinfo import ZoneInfo

import pytest

from safety.queries.dashboard import Course
from safety.views.desk.chart import HEIGHT, MOST_TICKS, TOP, chart_of, height_of, reached
from tests.factories.safety import DAY, HOUR, MINUTE, NOW

TOKYO, PARIS = ZoneInfo("Asia/Tokyo"), ZoneInfo("Europe/Paris")


def course(*answered, span=HOUR):
    return Course(NOW, NOW + span, list(answered))


def test_nothing_sent_or_nobody_asked_draws_nothing():
    assert chart_of(None, 5, [], TOKYO) is None
    assert chart_of(course(0), 0, [], TOKYO) is None


def test_the_line_rises_to_the_share_of_those_who_answered():
    chart = chart_of(course(0, 5, 10, 10), 20, [], TOKYO)
    assert chart.top.startswith("M0.00 100.00")
    assert chart.top.endswith("100.00 50.00")
    assert (height_of(0), height_of(1)) == (TOP + HEIGHT, TOP)


def test_half_and_nine_tenths_are_marked_when_they_were_reached_and_not_before():
    assert reached(course(0, 10), 20, 0.5) == NOW + HOUR
    assert reached(course(0, 20), 20, 0.5) == NOW + 45 * MINUTE
    assert reached(course(0, 9), 20, 0.5) is None
    half, most = chart_of(course(10, 20), 20, [], TOKYO).markers
    assert (half.share, half.seconds, most.share, most.seconds) == (50, 30 * 60, 90, 54 * 60)
    assert [marker.share for marker in chart_of(course(10, 10), 20, [], TOKYO).markers] == [50]


def test_rounds_stand_where_they_went_out_and_those_to_come_do_not_stand_yet():
    rounds = [("first", NOW), ("second", NOW + 30 * MINUTE), ("third", NOW + 2 * HOUR)]
    found = chart_of(course(1, 2), 2, rounds, TOKYO).rounds
    assert [(tick.label, tick.x, tick.anchor) for tick in found] == [("first", 0, "start"), ("second", 50, "middle")]


@pytest.mark.parametrize("span", [MINUTE, 7 * MINUTE, HOUR, 9 * HOUR, 3 * DAY, 40 * DAY])
def test_times_are_round_and_few_enough_for_a_telephone(span):
    ticks = chart_of(course(1, span=span), 2, [], TOKYO).ticks
    assert 1 <= len(ticks) <= MOST_TICKS + 1
    assert all(0 <= tick.x <= 100 for tick in ticks)


def test_times_are_those_of_the_reader_s_zone():
    assert [tick.label for tick in chart_of(course(1, span=HOUR), 2, [], TOKYO).ticks] == ["11:15", "11:30", "11:45", "12:00"]
    assert chart_of(course(1, span=HOUR), 2, [], PARIS).ticks[0].label == "03:15"
    assert [tick.label for tick in chart_of(course(1, span=3 * DAY), 2, [], TOKYO).ticks] == ["11/22", "11/23", "11/24"]


def test_the_table_says_the_same():
    rows = chart_of(course(1, 4), 4, [], TOKYO).rows
    assert [(row.at, row.answered) for row in rows] == [(NOW + 30 * MINUTE, 1), (NOW + HOUR, 4)]
