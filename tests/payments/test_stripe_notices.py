"""Stripe's events at our door: kept with their signature, so that their origin can be judged again when their turn comes."""

import base64
import hashlib
import json
from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone

from ossma.core.viewer import SYSTEM
from payments import actions
from payments.gateways import desk
from payments.gateways.registry import configured
from payments.models import GatewayNotice, Trouble
from payments.states import NoticeState
from tests.factories.payments import AttemptFactory
from tests.payments.stripe_rig import KEY, SECRET, signed

pytestmark = pytest.mark.django_db
URL = "/payments/notify/stripe/"
BODY = json.dumps({"id": "evt_1", "type": "checkout.session.completed", "data": {"object": {"client_reference_id": "P0-0-nobody"}}}).encode()


@pytest.fixture(autouse=True)
def stripe_is_on(settings) -> None:
    settings.STRIPE_API_KEY, settings.STRIPE_WEBHOOK_SECRET = KEY, SECRET


def arrives(signature: str) -> GatewayNotice:
    assert Client().post(URL, BODY, content_type="application/json", headers={"Stripe-Signature": signature}).status_code == 200
    at = timezone.now()
    desk.apply_notices(actions.lease_notices(limit=5, actor=SYSTEM, at=at), clock=lambda: at)
    return GatewayNotice.objects.get()


def test_a_signed_event_about_an_order_that_is_not_ours_goes_to_a_person():
    assert arrives(signed(BODY)).state == NoticeState.REVIEW
    assert Trouble.objects.get().kind == "unknown_order"


@pytest.mark.parametrize("made", [lambda: "", lambda: "t=1,v1=00", lambda: signed(BODY, "whsec_other")], ids=["none", "no sense", "another key"])
def test_an_event_that_stripe_did_not_sign_fills_nobody_s_work_list(made: Callable[[], str]):
    assert arrives(made()).state == NoticeState.IGNORED
    assert not Trouble.objects.exists()


def test_without_a_key_nothing_is_taken(settings):
    settings.STRIPE_API_KEY = ""
    assert Client().post(URL, BODY, content_type="application/json").status_code == 404
    assert not GatewayNotice.objects.exists()


def test_an_event_played_again_later_is_known_and_one_that_waited_with_us_still_holds():
    """Judged by when it came in: an old signature is nobody's, and one that was good then stays good however late its turn comes."""
    notice = arrives(signed(BODY))
    assert notice.state == NoticeState.REVIEW
    again = Client().post(URL, BODY, content_type="application/json", headers={"Stripe-Signature": signed(BODY)})
    assert (again.content, GatewayNotice.objects.get().times) == (b"0", 2)


def test_an_old_signature_under_a_new_event_is_nobodys():
    old = int(timezone.now().timestamp()) - 3600
    assert arrives(signed(BODY, moment=old)).state == NoticeState.IGNORED


def test_a_browser_that_comes_back_from_where_older_orders_are_is_led_to_its_payment(settings):
    """New payments start at Stripe, and somebody returns from GMO's page: a signed return is read by whoever signed it."""
    settings.PAYMENT_GATEWAY = "stripe"
    settings.GMO_API_URL, settings.GMO_SHOP_ID, settings.GMO_SHOP_PASS, settings.GMO_CONFIG_ID = (
        "http://gateway.example",
        "tshop00000001",
        "pw",
        "ossma",
    )
    attempt = AttemptFactory()
    report = json.dumps({"transactionresult": {"OrderID": attempt.order_id}})
    payload = base64.urlsafe_b64encode(report.encode()).decode().rstrip("=")
    result = f"{payload}.{hashlib.sha256((payload + 'pw').encode()).hexdigest()}"
    assert Client().post("/payments/return/", {"result": result})["Location"] == f"/payments/{attempt.payment_id}/?back=1"
    assert configured() == ["stripe", "gmo"]
