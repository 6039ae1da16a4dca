"""What the engine asks of whatever carries messages: mail, web push, text messages."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Protocol

from ossma.core.claiming import Claim
from ossma.core.postman import Tally
from safety.models import Delivery
from safety.queries.deliveries import Parcel

Clock = Callable[[], datetime]


class Carrier(Protocol):
    """Takes claimed messages to people. The engine claims and drops what became needless; the carrier ticks off, returns or gives up each row.

    `channels` are those it carries; each is claimed by itself, `chunk` rows at a time, held for `lease` if the worker dies.
    """

    channels: tuple[str, ...]
    chunk: int
    lease: timedelta

    def send(self, held: Claim[Delivery], parcels: list[Parcel], *, clock: Clock) -> Tally:
        """Take these to the people. What cannot be tried now (`returned`) goes back at once with `ossma.core.claiming.give_back`."""
