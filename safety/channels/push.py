"""Web push: to every device of the member. Many at once, each with a connection of its own, marked as begun before it leaves."""

from datetime import timedelta

from ossma.core.claiming import Claim, drop
from ossma.core.postman import Tally
from ossma.core.push import carrying, devices
from safety import pushes
from safety.channels.base import Clock
from safety.models import Delivery
from safety.queries import deliveries
from safety.queries.deliveries import Parcel
from safety.states import Channel


class Push:
    """The carrier of push messages. A row's address is the user's number: the devices are those of the moment of sending."""

    channels: tuple[str, ...] = (Channel.PUSH,)
    chunk = 500
    lease = timedelta(seconds=30)

    def send(self, held: Claim[Delivery], parcels: list[Parcel], *, clock: Clock) -> Tally:
        """Send to all devices of each; whoever has switched the last one off since is told by the other channels."""
        at = clock()
        known = devices.of_users([int(row.to_address) for row in parcels], at=at)
        without = [row.pk for row in parcels if int(row.to_address) not in known]
        if without:
            drop(held, without, at=at)
        wanted = [row for row in parcels if int(row.to_address) in known]
        return carrying.send_claimed(held, pushes.sealed(wanted, deliveries.checks_of(wanted), known, at=at), clock=clock)


PUSH = Push()
