"""Who carries text messages and calls. An adapter is a class with the verb of `base.PhoneGateway` and a line here."""

from django.conf import settings

from safety.channels.phones.base import PhoneGateway
from safety.channels.phones.http import Http
from safety.channels.phones.recorded import Recorded
from safety.states import Channel

ADAPTERS: dict[str, type[PhoneGateway]] = {"recorded": Recorded, "http": Http}


def gateway(channel: str) -> PhoneGateway | None:
    """The adapter chosen for this channel; None when it is off."""
    kind = ADAPTERS.get(settings.SMS_BACKEND if channel == Channel.SMS else settings.VOICE_BACKEND)
    return kind() if kind else None
