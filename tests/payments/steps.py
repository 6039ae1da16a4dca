"""What tests of this room do again and again."""

from ossma.core.registries import Unsettled
from ossma.core.viewer import SYSTEM
from payments import actions
from payments.models import Attempt, GatewayNotice
from payments.rules import Found, Verdict
from tests.factories.payments import FEE, NOON
from tests.payments.fake_gateway import GMO_ADDRESS, FakeGateway, notice_body

OPENED: list[int] = []
CLOSED: list[int] = []
# One entry per time that the room above dies instead of opening.
CRASHES: list[int] = []


class Crash(Exception):
    """The program died here."""


def open_thing(*, payment_id: int, subject_id: int, actor: object, at: object) -> None:
    """What the room above does when its fee is settled."""
    if CRASHES:
        CRASHES.pop()
        raise Crash
    OPENED.append(payment_id)


def close_thing(*, payment_id: int, subject_id: int, actor: object, at: object) -> None:
    """What the room above does when nothing is left of its fee."""
    CLOSED.append(payment_id)


THING = Unsettled(names=lambda subject_id: f"THING-{subject_id}", close=close_thing)


def paid(amount: int | None = FEE, currency: str = "JPN") -> Found:
    """The gateway has the money."""
    return Found(status="paid", amount=amount, currency=currency, method="card", raw={"Status": "CAPTURE"})


def learn(attempt: Attempt, found: Found, cause: str = "notice") -> Verdict:
    """The gateway has been asked, and this is its answer."""
    return actions.apply_found(order_id=attempt.order_id, found=found, cause=cause, actor=SYSTEM, at=NOON)


def send(order_id: str, remote_address: str = GMO_ADDRESS, **fields: object) -> GatewayNotice:
    """The gateway sends a notice, and it is stored."""
    body = notice_body(order_id, **fields)  # type: ignore[arg-type]
    digest = FakeGateway().parse_notice({}, body, remote_address).digest
    return actions.store_notice(gateway="gmo", body=body, digest=digest, order_id=order_id, remote_address=remote_address, actor=SYSTEM, at=NOON)


def stored(attempt_or_order: Attempt | str, remote_address: str = GMO_ADDRESS, **fields: object) -> GatewayNotice:
    """A notice in the table, leased once."""
    order_id = attempt_or_order if isinstance(attempt_or_order, str) else attempt_or_order.order_id
    send(order_id, remote_address, **fields)
    return actions.lease_notices(limit=10, actor=SYSTEM, at=NOON)[-1]
