"""Text messages and calls, by whichever adapter the installation has chosen; off by default (safety.md S1)."""

from datetime import timedelta

from ossma.core.claiming import Claim, failed, give_back
from ossma.core.phones import e164
from ossma.core.postman import AWAY, Tally
from ossma.core.steps import Steps
from safety import texts
from safety.channels.base import Clock
from safety.channels.phones import gateway
from safety.channels.phones.base import Away, Call, PhoneGateway, Refusal
from safety.models import Delivery
from safety.queries import deliveries
from safety.queries.deliveries import Parcel
from safety.states import Channel


class Phone:
    """The carrier of what goes to a telephone. Few at a time: each waits for a carrier's answer."""

    channels: tuple[str, ...] = (Channel.SMS, Channel.VOICE)
    chunk = 20
    lease = timedelta(minutes=5)

    def send(self, held: Claim[Delivery], parcels: list[Parcel], *, clock: Clock) -> Tally:
        """One after the other; before each the row is marked as begun, so that a repeat after a crash is counted."""
        tally, steps, checks = Tally(), Steps(held), deliveries.checks_of(parcels)
        for place, parcel in enumerate(parcels):
            chosen = gateway(parcel.channel)
            rest = [row.pk for row in parcels[place:]]
            steps.start(done=None, begin=parcel.pk, at=clock())
            if not steps.settled():
                return tally
            try:
                _hand_over(chosen, parcel, texts.spoken_or_written(parcel.channel, checks[parcel.check_id], parcel))
            except Away as away:
                give_back(held, rest, due_at=clock() + AWAY, error=str(away), uncertain=parcel.pk)
                tally.returned = len(rest)
                return tally
            except Refusal as refusal:
                failed(held, parcel.pk, tries=parcel.tries, at=clock(), error=str(refusal), final=refusal.final)
                tally.refused += 1
            else:
                steps.start(done=parcel.pk, begin=None, at=clock())
                steps.settled()
                tally.sent += 1
        return tally


def _hand_over(chosen: PhoneGateway | None, parcel: Parcel, text: str) -> None:
    if chosen is None:
        raise Refusal("switched off", final=True)
    number = e164(parcel.to_address)
    if number is None:
        raise Refusal("not a telephone number", final=True)
    chosen.place(Call(f"safety-{parcel.pk}", parcel.channel, number, parcel.language, text))


PHONE = Phone()
