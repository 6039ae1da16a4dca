"""One Stripe account."""

from dataclasses import dataclass, field
from datetime import timedelta

from payments.gateways.base import GatewayMisconfigured


@dataclass(frozen=True, slots=True)
class StripeConfig:
    """Keys and limits (reference part 8). Times in seconds."""

    api_url: str
    api_key: str = field(repr=False)
    webhook_secret: str = field(repr=False)
    connect_seconds: float = 5
    read_seconds: float = 20
    # An event whose signature is older than this when it comes in is a replay [A].
    tolerance: timedelta = timedelta(minutes=5)
    # A session lives between 30 minutes and a day; a little less, so that both clocks agree.
    shortest_session: timedelta = timedelta(minutes=31)
    longest_session: timedelta = timedelta(hours=23, minutes=55)
    # Convenience stores take yen within these limits, for at most so many days.
    konbini_least: int = 120
    konbini_most: int = 300_000
    konbini_longest_days: int = 60
    konbini_days: int = 3

    def __post_init__(self) -> None:
        if not (self.api_key and self.webhook_secret):
            raise GatewayMisconfigured("Stripe: key and webhook secret are both needed")
