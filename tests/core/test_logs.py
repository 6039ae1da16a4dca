"""Logs carry no keys, tell the time in UTC, cannot be forged, and name who was refused what."""

import logging
import sys
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from ossma.core import links
from ossma.core.logs import HideTokens, OneLine
from ossma.core.ratelimit import Limit, allowed
from tests.cast import make_cast

# The shortest that there is.
LINK = links.sign("safety", 1)
JOIN = Limit("join", 3, timedelta(hours=1), "person", "the test")


def logged(caplog):
    return "\n".join(record.getMessage() for record in caplog.records)


@pytest.mark.django_db
@pytest.mark.parametrize("path", [f"/a/{LINK}/", f"/f/{LINK}/", f"/checkin/{LINK}", f"/nowhere/?key={LINK}"])
def test_a_link_that_leads_nowhere_is_not_written_into_the_log(client, caplog, path):
    with caplog.at_level("WARNING", logger="django.request"):
        client.get(path)
    assert LINK not in logged(caplog)


@pytest.mark.django_db
def test_the_page_that_was_asked_for_is(client, caplog):
    with caplog.at_level("WARNING", logger="django.request"):
        client.get("/school/safety/nowhere/")
    assert "/school/safety/nowhere/" in logged(caplog)


def test_a_record_without_addresses_passes_as_it_is():
    record = logging.LogRecord("django.request", logging.WARNING, "", 1, "%s of %s", ("a", 3), None)
    assert HideTokens().filter(record)
    assert record.getMessage() == "a of 3"


def written(message, *args, **more):
    return OneLine("{asctime} {levelname} {name} {message}", style="{").format(
        logging.LogRecord("payments", logging.WARNING, "", 1, message, args, more.get("exc_info"))
    )


def test_times_are_utc_and_say_so():
    record = logging.LogRecord("x", logging.INFO, "", 1, "hello", None, None)
    record.created, record.msecs = datetime(2026, 11, 21, 23, 30, tzinfo=ZoneInfo("Asia/Tokyo")).timestamp(), 0
    assert OneLine("{asctime} {message}", style="{").format(record) == "2026-11-21T14:30:00.000Z hello"


@pytest.mark.parametrize("break_", ["\n", "\r\n", "\x0b", "\x85", "\u2028", "\x1b[2K"])
def test_what_a_stranger_typed_never_begins_a_line_of_its_own(break_):
    line = written("notice refused: %s", f"x{break_}2026-11-21T00:00:00.000Z INFO payments all is well")
    assert len(line.splitlines()) == 1
    assert "\x1b" not in line


def raise_with(text):
    raise ValueError(text)


def test_the_lines_of_an_exception_are_indented_under_its_record():
    try:
        raise_with("x\n2026-11-21T00:00:00.000Z INFO payments all is well")
    except ValueError:
        lines = written("broken", exc_info=sys.exc_info()).splitlines()
    assert len(lines) > 2
    assert all(line.startswith("  ") for line in lines[1:])


@pytest.mark.django_db
def test_a_refusal_names_the_account_and_neither_person_nor_key(caplog):
    cast = make_cast()
    path = f"/school/members/{cast.chika.pk}/"
    with caplog.at_level("WARNING", logger="ossma.security"):
        assert cast.client(cast.doi).get(path).status_code == 404
        assert cast.client(cast.aya).get(f"/a/{LINK}/").status_code == 404
    lines = [record.getMessage() for record in caplog.records if record.name == "ossma.security"]
    assert lines == [f"refused 404: GET {path} to user {cast.doi.user_id}", f"refused 404: GET /a/…/ to user {cast.aya.user_id}"]


@pytest.mark.django_db
def test_a_limit_that_is_reached_is_told_once_in_its_window_without_the_key(caplog):
    with caplog.at_level("WARNING", logger="ossma.security"):
        for _ in range(9):
            allowed(JOIN, key="aya@example.jp", at=datetime(2026, 11, 21, tzinfo=UTC))
    assert [record.getMessage() for record in caplog.records] == ["limit reached: join, 3 in 1:00:00"]
