"""One time-zone database decides: the pinned package, in every process and in every statement."""

import re
import subprocess
import sys
import zoneinfo
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.db import DatabaseError, connection

from ossma.core import zone_check, zones

ROOT = Path(__file__).parents[2]
# Just before and after changes of the clock and of the day, the date line, and an old and a new year.
MOMENTS = [
    datetime(2027, 3, 14, 6, 59, 59, tzinfo=UTC),
    datetime(2027, 3, 14, 7, 0, tzinfo=UTC),
    datetime(2027, 10, 31, 0, 30, tzinfo=UTC),
    datetime(2027, 4, 3, 11, 15, tzinfo=UTC),
    datetime(2028, 2, 29, 10, 0, tzinfo=UTC),
    datetime(2026, 12, 31, 23, 59, 59, tzinfo=UTC),
    datetime(2026, 12, 15, 7, 30, tzinfo=UTC),
]
# Midnights that do not exist or come twice, and zones that change often or by half an hour.
HARD = ["America/Santiago", "Asia/Beirut", "Africa/Cairo", "America/Havana", "Atlantic/Azores", "Africa/Casablanca", "Australia/Lord_Howe"]


def ask(sql, params):
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall()


@pytest.mark.parametrize(("zone", "hours"), [("America/Vancouver", -7), ("America/Edmonton", -6), ("Africa/Casablanca", 0), ("Africa/El_Aaiun", 0)])
def test_the_clocks_of_december_2026_are_those_of_the_pinned_data(zone, hours):
    assert datetime(2026, 12, 15, 12, tzinfo=ZoneInfo(zone)).utcoffset() == timedelta(hours=hours)


@pytest.mark.parametrize("entry", ["ossma.wsgi", "ossma.celery", "ossma.settings", "ossma.local.supervisor", "manage"])
def test_every_process_reads_the_pinned_data_only(entry, tmp_path):
    """A machine with old files of its own, found by every usual way."""
    code = f"import {entry}, zoneinfo, os; from ossma import zone_data; print(zoneinfo.TZPATH, repr(os.environ['PYTHONTZPATH']))"
    if entry == "manage":
        code = code.replace("import manage, ", "import manage, ossma, ")
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert run.stdout.strip().endswith("() ''")


@pytest.mark.django_db
@pytest.mark.parametrize("at", MOMENTS)
def test_sql_reads_the_day_of_every_zone_as_python_does(at):
    names = sorted(zoneinfo.available_timezones())
    found = ask(f"SELECT z, {zones.local_day('z')} FROM unnest(%(names)s::text[]) z", zones.days_at(at) | {"names": names})  # noqa: S608 - our own names
    assert len(found) == len(names)
    assert [name for name, day in found if day != at.astimezone(ZoneInfo(name)).date()] == []


@pytest.mark.django_db
def test_sql_reads_every_midnight_as_python_does_over_all_changes():
    first = date(2027, 1, 1)
    params = zones.offsets_around(datetime(2027, 11, 1, tzinfo=UTC), 400) | {"names": HARD, "first": first}
    days = "SELECT z, %(first)s::date + n AS day FROM unnest(%(names)s::text[]) z, generate_series(0, 690) n"
    found = ask(f"SELECT z, day, {zones.midnight('day')} FROM ({days}) d {zones.join_offsets('z', 'day')}", params)  # noqa: S608 - our own names
    assert len(found) == 691 * len(HARD)
    assert [(name, day) for name, day, moment in found if moment != datetime.combine(day, time(), ZoneInfo(name)).astimezone(UTC)] == []


@pytest.mark.django_db
def test_a_zone_that_nobody_knows_loses_nobody():
    at = datetime(2027, 3, 14, 7, tzinfo=UTC)
    params = zones.days_at(at) | zones.offsets_around(at, 30)
    day = "DATE '2027-03-20'"
    sql = f"SELECT {zones.local_day('z')}, {zones.midnight(day)} FROM (VALUES ('Moon/Base')) v(z) {zones.join_offsets('z', day)}"  # noqa: S608 - our own names
    assert ask(sql, params) == [(date(2027, 3, 14), datetime(2027, 3, 20, tzinfo=UTC))]


def test_no_statement_asks_postgresql_for_the_clock_of_a_region():
    """Its tables are older or newer than ours. UTC is the same everywhere; the check of the tables themselves asks on purpose."""
    found = []
    for path in sorted(ROOT.glob("*/**/*.py")):
        place = path.relative_to(ROOT).as_posix()
        if place.startswith((".", "var/", "tests/")) or place in {"ossma/core/zone_check.py", "ossma/core/zones.py"}:
            continue
        found += [(place, match[0]) for match in re.finditer(r"(?i)AT TIME ZONE (?!'UTC')\S+|\btimezone\('", path.read_text())]
    assert found == []


@pytest.mark.django_db
def test_the_health_page_names_the_zones_of_which_postgresql_says_another_hour(monkeypatch):
    monkeypatch.setattr(zone_check, "differing", lambda zones, first: ("Africa/Casablanca", "America/Vancouver"))
    found = zone_check.health()
    assert found.ok
    assert found.warns
    assert "PostgreSQL has other clocks for Africa/Casablanca, America/Vancouver." in found.detail
    assert "Nothing in OSSMA is judged by them" in found.detail


@pytest.mark.django_db
def test_where_all_agree_the_health_page_says_which_data_is_read(monkeypatch):
    monkeypatch.setattr(zone_check, "differing", lambda zones, first: ())
    found = zone_check.health()
    assert (found.ok, found.warns) == (True, False)
    assert re.fullmatch(r"tzdata 20\d\d[a-z]", found.detail)


def test_python_that_reads_the_machines_files_is_not_well(monkeypatch):
    monkeypatch.setattr(zone_check.zoneinfo, "TZPATH", ("/usr/share/zoneinfo",))
    found = zone_check.health()
    assert not found.ok
    assert "/usr/share/zoneinfo" in found.detail


@pytest.mark.django_db
def test_postgresql_is_compared_zone_by_zone(monkeypatch):
    """Tokyo agrees everywhere; a zone that PostgreSQL does not know, and one read wrongly by us, are named."""
    assert zone_check.differing.__wrapped__(("Asia/Tokyo", "Asia/Kathmandu"), date(2027, 1, 1)) == ()
    new_york = ZoneInfo("America/New_York")
    monkeypatch.setattr(zone_check.zoneinfo, "ZoneInfo", lambda name: {"Moon/Base": UTC, "Europe/Paris": new_york}.get(name, UTC))
    assert zone_check.differing.__wrapped__(("Europe/Paris", "Moon/Base", "Etc/UTC"), date(2027, 1, 1)) == ("Europe/Paris", "Moon/Base")


@pytest.mark.django_db
def test_a_difference_is_said_at_the_start_and_a_database_that_is_away_stops_nothing(monkeypatch, caplog):
    monkeypatch.setattr(zone_check, "differing", lambda zones, first: ("America/Vancouver",))
    zone_check.warn_at_start()
    assert "America/Vancouver" in caplog.text

    def away(zones, first):
        raise DatabaseError

    monkeypatch.setattr(zone_check, "differing", away)
    zone_check.warn_at_start()
