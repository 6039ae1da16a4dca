"""Sending claimed messages over one SMTP connection, each ticked off in the database before the next begins."""

import smtplib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings

from ossma.core.claiming import Claim, failed, give_back, renew, step

AWAY = timedelta(seconds=20)
CLOSING = 421  # "service not available, closing the connection": says nothing about this letter
Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Letter:
    """A message ready for the wire: the row it belongs to, the envelope, and the bytes with CRLF (smtplib mends line ends of text only)."""

    pk: int
    tries: int
    to_address: str
    content: bytes


@dataclass(slots=True)
class Tally:
    """What became of a chunk."""

    sent: int = 0
    refused: int = 0
    returned: int = 0


@contextmanager
def smtp_connection() -> Iterator[smtplib.SMTP]:
    """One connection to the configured server. Raises OSError or SMTPException when it is away."""
    options = settings.MAILERS["default"]["OPTIONS"]
    kind = smtplib.SMTP_SSL if options.get("use_ssl") else smtplib.SMTP
    with kind(options["host"], options["port"], timeout=options["timeout"]) as server:
        if options.get("use_tls"):
            server.starttls()
        if options.get("username"):
            server.login(options["username"], options["password"])
        yield server


def send_claimed(held: Claim, letters: Iterable[Letter], *, clock: Clock) -> Tally:
    """Send every letter of a claim over one connection; whatever dies on the way, at most one letter may repeat.

    A letter is begun and its predecessor ticked off in the same commit. What was not reached goes back at once.
    """
    tally = Tally()
    open_ids = list(held.ids)
    done: int | None = None
    begun: int | None = None
    until = held.until
    try:
        with smtp_connection() as server:
            for letter in letters:
                now = clock()
                if until - now < held.lease / 2:
                    renew(held, at=now)
                    until = now + held.lease
                if not step(held, done=done, begin=letter.pk, at=now):
                    return tally
                done, begun = None, letter.pk
                if _one(server, held, letter, clock=clock):
                    done = letter.pk
                    tally.sent += 1
                else:
                    tally.refused += 1
                begun = None
                open_ids.remove(letter.pk)
            step(held, done=done, begin=None, at=clock())
            done = None
    except (OSError, smtplib.SMTPException) as error:
        step(held, done=done, begin=None, at=clock())
        give_back(held, open_ids, due_at=clock() + AWAY, error=f"{type(error).__name__}: {error}", uncertain=begun)
        tally.returned = len(open_ids)
    return tally


def _one(server: smtplib.SMTP, held: Claim, letter: Letter, *, clock: Clock) -> bool:
    """One conversation. True when the server took the letter; a refusal of this letter alone is noted and the next one goes on."""
    try:
        server.sendmail(settings.MAIL_FROM, [letter.to_address], letter.content)
    except smtplib.SMTPRecipientsRefused as refusal:
        code, reason = next(iter(refusal.recipients.values()))
        _note(held, letter, code, reason, clock)
    except smtplib.SMTPServerDisconnected:
        raise
    except smtplib.SMTPResponseException as refusal:
        if refusal.smtp_code == CLOSING:
            raise
        _note(held, letter, refusal.smtp_code, refusal.smtp_error, clock)
    except ValueError as error:
        # Not an address that could go over the wire: forget the sender that was named already.
        server.rset()
        failed(held, letter.pk, tries=letter.tries, at=clock(), error=f"address: {type(error).__name__}", final=True)
    else:
        return True
    return False


def _note(held: Claim, letter: Letter, code: int, reason: bytes | str, clock: Clock) -> None:
    text = reason.decode(errors="replace") if isinstance(reason, bytes) else reason
    failed(held, letter.pk, tries=letter.tries, at=clock(), error=f"{code} {text}", final=500 <= code < 600)
