"""Giving money back at the gateway: asked again after silence is safe, because the order is read first."""

import logging
from collections.abc import Callable, Iterable
from datetime import datetime

from ossma.core.viewer import SYSTEM
from payments import actions
from payments.gateways.base import GatewayError, GatewayRefused, GatewayUnknown
from payments.gateways.registry import gateway
from payments.models import Refund
from payments.queries.locking import booked_of

log = logging.getLogger(__name__)


def carry_out(refunds: Iterable[Refund], *, clock: Callable[[], datetime]) -> int:
    """Ask for one refund after the other; no transaction is open meanwhile. Returns how many were given back."""
    return sum(_carry_out(refund, clock=clock) for refund in refunds)


def _carry_out(refund: Refund, *, clock: Callable[[], datetime]) -> bool:
    attempt = refund.attempt
    try:
        result = gateway(attempt.gateway).refund(attempt.order_id, refund.amount, held=booked_of(attempt), reference=attempt.reference)
    except GatewayUnknown as error:
        return _later(refund, error, final=False, at=clock())
    except GatewayRefused as error:
        return _later(refund, error, final=not error.retryable, at=clock())
    except GatewayError as error:
        return _later(refund, error, final=False, at=clock())
    actions.finish_card_refund(refund_id=refund.pk, reference=f"{attempt.order_id}:{result.held}", actor=SYSTEM, at=clock())
    return True


def _later(refund: Refund, error: GatewayError, *, final: bool, at: datetime) -> bool:
    log.warning("refund %s: %s", refund.pk, type(error).__name__)
    actions.postpone_refund(refund_id=refund.pk, error=f"{type(error).__name__}: {error}", final=final, actor=SYSTEM, at=at)
    return False
