"""Text messages and calls: off by default, short, drill first, through adapters (safety.md S1)."""

import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from members.models import Member
from ossma.core.models import Progress
from ossma.core.viewer import SYSTEM
from safety import actions, texts
from safety.channels.phones import gateway
from safety.channels.phones.checks import nothing_is_only_written_down, relay_is_set
from safety.dispatching import deliver_chunk
from safety.models import Delivery, SafetyCheck
from safety.queries.deliveries import Parcel
from tests.factories.safety import MINUTE, NOW, draft, recipient, sent


def at(moment):
    return lambda: moment


def by(channel, office, **changes):
    """A check that goes out by this channel alone, queued."""
    check = draft(office, **changes)
    SafetyCheck.objects.filter(pk=check.pk).update(channels=[channel])
    check = actions.send_check(actor=office, at=NOW, check_id=check.pk, typed_count=3)
    actions.queue_rounds(actor=SYSTEM, at=NOW, check_id=check.pk)
    return check


@pytest.fixture
def recorded(settings, tmp_path):
    """The adapters that write down; returns what they wrote."""
    settings.VAR, settings.SMS_BACKEND, settings.VOICE_BACKEND = tmp_path, "recorded", "recorded"
    return lambda: [json.loads(line) for line in (tmp_path / "phones.jsonl").read_text().splitlines()]


@contextmanager
def relay(code):
    """A carrier's relay that answers with this code; gives its address and what it heard."""
    heard = []

    class Relay(BaseHTTPRequestHandler):
        def do_POST(self):
            heard.append((self.path, dict(self.headers), json.loads(self.rfile.read(int(self.headers["Content-Length"])))))
            self.send_response(code)
            self.end_headers()

        def log_message(self, *_words):
            """Quiet."""

    with HTTPServer(("127.0.0.1", 0), Relay) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}", heard
        finally:
            server.shutdown()
            thread.join()


def test_both_are_off_by_default(office):
    by("sms", office)
    assert not Delivery.objects.exists()
    assert gateway("sms") is None
    assert gateway("voice") is None


def test_a_text_message_goes_to_the_number_as_networks_want_it(cast, office, recorded):
    Member.objects.filter(pk=cast.aya.pk).update(mobile="+81 90 1234 0001")
    by("sms", office)
    assert deliver_chunk("sms", clock=at(NOW)).sent == 3
    assert "+819012340001" in {line["number"] for line in recorded()}
    assert set(Delivery.objects.values_list("state", flat=True)) == {Progress.SENT}


def test_a_call_reads_no_address_aloud(office, recorded):
    by("voice", office)
    deliver_chunk("voice", clock=at(NOW))
    assert not any("http" in line["text"] for line in recorded())


def test_a_drill_says_so_with_its_first_word(office, recorded):
    by("sms", office, kind="drill")
    deliver_chunk("sms", clock=at(NOW))
    assert {line["text"][:4] for line in recorded()} <= {"【訓練】", "[DRI"}


def test_what_is_no_number_is_given_up_and_keeps_nobody_waiting(cast, office, recorded):
    Member.objects.filter(pk=cast.aya.pk).update(mobile="なし")
    by("sms", office)
    tally = deliver_chunk("sms", clock=at(NOW))
    assert (tally.sent, tally.refused) == (2, 1)
    assert Delivery.objects.get(recipient__member=cast.aya).state == Progress.GAVE_UP


def test_what_was_written_before_the_channel_was_switched_off_is_given_up(office, recorded, settings):
    by("sms", office)
    settings.SMS_BACKEND = "off"
    assert deliver_chunk("sms", clock=at(NOW)).refused == 3


@pytest.mark.parametrize(
    ("code", "state", "returned"), [(202, Progress.SENT, 0), (422, Progress.GAVE_UP, 0), (503, Progress.DUE, 3), (429, Progress.DUE, 3)]
)
def test_the_relays_code_decides(office, settings, code, state, returned):
    with relay(code) as (url, heard):
        settings.SMS_BACKEND, settings.PHONE_API_URL, settings.PHONE_API_TOKEN = "http", url, "secret"
        by("sms", office)
        assert deliver_chunk("sms", clock=at(NOW)).returned == returned
    path, headers, body = heard[0]
    assert (path, headers["Authorization"]) == ("/sms", "Bearer secret")
    assert body["to"].startswith("+")
    assert headers["Idempotency-Key"].startswith("safety-")
    assert set(Delivery.objects.values_list("state", flat=True)) == {state}


def test_a_relay_that_is_away_delays_and_loses_nothing(office, settings, recorded):
    settings.SMS_BACKEND, settings.PHONE_API_URL = "http", "http://127.0.0.1:1"
    by("sms", office)
    assert deliver_chunk("sms", clock=at(NOW)).returned == 3
    settings.SMS_BACKEND = "recorded"
    assert deliver_chunk("sms", clock=at(NOW + MINUTE)).sent == 3


@pytest.mark.parametrize(("text", "number"), [("a" * 160, 1), ("a" * 161, 2), ("あ" * 70, 1), ("あ" * 71, 2), ("€" * 81, 2), ("😀" * 36, 2)])
def test_the_parts_of_a_text_are_counted_as_the_network_does(text, number):
    assert texts.parts(text) == number


@pytest.mark.parametrize("language", ["ja", "en"])
def test_a_long_title_gives_way_and_the_link_stays_whole(cast, office, language):
    check = sent(office, title_ja="長" * 120, title_en="Long " * 24)
    row = recipient(check, cast.aya)
    text = texts.spoken_or_written("sms", check, Parcel(1, 1, "090", language, 0, check.pk, row.pk, "silent", "sms"))
    assert texts.parts(text) <= texts.MOST_PARTS
    assert text.endswith(texts.answer_url(row.pk, "sms"))


def test_half_a_configuration_stops_the_start(settings):
    settings.SMS_BACKEND, settings.PHONE_API_URL, settings.PHONE_API_TOKEN = "http", "http://relay.example", "secret"
    assert [fault.id for fault in relay_is_set()] == ["ossma.E010"]
    settings.PHONE_API_URL = "https://relay.example"
    assert relay_is_set() == []
    settings.SMS_BACKEND = "recorded"
    assert [fault.id for fault in nothing_is_only_written_down()] == ["ossma.E011"]
