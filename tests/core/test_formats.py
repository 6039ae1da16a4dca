"""How money, days and times are written."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from ossma.core import formats

PARIS = ZoneInfo("Europe/Paris")
LIMA = ZoneInfo("America/Lima")
MOMENT = datetime(2026, 11, 21, 2, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("amount", "language", "written"),
    [(3630, "ja", "3,630円"), (3630, "en", "¥3,630"), (-182, "ja", "-182円"), (-182, "en", "-¥182"), (0, "en-gb", "¥0")],
)
def test_yen_are_written_as_each_language_does(amount, language, written):
    assert formats.yen(amount, language) == written


def test_a_day_carries_its_weekday():
    assert formats.day(date(2026, 11, 21), "ja") == "2026年11月21日(土)"
    assert formats.day(date(2026, 11, 21), "en") == "Sat 21 Nov 2026"


def test_a_moment_is_told_in_the_place_s_own_time():
    assert formats.clock(MOMENT, PARIS) == "03:10"
    assert formats.day_and_clock(MOMENT, LIMA, "en") == "Fri 20 Nov 2026 21:10"


def test_both_clocks_on_the_same_day():
    assert formats.both_clocks(MOMENT, PARIS, "ja") == "2026年11月21日(土) 03:10（現地）/ 11:10（日本）"
    assert formats.both_clocks(MOMENT, PARIS, "en") == "Sat 21 Nov 2026 03:10 (local) / 11:10 (Japan)"


def test_both_clocks_name_the_second_day_where_it_differs():
    assert formats.both_clocks(MOMENT, LIMA, "ja") == "2026年11月20日(金) 21:10（現地）/ 11月21日(土) 11:10（日本）"
    assert formats.both_clocks(MOMENT, LIMA, "en") == "Fri 20 Nov 2026 21:10 (local) / Sat 21 Nov 11:10 (Japan)"


@pytest.mark.parametrize("zone", ["Asia/Tokyo", "Asia/Seoul"])
def test_one_clock_is_enough_where_both_agree(zone):
    assert formats.both_clocks(MOMENT, ZoneInfo(zone), "ja") == "2026年11月21日(土) 11:10（日本）"


@pytest.mark.parametrize(
    ("minutes", "ja", "en", "mark"),
    [
        (0, "0分", "0 min", "0"),
        (59, "59分", "59 min", "59"),
        (60, "1時間", "1 h", "1h"),
        (2879, "47時間", "47 h", "47h"),
        (2880, "2日", "2 days", "2d"),
    ],
)
def test_a_length_of_time_is_told_in_one_unit(minutes, ja, en, mark):
    assert formats.duration(minutes, "ja") == ja
    assert formats.duration(minutes, "en") == en
    assert formats.duration_mark(minutes) == mark


def test_a_year_of_silence_still_fits_in_the_ring():
    assert formats.duration_mark(365 * 24 * 60) == "99d"


def test_a_future_moment_is_no_negative_length():
    assert formats.whole_minutes(timedelta(minutes=-3)) == 0
    assert formats.whole_minutes(timedelta(minutes=12, seconds=59)) == 12


@pytest.mark.parametrize(("part", "whole", "written"), [(187, 228, "82 %"), (999, 1000, "99 %"), (5, 5, "100 %"), (0, 0, "0 %")])
def test_a_share_is_rounded_down(part, whole, written):
    assert formats.percent(part, whole) == written


@pytest.mark.parametrize(
    ("minutes", "ja", "en"), [(0, "0分", "0 min"), (59, "59分", "59 min"), (95, "1時間35分", "1 h 35 min"), (1560, "26時間0分", "26 h 0 min")]
)
def test_hours_and_minutes_say_it_to_the_minute(minutes, ja, en):
    assert (formats.hours_and_minutes(minutes, "ja"), formats.hours_and_minutes(minutes, "en")) == (ja, en)


@pytest.mark.parametrize(
    ("days", "japanese", "english"),
    [
        (14, "14日前", "14 days old"),
        (60, "60日前", "60 days old"),
        (61, "2か月前", "2 months old"),
        (240, "8か月前", "8 months old"),
        (1100, "3年前", "3 years old"),
    ],
)
def test_an_age_is_told_in_its_telling_unit(days, japanese, english):
    assert (formats.age(days, "ja"), formats.age(days, "en")) == (japanese, english)
