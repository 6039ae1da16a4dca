"""What is called off stops being payable at once, and again until the gateway says so (money.md, "Payment")."""

from datetime import timedelta

import pytest
from django.utils import timezone

from ossma.core import nudge
from ossma.core.viewer import SYSTEM
from payments import actions, queries, tasks
from payments.gateways.base import GatewayUnknown, Status
from payments.models import Attempt
from payments.states import AttemptState, PaymentState
from tests.factories.payments import AttemptFactory, PaymentFactory
from tests.payments.fake_gateway import FakeGateway

pytestmark = pytest.mark.django_db


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks) -> list[str]:
    """The tasks that were nudged, carried out in their place."""
    names: list[str] = []

    def carry_out(name: str) -> None:
        names.append(name)
        {"payments.close": tasks.close, "payments.reconcile": tasks.reconcile}[name]()

    monkeypatch.setattr(nudge, "_send", carry_out)
    monkeypatch.setattr(tasks, "configured", lambda: ["gmo"])
    return names


@pytest.fixture
def young(gateway: FakeGateway) -> Attempt:
    """A page opened, and asked about, a moment ago: the minute's round would leave it alone."""
    now = timezone.now()
    payment = PaymentFactory(state=PaymentState.STARTED, created_at=now)
    return AttemptFactory(payment=payment, created_at=now, asked_at=now - timedelta(seconds=6), expires_at=now + timedelta(days=7))


def call_off(attempt: Attempt, capture) -> None:
    with capture(execute=True):
        actions.cancel(payment_id=attempt.payment_id, cause="member", actor=SYSTEM, at=timezone.now())


def test_calling_off_closes_a_page_that_was_opened_and_asked_about_a_moment_ago(
    young: Attempt, gateway: FakeGateway, sent: list[str], django_capture_on_commit_callbacks
) -> None:
    call_off(young, django_capture_on_commit_callbacks)
    young.refresh_from_db()
    assert sent == ["payments.close"]
    assert young.state == AttemptState.VOIDED
    assert f"cancel {young.order_id}" in gateway.asked


def test_a_gateway_that_does_not_answer_is_asked_again_until_it_does(
    young: Attempt, gateway: FakeGateway, sent: list[str], django_capture_on_commit_callbacks
) -> None:
    gateway.error = GatewayUnknown("timeout")
    call_off(young, django_capture_on_commit_callbacks)
    young.refresh_from_db()
    assert young.state == AttemptState.OPEN
    gateway.error = None
    assert tasks.close() == 1
    young.refresh_from_db()
    assert young.state == AttemptState.VOIDED
    assert tasks.close() == 0


def test_a_number_for_the_store_is_stopped_likewise(
    young: Attempt, gateway: FakeGateway, sent: list[str], django_capture_on_commit_callbacks
) -> None:
    gateway.says(young.order_id, Status.AWAITING, None)
    Attempt.objects.update(state=AttemptState.AWAITING, store="10001")
    young.payment.state = PaymentState.AWAITING
    young.payment.save()
    call_off(young, django_capture_on_commit_callbacks)
    young.refresh_from_db()
    assert young.state == AttemptState.VOIDED


def test_only_what_nobody_waits_for_is_closed(young: Attempt, gateway: FakeGateway, sent: list[str]) -> None:
    assert queries.attempts_to_close(SYSTEM, at=timezone.now(), gateway="gmo", limit=9) == []
    assert tasks.close() == 0
    young.refresh_from_db()
    assert young.state == AttemptState.OPEN
