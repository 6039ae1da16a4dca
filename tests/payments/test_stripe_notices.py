"""Stripe's events at our door: kept with their signature, so that their origin can be judged again when their turn comes."""

import json
from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone

from ossma.core.viewer import SYSTEM
from payments import actions
from payments.gateways import desk
from payments.models import GatewayNotice, Trouble
from payments.states import NoticeState
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
