"""A browser names the address we call: only push services are called, never a machine of ours."""

import pytest

from ossma.core.push.endpoints import is_known_service, require_subscription
from ossma.core.refusals import Refused
from tests.push import Browser

GOOD = Browser("phone").subscription("https://fcm.googleapis.com/fcm")


@pytest.fixture(autouse=True)
def production(settings):
    settings.PUSH_SINK_URL = ""


@pytest.mark.parametrize(
    "endpoint",
    [
        "https://fcm.googleapis.com/fcm/send/abc",
        "https://updates.push.services.mozilla.com/wpush/v2/abc",
        "https://web.push.apple.com/abc",
        "https://wns2-par02p.notify.windows.com/w/?token=abc",
        "https://fcm.googleapis.com:443/fcm/send/abc",
    ],
)
def test_the_push_services_of_the_browsers_are_known(endpoint):
    assert is_known_service(endpoint)


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://fcm.googleapis.com/fcm/send/abc",
        "https://127.0.0.1/push/abc",
        "https://169.254.169.254/latest/meta-data/",
        "https://[::1]/push/abc",
        "https://localhost/abc",
        "https://database:5432/abc",
        "https://fcm.googleapis.com:5432/abc",
        "https://fcm.googleapis.com.evil.example/abc",
        "https://evilpush.apple.com.example/abc",
        "https://xfcm.googleapis.com/abc",
        "https://user@fcm.googleapis.com/abc",
        "https://evil.example\\@fcm.googleapis.com/abc",
        "https://fcm.googleapis.com/a\r\nX-Injected: 1",
        "https://fcm.googleapis.com/" + "a" * 500,
        "file:///etc/passwd",
        "https://fcm.googleapis.com:notaport/abc",
        "",
    ],
)
def test_nothing_else_is_ever_called(endpoint):
    assert not is_known_service(endpoint)


def test_the_demos_own_service_is_known_only_where_it_is_set(settings):
    endpoint = "http://127.0.0.1:8005/push/aya"
    assert not is_known_service(endpoint)
    settings.PUSH_SINK_URL = "http://127.0.0.1:8005"
    assert is_known_service(endpoint)
    assert not is_known_service("http://127.0.0.1:8005/answers/aya")


def test_what_a_browser_gives_is_taken():
    require_subscription(endpoint=GOOD.endpoint, p256dh=GOOD.p256dh, auth=GOOD.auth)


@pytest.mark.parametrize(
    "changes", [{"p256dh": "AAAA"}, {"p256dh": "é"}, {"auth": "AAAA"}, {"auth": "*" * 22}, {"p256dh": GOOD.p256dh[:-4] + "AAAA"}]
)
def test_keys_that_are_none_are_refused(changes):
    values = {"endpoint": GOOD.endpoint, "p256dh": GOOD.p256dh, "auth": GOOD.auth} | changes
    with pytest.raises(Refused):
        require_subscription(**values)
