"""What the gateway calls: result notices, and the browser that it sends back."""

import base64
import hashlib
import json
from datetime import datetime

import pytest
from django.db import OperationalError
from django.test import Client

from payments.models import Attempt, GatewayNotice, Payment
from payments.states import PaymentState
from payments.views import public
from tests.limits import lower
from tests.payments.fake_gateway import FakeGateway, notice_body

NOTIFY, BACK = "/payments/notify/gmo/", "/payments/return/"
FORM = "application/x-www-form-urlencoded"
pytestmark = pytest.mark.usefixtures("gateway")


@pytest.fixture
def outside() -> Client:
    """A caller without session or token; cross-site posts are checked."""
    return Client(enforce_csrf_checks=True)


def send(client: Client, body: bytes, **extra: str):
    return client.post(NOTIFY, body, content_type=FORM, **extra)


def signed(order_id: str, key: str = "sandboxpw1") -> str:
    payload = base64.urlsafe_b64encode(json.dumps({"transactionresult": {"OrderID": order_id}}).encode()).decode().rstrip("=")
    return f"{payload}.{hashlib.sha256((payload + key).encode()).hexdigest()}"


def test_a_notice_is_stored_raw_and_answered_with_a_nought(outside: Client, attempt: Attempt) -> None:
    body = notice_body(attempt.order_id)
    answer = send(outside, body, REMOTE_ADDR="210.197.108.196")
    assert (answer.status_code, answer.content, answer["Content-Type"]) == (200, b"0", "text/plain")
    notice = GatewayNotice.objects.get()
    assert (bytes(notice.body), notice.order_id, notice.remote_address) == (body, attempt.order_id, "210.197.108.196")
    assert Payment.objects.get().state == PaymentState.STARTED, "a notice settles nothing by itself"


def test_the_same_notice_twice_is_received_twice_and_stored_once(outside: Client, attempt: Attempt) -> None:
    assert [send(outside, notice_body(attempt.order_id)).content for _ in range(2)] == [b"0", b"0"]
    assert GatewayNotice.objects.get().times == 2


@pytest.mark.parametrize("body", [b"", b"\xff\xfe\x00", b"&&&===", b"<html>", b"OrderID=%00%81&ShopID=x", b"a=" + b"x" * 5000])
def test_rubbish_is_stored_too(outside: Client, db: None, body: bytes) -> None:
    assert send(outside, body).content == b"0"
    assert bytes(GatewayNotice.objects.get().body) == body


def test_what_is_far_too_long_for_a_notice_is_not_read(outside: Client, db: None) -> None:
    assert send(outside, b"a" * 40_000).status_code == 413
    assert not GatewayNotice.objects.exists()


def test_when_it_cannot_be_stored_the_gateway_is_asked_to_send_again(
    outside: Client, db: None, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def away(**_given: object) -> None:
        raise OperationalError

    monkeypatch.setattr(public.actions, "store_notice", away)
    assert send(outside, b"ShopID=x").content == b"1"
    assert "a notice could not be stored" in caplog.text


def test_a_flood_from_one_address_is_asked_to_come_again_later(outside: Client, db: None, monkeypatch: pytest.MonkeyPatch, still: datetime) -> None:
    lower(monkeypatch, "GATEWAY_NOTICE", 2)
    answers = [send(outside, f"OrderID={number}".encode()).content for number in range(3)]
    assert answers == [b"0", b"0", b"1"]
    assert send(outside, b"OrderID=4", REMOTE_ADDR="203.0.113.9").content == b"0"


def test_an_address_that_is_none_is_left_out(outside: Client, db: None) -> None:
    assert send(outside, b"OrderID=1", REMOTE_ADDR="unix:").content == b"0"
    assert GatewayNotice.objects.get().remote_address is None


def test_a_notice_is_posted_not_fetched(outside: Client, db: None) -> None:
    assert outside.get(NOTIFY).status_code == 405


def test_a_gateway_nobody_knows_has_no_address(outside: Client, db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    assert outside.post("/payments/notify/cash/", b"", content_type=FORM).status_code == 404


def test_a_signed_return_leads_to_the_payment_and_settles_nothing(outside: Client, attempt: Attempt, gateway: FakeGateway) -> None:
    answer = outside.post(BACK, {"result": signed(attempt.order_id)})
    assert (answer.status_code, answer["Location"]) == (303, f"/payments/{attempt.payment_id}/?back=1")
    assert gateway.asked == []


@pytest.mark.parametrize("result", ["", "x", "a.b", signed("P1-1-forged", "wrong"), signed("NOBODY"), "あ.い", "." * 9000])
def test_any_other_return_leads_to_the_list(outside: Client, attempt: Attempt, result: str) -> None:
    answer = outside.post(BACK, {"result": result})
    assert (answer.status_code, answer["Location"]) == (303, "/payments/")


def test_a_browser_that_comes_by_link_is_led_on(outside: Client, db: None) -> None:
    assert outside.get(BACK)["Location"] == "/payments/"
    assert outside.get(BACK, {"result": "x"})["Location"] == "/payments/"
    assert outside.put(BACK).status_code == 405


def test_a_return_that_is_no_form_is_led_on(outside: Client, db: None) -> None:
    assert outside.post(BACK, b"{}", content_type="application/json").status_code == 303
