"""Whatever a source gives, there is a clear entry, and nothing is half written (issue 2, "Bad input")."""

from functools import partial
from pathlib import Path

import httpx
import pytest

from notices import tasks
from notices.feeds import source
from notices.feeds.document import MAX_BYTES
from notices.feeds.intake import take_in
from notices.models import Advisory, FeedRun
from tests.factories.notices import NOW, AdvisoryFactory, feed_file, good_run, mail

pytestmark = pytest.mark.django_db

BOMB = b'<?xml version="1.0"?><!DOCTYPE opendata [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><opendata>&b;</opendata>'
BAD = {
    "a web page": b"<!DOCTYPE html><html><body>maintenance</body></html>",
    "empty": b"",
    "cut off": feed_file(mail())[:-40],
    "a bomb": BOMB,
    "too large": b"<?xml version='1.0'?>" + b" " * MAX_BYTES,
    "not text": b"\xff\xfe\x00\x01",
}


def take(data, system, **more):
    return take_in(read=lambda: data, source="test", actor=system, at=NOW, **more)


@pytest.mark.parametrize("data", BAD.values(), ids=BAD)
def test_a_bad_file_changes_nothing_and_says_why(data, system):
    AdvisoryFactory()
    good_run()
    taken = take(data, system)
    assert taken.error
    run = FeedRun.objects.filter(ok=False).get()
    assert run.error
    assert Advisory.objects.count() == 1


def test_a_good_file_is_taken_in_with_its_countries(system):
    taken = take(feed_file(mail("1"), mail("2", country="0039")), system)
    assert taken.error == ""
    assert {code for row in Advisory.objects.all() for code in row.countries.values_list("pk", flat=True)} == {"0033", "0039"}


def test_an_unknown_country_goes_to_the_duty_desk(system):
    take(feed_file(mail("1", country="9999")), system)
    row = Advisory.objects.get()
    assert row.needs_look
    assert row.unknown_countries == ["9999"]


def test_a_dry_run_stores_nothing_not_even_that_it_failed(system):
    assert take(feed_file(mail()), system, dry_run=True).news == {"170001": "new"}
    assert take(b"", system, dry_run=True).error
    assert not FeedRun.objects.exists()
    assert not Advisory.objects.exists()


def answering(monkeypatch, handler):
    monkeypatch.setattr(source.httpx, "Client", partial(httpx.Client, transport=httpx.MockTransport(handler)))


def test_the_task_reads_the_address_of_the_settings(monkeypatch, settings):
    settings.ADVISORY_FEED_URL = "https://feed.example/area/newarrivalL.xml"
    answering(monkeypatch, lambda request: httpx.Response(200, content=feed_file(mail())))
    assert tasks.fetch_advisories() is True
    assert FeedRun.objects.get().source == settings.ADVISORY_FEED_URL


def test_the_task_does_nothing_without_an_address(settings):
    settings.ADVISORY_FEED_URL = ""
    assert tasks.fetch_advisories() is None
    assert not FeedRun.objects.exists()


def away(request):
    raise httpx.ConnectError("no route", request=request)


@pytest.mark.parametrize("handler", [away, lambda request: httpx.Response(503)], ids=["no answer", "an error"])
def test_a_server_that_is_away_is_on_record(monkeypatch, settings, handler):
    settings.ADVISORY_FEED_URL = "https://feed.example/x.xml"
    answering(monkeypatch, handler)
    assert tasks.fetch_advisories() is False
    assert FeedRun.objects.get().error


def test_an_endless_answer_is_cut_one_byte_past_the_limit(monkeypatch):
    answering(monkeypatch, lambda request: httpx.Response(200, content=b"x" * (MAX_BYTES + 200_000)))
    assert len(source.from_address("https://feed.example/x.xml", "a@example.jp")) == MAX_BYTES + 1


FEED = "https://feed.example/x.xml"


@pytest.mark.parametrize("place", ["https://inside.example/x.xml", "http://feed.example/x.xml", "http://127.0.0.1:6379/", "file:///etc/passwd"])
def test_whoever_answers_does_not_choose_what_else_we_call(monkeypatch, place):
    asked = []

    def handler(request):
        asked.append(str(request.url))
        return httpx.Response(302, headers={"Location": place})

    answering(monkeypatch, handler)
    with pytest.raises(source.FeedAway):
        source.from_address(FEED, "a@example.jp")
    assert asked == [FEED]


def test_a_new_path_on_the_same_server_is_followed(monkeypatch):
    moved = {"/x.xml": httpx.Response(301, headers={"Location": "/new.xml"}), "/new.xml": httpx.Response(200, content=b"<opendata/>")}
    answering(monkeypatch, lambda request: moved[request.url.path])
    assert source.from_address(FEED, "a@example.jp") == b"<opendata/>"


def test_a_file_that_is_not_there_is_said_to_be_away():
    with pytest.raises(source.FeedAway):
        source.from_file(Path("no-such-file.xml"))
