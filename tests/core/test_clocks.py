"""Wall clocks abroad: what a time on a ticket means."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ossma.core.clocks import offset_label, read_clock

PARIS = ZoneInfo("Europe/Paris")
ZONES = st.sampled_from([ZoneInfo(name) for name in ("Europe/Paris", "America/New_York", "Asia/Tokyo", "Australia/Lord_Howe", "Asia/Kathmandu")])


def wall(text):
    return datetime.fromisoformat(text)


def test_an_ordinary_time_is_one_moment():
    reading = read_clock(wall("2026-11-21 03:10"), PARIS)
    assert reading.moments == (datetime(2026, 11, 21, 2, 10, tzinfo=UTC),)
    assert not reading.is_ambiguous


def test_a_time_that_the_clock_jumps_over_does_not_exist():
    reading = read_clock(wall("2026-03-29 02:30"), PARIS)
    assert reading.moments == ()
    assert reading.resumes_at == wall("2026-03-29 03:00")


def test_a_time_that_comes_twice_is_two_moments_the_earlier_first():
    reading = read_clock(wall("2026-10-25 02:30"), PARIS)
    assert reading.is_ambiguous
    assert [moment.hour for moment in reading.moments] == [0, 1]
    assert [offset_label(moment, PARIS) for moment in reading.moments] == ["UTC+2", "UTC+1"]


@pytest.mark.parametrize(("zone", "label"), [("Asia/Kathmandu", "UTC+5:45"), ("America/St_Johns", "UTC-3:30"), ("UTC", "UTC+0")])
def test_offsets_are_written_as_people_do(zone, label):
    assert offset_label(datetime(2026, 1, 1, tzinfo=UTC), ZoneInfo(zone)) == label


@given(st.datetimes(wall("2001-01-01"), wall("2040-01-01")), ZONES)
def test_every_moment_reads_back_as_the_same_wall_clock(time, zone):
    reading = read_clock(time, zone)
    assert all(moment.astimezone(zone).replace(tzinfo=None) == time for moment in reading.moments)
    assert bool(reading.moments) != bool(reading.resumes_at)
    assert reading.resumes_at is None or reading.resumes_at > time
