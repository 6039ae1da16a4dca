"""Logs carry no keys."""

import logging

import pytest

from ossma.core import links
from ossma.core.logs import HideTokens

# The shortest that there is.
LINK = links.sign("safety", 1)


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
