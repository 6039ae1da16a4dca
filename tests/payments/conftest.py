"""The cast, a fee of Aya's, a gateway in memory, and a room above that remembers what was opened."""

from collections.abc import Callable, Iterator
from pathlib import Path
from queue import Queue

import pytest
from django.db import transaction

from ossma.core import registries
from payments.models import Attempt, Payment
from payments.states import PaymentState
from tests.cast import Cast, make_cast
from tests.factories.payments import AttemptFactory, PaymentFactory
from tests.payments.fake_gateway import FakeGateway
from tests.payments.gateway_rig import PATIENCE_SECONDS, Sandbox
from tests.payments.site_rig import Browser, use
from tests.payments.steps import CLOSED, OPENED, THING, open_thing


@pytest.fixture
def opened() -> Iterator[list[int]]:
    """The payments for which the room above was called."""
    registries.settled.register("thing", open_thing)
    registries.unsettled.register("thing", THING)
    OPENED.clear()
    CLOSED.clear()
    yield OPENED
    OPENED.clear()


@pytest.fixture
def cast(db: None, opened: list[int]) -> Cast:
    """Everybody."""
    return make_cast()


@pytest.fixture
def browser(cast: Cast, sandbox: Sandbox, live_server) -> Iterator[Browser]:
    """Aya, logged in over real HTTP, with something to pay; the gateway is the sandbox."""
    browser = Browser(cast.client(cast.aya), live_server.url, PaymentFactory(member=cast.aya))
    with browser.client:
        yield browser


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


@pytest.fixture(scope="module")
def running(live_server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """The gateway, which sends its notices to our server."""
    state: Path = tmp_path_factory.mktemp("sandbox")
    sandbox = Sandbox(f"{live_server.url}/payments/notify/gmo/", state, "--retry-seconds", "0.05")
    sandbox.start()
    yield sandbox
    assert sandbox.stop() == 0


@pytest.fixture
def sandbox(running: Sandbox, live_server, settings) -> Iterator[Sandbox]:
    """The same with our settings pointing to it, and every switch as it was afterwards."""
    use(settings, live_server.url, running)
    yield running
    for switch, value in (("lost", "off"), ("wrong_amount", "off"), ("second_method", "refused"), ("api", "answers")):
        running.turn(switch, value)


@pytest.fixture
def arrived(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Call it to wait until the next notice is in the table."""
    bell: Queue[str] = Queue()
    monkeypatch.setattr("payments.actions.notices.nudge", lambda task: transaction.on_commit(lambda: bell.put(task)))
    return lambda: bell.get(timeout=PATIENCE_SECONDS) and None
