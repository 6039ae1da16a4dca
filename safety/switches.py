"""Which channels are on in this installation: text messages and calls cost money and are off until the office chose a carrier; push needs a key."""

from collections.abc import Iterable

from django.conf import settings

from ossma.core.push import vapid
from safety.states import Channel

OFF = "off"


def is_on(channel: str) -> bool:
    """Whether messages may be written for this channel."""
    match channel:
        case Channel.SMS:
            return settings.SMS_BACKEND != OFF
        case Channel.VOICE:
            return settings.VOICE_BACKEND != OFF
        case Channel.PUSH:
            return vapid.is_on()
    return True


def those_on(channels: Iterable[str]) -> tuple[str, ...]:
    """The channels of these that are on, each once, in their order."""
    return tuple(dict.fromkeys(channel for channel in channels if is_on(channel)))
