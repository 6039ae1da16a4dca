"""Signed addresses: each opens one thing for one person without a login (safety.md S2, S3, S4)."""

from django.conf import settings

from ossma.core import links
from safety.states import Channel

PURPOSE, FAMILY, CHECK_IN = "answer", "family", "checkin"
TAPS = {Channel.EMAIL: "reach", Channel.SECOND: "reach.second", Channel.PUSH: "reach.push"}


def answer_path(recipient_id: int) -> str:
    """Where one recipient answers."""
    return f"/a/{links.sign(PURPOSE, recipient_id)}/"


def answer_url(recipient_id: int) -> str:
    """The same as a whole address, for mails."""
    return f"{settings.SITE_URL}{answer_path(recipient_id)}"


def recipient_of(signed: str) -> int | None:
    """The recipient behind a signed part of an address; None when a single letter is wrong."""
    return links.read(PURPOSE, signed)


def family_path(link_id: int) -> str:
    """What a member gives to somebody close to them."""
    return f"/f/{links.sign(FAMILY, link_id)}/"


def family_link_of(signed: str) -> int | None:
    """The family link behind a signed part of an address."""
    return links.read(FAMILY, signed)


def tap_path(tap_id: int, channel: str) -> str:
    """Where the monthly question is answered; the address says through which channel it came."""
    return f"/reach/{links.sign(TAPS[channel], tap_id)}/"


def tap_of(signed: str) -> tuple[int, str] | None:
    """The monthly question behind a signed part of an address, and the channel that carried it."""
    for channel, purpose in TAPS.items():
        number = links.read(purpose, signed)
        if number is not None:
            return number, channel
    return None


def check_in_path(check_in_id: int) -> str:
    """Where a check-in is reported or put off without a login."""
    return f"/checkin/{links.sign(CHECK_IN, check_in_id)}/"


def check_in_of(signed: str) -> int | None:
    """The check-in behind a signed part of an address."""
    return links.read(CHECK_IN, signed)
