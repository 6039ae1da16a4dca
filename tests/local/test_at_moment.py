"""A command runs at another moment, with all that it starts."""

import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ossma.local import at_moment

NOW = datetime(2026, 12, 1, 10, tzinfo=UTC)


def test_moment_zone_and_command_are_read_and_utc_is_meant_where_nothing_is_said():
    assert at_moment.read_arguments(["2027-03-14T06:50", "--", "true", "--", "x"]) == (
        datetime(2027, 3, 14, 6, 50, tzinfo=UTC),
        "",
        ["true", "--", "x"],
    )
    moment, zone, _command = at_moment.read_arguments(["2027-03-14T08:50+02:00", "--zone", "Pacific/Honolulu", "--", "true"])
    assert (moment, zone) == (datetime(2027, 3, 14, 6, 50, tzinfo=UTC), "Pacific/Honolulu")


@pytest.mark.parametrize(
    "arguments", [[], ["--", "true"], ["soon", "--", "true"], ["2027-03-14"], ["2027-03-14", "--"], ["2027-03-14", "--zone", "Moon/Base", "--", "x"]]
)
def test_what_cannot_be_understood_shows_the_usage(arguments):
    with pytest.raises(SystemExit, match="Runs a command at another moment"):
        at_moment.read_arguments(arguments)


def test_what_the_shell_had_set_stays():
    found = at_moment.shifted(datetime(2026, 12, 1, 9, tzinfo=UTC), NOW, {"LD_PRELOAD": "/a.so", "HOME": "/"}, shim=Path("/b.so"))
    assert found == {"LD_PRELOAD": "/a.so /b.so", "HOME": "/", "CLOCK_SHIFT": "-3600"}


@pytest.mark.skipif(not sys.platform.startswith("linux") or not shutil.which("cc"), reason="needs Linux and a C compiler")
def test_the_command_and_its_children_live_at_the_moment_and_wait_as_long_as_ever():
    code = (
        "import datetime, subprocess, sys, threading, time; begin = time.monotonic(); threading.Event().wait(0.01); time.sleep(0.01);"
        "print(datetime.datetime.now(datetime.UTC).date(), time.localtime().tm_year, time.monotonic() - begin < 3600);"
        "sys.stdout.flush(); subprocess.run(['date', '-u', '+%F'], check=True)"
    )
    command = [sys.executable, "-m", "ossma.local.at_moment", "2028-02-29T12:00Z", "--zone", "Pacific/Kiritimati", "--", sys.executable, "-c", code]
    run = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    assert run.stdout.split("\n")[:2] == ["2028-02-29 2028 True", "2028-02-29"]
