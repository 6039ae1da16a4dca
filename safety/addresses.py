"""Signed addresses: each opens one thing for one person without a login (safety.md S2, S3, S4)."""

from django.conf import settings

from ossma.core import links
from safety.states import Channel

FAMILY = "family"
# The address tells through which channel it came: an answer by it shows that a human is reached there.
ANSWERS: dict[str, str] = {Channel.EMAIL: "answer", Channel.PUSH: "answer.push", Channel.SECOND: "answer.second", Channel.SMS: "answer.sms"}
CHECK_INS: dict[str, str] = {Channel.EMAIL: "checkin", Channel.PUSH: "checkin.push"}
TAPS: dict[str, str] = {Channel.EMAIL: "reach", Channel.SECOND: "reach.second", Channel.PUSH: "reach.push"}


def answer_path(recipient_id: int, channel: str = Channel.EMAIL) -> str:
    """Where one recipient answers."""
    return f"/a/{links.sign(ANSWERS[channel], recipient_id)}/"


def answer_url(recipient_id: int, channel: str = Channel.EMAIL) -> str:
    """The same as a whole address, for messages."""
    return f"{settings.SITE_URL}{answer_path(recipient_id, channel)}"


def recipient_of(signed: str) -> tuple[int, str] | None:
    """The recipient behind a signed part of an address, and the channel that carried it; None when a single letter is wrong."""
    return _opened(ANSWERS, signed)


def _opened(purposes: dict[str, str], signed: str) -> tuple[int, str] | None:
    for channel, purpose in purposes.items():
        number = links.read(purpose, signed)
        if number is not None:
            return number, channel
    return None


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
    return _opened(TAPS, signed)


def check_in_path(check_in_id: int, channel: str = Channel.EMAIL) -> str:
    """Where a check-in is reported or put off without a login."""
    return f"/checkin/{links.sign(CHECK_INS[channel], check_in_id)}/"


def check_in_of(signed: str) -> tuple[int, str] | None:
    """The check-in behind a signed part of an address, and the channel that carried it."""
    return _opened(CHECK_INS, signed)
