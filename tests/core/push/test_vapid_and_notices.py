"""Who we are to a push service, and what a message may weigh and say."""

import base64
import json
from datetime import timedelta

import pytest
from django.core.checks import run_checks
from django.core.exceptions import ImproperlyConfigured
from py_vapid import Vapid02

from ossma import environment
from ossma.core.push import vapid
from ossma.core.push.notices import LARGEST, Button, Notice, life_until
from tests.factories.safety import NOW

LINK = "https://ossma.example/a/1f-abcdefghijklmnopqrstuv/"


def claims(header):
    token = header.split("t=")[1].split(",")[0]
    body = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))


def test_each_service_gets_a_word_of_its_own_that_holds_for_less_than_a_day():
    google = vapid.authorization("https://fcm.googleapis.com", at=NOW)
    apple = vapid.authorization("https://web.push.apple.com", at=NOW)
    assert claims(google)["aud"] == "https://fcm.googleapis.com"
    assert claims(apple)["aud"] == "https://web.push.apple.com"
    assert NOW.timestamp() + 3600 < claims(google)["exp"] < NOW.timestamp() + 86_400
    assert Vapid02.verify(google)


def test_the_word_is_signed_once_and_anew_before_it_ends():
    origin = "https://fcm.googleapis.com"
    assert vapid.authorization(origin, at=NOW) == vapid.authorization(origin, at=NOW + timedelta(minutes=1))
    assert vapid.authorization(origin, at=NOW) != vapid.authorization(origin, at=NOW + timedelta(hours=7))


def test_a_new_key_is_one_that_can_be_used(settings):
    settings.VAPID_PRIVATE_KEY = vapid.new_key()
    assert vapid.fault_of_key() == ""
    assert len(base64.urlsafe_b64decode(vapid.public_key() + "=")) == 65


@pytest.mark.parametrize("value", ["short", "x" * 44, "uCGFWUjjIzhmqvJfN4vjExGUArCuZVcSDbsQxUzlp+o"])
def test_a_key_of_the_wrong_form_refuses_to_start(monkeypatch, value):
    monkeypatch.setenv("VAPID_PRIVATE_KEY", value)
    with pytest.raises(ImproperlyConfigured, match="make_push_key"):
        environment.signing_key("VAPID_PRIVATE_KEY")


def test_a_key_that_is_no_point_of_the_curve_is_an_error_of_the_system_check(settings):
    settings.VAPID_PRIVATE_KEY = "_" * 42 + "8"
    assert "ossma.E001" in [fault.id for fault in run_checks(tags=["security"])]


def test_going_live_without_a_key_is_warned_of(settings):
    settings.VAPID_PRIVATE_KEY = ""
    assert "ossma.W001" in [fault.id for fault in run_checks(tags=["security"], include_deployment_checks=True)]
    assert vapid.public_key() == ""


def notice(**changes):
    values = {"title": "停電", "body": "ご無事ですか。", "navigate": LINK, "language": "ja", "topic": "check-1"} | changes
    return Notice(**values)


def test_the_message_is_declarative_so_that_a_browser_can_show_it_without_our_worker():
    told = json.loads(notice(buttons=(Button("safe", "無事です", LINK),)).content())
    assert told["web_push"] == 8030
    shown = told["notification"]
    assert (shown["title"], shown["navigate"], shown["lang"], shown["tag"]) == ("停電", LINK, "ja", "check-1")
    assert shown["actions"] == [{"action": "safe", "title": "無事です", "navigate": LINK}]


def test_a_long_text_is_cut_and_the_message_stays_within_two_thousand_bytes():
    whole = notice(title="停" * 120, body="電" * 2000).content()
    assert LARGEST - 20 < len(whole) <= LARGEST
    assert json.loads(whole)["notification"]["body"].endswith("電…")


def test_it_waits_for_a_phone_that_is_off_until_the_deadline_and_never_longer_than_a_day():
    assert life_until(NOW + timedelta(hours=2), at=NOW) == 7200
    assert life_until(NOW + timedelta(days=3), at=NOW) == 86_400
    assert life_until(None, at=NOW) == 86_400
    assert life_until(NOW + timedelta(seconds=5), at=NOW) == 60
    assert life_until(NOW - timedelta(hours=1), at=NOW) == 60


def test_what_is_not_urgent_says_so_to_the_service():
    assert notice().headers()["Urgency"] == "high"
    assert notice(urgent=False).headers()["Urgency"] == "normal"
    assert len(notice().headers()["Topic"]) <= 32
