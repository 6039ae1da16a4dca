"""The cast, a fee of Aya's, a gateway in memory, and a room above that remembers what was opened."""

from collections.abc import Iterator

import pytest

from ossma.core import registries
from payments.models import Attempt, Payment
from payments.states import PaymentState
from tests.cast import Cast, make_cast
from tests.factories.payments import AttemptFactory, PaymentFactory
from tests.payments.fake_gateway import FakeGateway
from tests.payments.steps import OPENED, open_thing


@pytest.fixture
def opened() -> Iterator[list[int]]:
    """The payments for which the room above was called."""
    registries.settled.register("thing", open_thing)
    OPENED.clear()
    yield OPENED
    OPENED.clear()


@pytest.fixture
def cast(db: None, opened: list[int]) -> Cast:
    """Everybody."""
    return make_cast()


@pytest.fixture
def fee(cast: Cast) -> Payment:
    """3,812 yen that Aya owes."""
    return PaymentFactory(member=cast.aya)


@pytest.fixture
def attempt(fee: Payment) -> Attempt:
    """Aya has opened the payment page."""
    fee.state = PaymentState.STARTED
    fee.save()
    return AttemptFactory(payment=fee)


@pytest.fixture
def gateway(monkeypatch: pytest.MonkeyPatch) -> FakeGateway:
    """The gateway that everybody talks to."""
    fake = FakeGateway()
    monkeypatch.setattr("payments.gateways.desk.gateway", lambda name: fake)
    monkeypatch.setattr("payments.gateways.refunding.gateway", lambda name: fake)
    monkeypatch.setattr("payments.views.public.gateway", lambda name: fake)
    return fake
