"""Mail: to the member's address, to the second one, to the emergency contacts. One connection per chunk, one commit per letter."""

from datetime import timedelta

from ossma.core.claiming import Claim
from ossma.core.postman import Tally, send_claimed
from ossma.core.viewer import SYSTEM
from safety import mails
from safety.actions.post import messages_refused
from safety.channels.base import Clock
from safety.models import Delivery
from safety.queries import deliveries
from safety.queries.deliveries import Parcel
from safety.states import Channel


class Mail:
    """The carrier of all that goes by mail."""

    channels: tuple[str, ...] = (Channel.EMAIL, Channel.SECOND, Channel.CONTACT)
    chunk = 200
    # A dead worker's messages wait this long for the next one.
    lease = timedelta(seconds=30)

    def send(self, held: Claim[Delivery], parcels: list[Parcel], *, clock: Clock) -> Tally:
        """Send every letter over one connection."""
        tally = send_claimed(held, mails.letters(parcels, deliveries.checks_of(parcels), at=clock()), clock=clock)
        if tally.refused:
            messages_refused(actor=SYSTEM, at=clock(), delivery_ids=held.ids)
        return tally


MAIL = Mail()
