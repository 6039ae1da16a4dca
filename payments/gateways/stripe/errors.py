"""Stripe's errors by what can be done about them."""

from collections.abc import Iterator
from contextlib import contextmanager

import stripe

from payments.gateways.base import GatewayMisconfigured, GatewayRefused, GatewayUnknown, Reason

CODES = {
    "resource_missing": Reason.NOT_FOUND,
    "charge_already_refunded": Reason.WRONG_AMOUNT,
    # The payer's bank has the say while a dispute goes on.
    "charge_disputed": Reason.WRONG_STATE,
    "amount_too_large": Reason.WRONG_AMOUNT,
    "amount_too_small": Reason.WRONG_AMOUNT,
    "payment_intent_unexpected_state": Reason.WRONG_STATE,
}


@contextmanager
def ours() -> Iterator[None]:
    """Turn the library's errors into the house's. No answer, or one that breaks off, means that nobody knows."""
    try:
        yield
    except (stripe.AuthenticationError, stripe.PermissionError) as error:
        raise GatewayMisconfigured(f"Stripe refuses our key: {error.code}") from error
    except stripe.RateLimitError as error:
        raise GatewayRefused((), Reason.BUSY) from error
    except stripe.IdempotencyError as error:
        raise GatewayRefused((), Reason.ORDER_USED) from error
    except stripe.InvalidRequestError as error:
        code = error.code or ""
        raise GatewayRefused((code,), CODES.get(code, Reason.BAD_REQUEST), error.param or "") from error
    except stripe.StripeError as error:
        raise GatewayUnknown(type(error).__name__) from error
