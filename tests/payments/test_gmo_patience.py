"""A gateway that answers slowly, for minutes if it is let: every call ends, nothing is held meanwhile."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import replace

import pytest
from django.db import connection, transaction

from ossma.core.viewer import SYSTEM
from payments import actions, tasks
from payments.gateways import desk
from payments.gateways.base import GatewayError, GatewayRefused, GatewayUnknown
from payments.gateways.gmo.adapter import GmoGateway
from payments.gateways.gmo.config import GmoConfig
from payments.gateways.gmo.patience import PatientTransport
from payments.models import Attempt, GatewayNotice, Payment
from payments.states import AttemptState, NoticeState
from tests.cast import make_cast
from tests.factories.payments import NOON, AttemptFactory, PaymentFactory
from tests.payments.steps import send

PAYER = desk.Payer(name="山田 あや", kana="ヤマダ アヤ", mail="aya@example.jp", language="ja")
SOON = 0.3
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 1000000\r\n\r\n"
Answer = Callable[[socket.socket, threading.Event], None]


def drips(piece: bytes, start: bytes = b"") -> Answer:
    """Answers with a byte now and then, for as long as anybody listens."""

    def answer(caller: socket.socket, over: threading.Event) -> None:
        caller.sendall(start)
        while not over.wait(0.02):
            caller.sendall(piece)

    return answer


def silence(caller: socket.socket, over: threading.Event) -> None:
    """Takes the call and says nothing."""
    over.wait()


@contextmanager
def listening(answer: Answer, calls: list[bytes]) -> Iterator[str]:
    """A server of this kind, its calls written down."""
    over = threading.Event()

    def serve(caller: socket.socket) -> None:
        with caller, suppress(OSError):
            calls.append(caller.recv(65_536))
            answer(caller, over)

    def accept(door: socket.socket) -> None:
        with suppress(OSError):
            while not over.is_set():
                caller, _address = door.accept()
                threading.Thread(target=serve, args=(caller,), daemon=True).start()

    with socket.create_server(("127.0.0.1", 0)) as door:
        threading.Thread(target=accept, args=(door,), daemon=True).start()
        try:
            yield f"http://127.0.0.1:{door.getsockname()[1]}"
        finally:
            over.set()


def config(url: str, seconds: float = SOON) -> GmoConfig:
    return GmoConfig(api_url=url, shop_id="tshop00000001", shop_pass="sandboxpw1", config_id="ossma", call_seconds=seconds)


SLOW = pytest.mark.parametrize(
    "answer",
    [silence, drips(b"x"), drips(b"x", b"HTTP/1.1 200 OK\r\nX-Slow: "), drips(b" ", HEAD)],
    ids=["silence", "slow status line", "slow headers", "slow body"],
)


@SLOW
def test_a_call_ends_however_slowly_its_answer_drips_in(answer: Answer) -> None:
    with listening(answer, calls := []) as url, pytest.raises(GatewayUnknown):
        GmoGateway(config(url)).query("M7-1-1")
    assert len(calls) == 1


def test_a_connection_that_nobody_takes_was_never_a_call() -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=0) as door:
        url = f"http://127.0.0.1:{door.getsockname()[1]}"
        # The queue of the door is full: whoever comes now waits outside.
        waiting = [socket.socket() for _ in range(3)]
        for caller in waiting:
            caller.setblocking(False)
            caller.connect_ex(door.getsockname())
        with pytest.raises(GatewayRefused) as refused:
            GmoGateway(replace(config(url), connect_seconds=SOON)).query("M7-1-1")
        for caller in waiting:
            caller.close()
    assert refused.value.retryable


def test_the_next_call_has_its_whole_time_again() -> None:
    def answers(caller: socket.socket, over: threading.Event) -> None:
        body = b"ErrCode=M01&ErrInfo=M01004002"
        caller.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body))
        with suppress(OSError):
            while caller.recv(65_536) and not over.is_set():
                caller.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body))

    with listening(answers, []) as url, closing(PatientTransport(5)) as transport:
        gateway = GmoGateway(config(url, 5), transport=transport)
        assert [gateway.query("M7-1-1").status for _ in range(3)] == ["not_started"] * 3


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[bytes]]:
    """Everybody talks to a gateway that takes calls and never answers them; the calls it took."""
    calls: list[bytes] = []
    with listening(silence, calls) as url:
        gateway = GmoGateway(config(url))
        monkeypatch.setattr("payments.gateways.desk.gateway", lambda name: gateway)
        yield calls


@pytest.mark.django_db(transaction=True)
def test_while_the_gateway_is_silent_no_row_is_locked_and_its_outcome_is_unknown(slow: list[bytes], monkeypatch, opened: list[int]) -> None:
    fee = PaymentFactory(member=make_cast().aya)
    seen: list[tuple[bool, str]] = []
    ask = GmoGateway.create_link

    def looking(self: GmoGateway, order: object) -> object:
        # Somebody else wants the payment while we ask; `nowait` fails at once if we hold it.
        def other() -> None:
            with transaction.atomic():
                seen.append((connection.in_atomic_block, Payment.objects.select_for_update(nowait=True).get().state))
            connection.close()

        assert not connection.in_atomic_block
        thread = threading.Thread(target=other)
        thread.start()
        thread.join()
        return ask(self, order)  # type: ignore[arg-type]

    monkeypatch.setattr(GmoGateway, "create_link", looking)
    with pytest.raises(GatewayError):
        desk.start(payment_id=fee.pk, payer=PAYER, return_url="http://ossma.example/back", actor=SYSTEM, at=NOON)
    assert seen == [(True, "started")]
    assert len(slow) == 1
    assert Attempt.objects.get().state == AttemptState.UNKNOWN


@pytest.mark.django_db
def test_a_worker_leaves_notices_after_two_silences_and_serves_others(slow: list[bytes], opened: list[int]) -> None:
    cast = make_cast()
    for _ in range(5):
        send(AttemptFactory(payment=PaymentFactory(member=cast.aya, state="started")).order_id)
    assert tasks.apply_notices() == 2
    assert len(slow) == 2
    waiting = GatewayNotice.objects.filter(state=NoticeState.STORED)
    assert (waiting.count(), waiting.filter(outcome="").count()) == (5, 3), "two were asked about in vain, three keep their turn"


@pytest.mark.django_db
def test_what_was_left_is_taken_up_again_when_its_lease_ends(slow: list[bytes], opened: list[int]) -> None:
    send(AttemptFactory(payment=PaymentFactory(member=make_cast().aya, state="started")).order_id)
    tasks.apply_notices()
    notice = GatewayNotice.objects.get()
    assert actions.lease_notices(limit=5, actor=SYSTEM, at=notice.due_at)
