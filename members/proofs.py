"""How often somebody may try to prove who they are, and ask for a code (ossma/core/limits.py, "The way in").

Failures slow down, they lock nobody out: a known device counts its own mistakes only, everybody else counts per account and network address,
and per account over all unknown devices. A passkey has nothing to guess and never waits.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum, auto

from django.core.exceptions import ValidationError
from django.forms import BaseForm
from django.http import HttpRequest
from django.utils.translation import gettext as _

from members import known_devices
from ossma.core import limits
from ossma.core.net import source_of
from ossma.core.ratelimit import EVERYBODY, ZERO, Limit, Taken, TooMany, allowed, clear, in_words, take, take_all

TOO_MANY = "too_many"


class Proof(StrEnum):
    """What is tried. Mistakes with one do not count against the others."""

    PASSWORD = auto()
    PASSWORD_AGAIN = auto()
    SECOND_FACTOR = auto()


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try, counted as a failure until it has succeeded."""

    taken: Taken

    def succeeded(self) -> None:
        """Whoever knows it is no guesser: this try was none, and the mistakes of this device, or from this network address, are forgotten."""
        self.taken.give_back()
        limit, key = self.taken.uses[0]
        clear(limit, key=key)


def begin(request: HttpRequest, proof: Proof, email: str, *, at: datetime) -> Attempt:
    """Count a try before anything is compared, so that many at once are counted too. Raises ValidationError while one has to wait."""
    account, device = email.lower(), known_devices.known_for_address(request, email)
    if device:
        uses: tuple[tuple[Limit, object], ...] = ((limits.PROOF_DEVICE, f"{proof}:{account}:{device}"),)
    else:
        source = source_of(request)
        uses = (
            (limits.PROOF_PAIR, f"{proof}:{account}:{source}"), (limits.PROOF_ACCOUNT, f"{proof}:{account}"), (limits.PROOF_SOURCE, source),
        )  # fmt: skip
    try:
        return Attempt(take_all(*uses, at=at))
    except TooMany as refused:
        words = _("Too many wrong tries. Please wait %(wait)s, or use one of the other ways below.")
        raise waiting(words % {"wait": in_words(refused.wait)}, refused.wait) from refused


def ask_for_code(request: HttpRequest, email: str, *, at: datetime, more: tuple[tuple[Limit, object], ...] = ()) -> None:
    """Count a code for an address, whether or not it has an account. Raises ValidationError while one has to wait."""
    try:
        taken = take_all((limits.CODE, _receiver(request, email)), (limits.CODE_SOURCE, source_of(request)), *more, at=at)
    except TooMany as refused:
        words = _("Please wait %(wait)s before you ask for another code. The code of the newest mail is good for 15 minutes.")
        raise waiting(words % {"wait": in_words(refused.wait)}, refused.wait) from refused
    if wait := take(limits.STRANGER_MAIL, key=EVERYBODY, at=at):
        taken.give_back()
        words = _("Very many codes are being asked for at the moment. Nothing was sent. Please wait %(wait)s and try again.")
        raise waiting(words % {"wait": in_words(wait)}, wait)


def try_code(email: str, asked_at: float, *, at: datetime) -> None:
    """Count a try of the code that was asked for at that moment; exact over sessions and at once. Raises TooMany."""
    take_all((limits.CODE_TRY, f"{email.lower()}:{asked_at}"), (limits.CODE_TRY_ACCOUNT, email.lower()), at=at)


def may_mail(request: HttpRequest, email: str, *, has_code: bool, at: datetime) -> bool:
    """Whether one more mail of the way in may go to an address; it does not go where it may not, and nobody is told."""
    receiver = _receiver(request, email)
    return (has_code or allowed(limits.NO_ACCOUNT_MAIL, key=receiver, at=at)) and allowed(limits.ENTRANCE_MAIL, key=receiver, at=at)


def waiting(message: str, wait: timedelta) -> ValidationError:
    """The error of a form whose sender has to wait."""
    return ValidationError(message, code=TOO_MANY, params={"wait": wait})


def wait_of(form: BaseForm) -> timedelta:
    """How long the sender of a form has to wait; zero for other errors and for none."""
    errors = [error for found in form.errors.as_data().values() for error in found if error.code == TOO_MANY]
    return max((error.params["wait"] for error in errors if error.params), default=ZERO)


def _receiver(request: HttpRequest, email: str) -> str:
    """What is counted as one receiver: who asks from a device of the account is not held up by what strangers ask for."""
    device = known_devices.known_for_address(request, email)
    return f"{email.lower()}:{device}" if device else email.lower()
