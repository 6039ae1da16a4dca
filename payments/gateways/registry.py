"""The gateways this installation is set up for, by name."""

from functools import lru_cache

from django.conf import settings

from payments.gateways.base import Gateway, GatewayMisconfigured
from payments.gateways.gmo.adapter import GmoGateway
from payments.gateways.gmo.config import GmoConfig
from payments.gateways.stripe.adapter import StripeGateway
from payments.gateways.stripe.config import StripeConfig


def configured() -> list[str]:
    """The gateways that orders may be at: where new payments start first, then those that older orders began at."""
    others = {GmoGateway.name: settings.GMO_SHOP_ID, StripeGateway.name: settings.STRIPE_API_KEY}
    return [settings.PAYMENT_GATEWAY, *(name for name, is_set in others.items() if is_set and name != settings.PAYMENT_GATEWAY)]


def gateway(name: str) -> Gateway:
    """The gateway of this name, as in `/payments/notify/<name>/`."""
    if name == StripeGateway.name and settings.STRIPE_API_KEY:
        return _stripe(StripeConfig(settings.STRIPE_API_URL, settings.STRIPE_API_KEY, settings.STRIPE_WEBHOOK_SECRET))
    if name != GmoGateway.name:
        raise GatewayMisconfigured(f"no gateway is called {name}")
    return _gmo(
        GmoConfig(
            api_url=settings.GMO_API_URL,
            link_url=settings.GMO_LINK_URL,
            shop_id=settings.GMO_SHOP_ID,
            shop_pass=settings.GMO_SHOP_PASS,
            config_id=settings.GMO_CONFIG_ID,
            notify_addresses=tuple(settings.GMO_NOTIFY_ADDRESSES),
            enquiry=(settings.GMO_ENQUIRY_CONTACT, settings.GMO_ENQUIRY_PHONE, settings.GMO_ENQUIRY_HOURS),
        )
    )


@lru_cache(maxsize=4)
def _stripe(config: StripeConfig) -> StripeGateway:
    """The same for Stripe."""
    return StripeGateway(config)


@lru_cache(maxsize=4)
def _gmo(config: GmoConfig) -> GmoGateway:
    """One adapter, with its connections, per set of settings."""
    return GmoGateway(config)
