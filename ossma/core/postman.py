"""Sending claimed messages over one SMTP connection, each ticked off in the database before the next begins."""

import smtplib
import ssl
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parseaddr
from typing import Any

from django.conf import settings

from ossma.core.bounces.keys import envelope_sender
from ossma.core.claiming import Claim, failed, give_back, renew
from ossma.core.mail_addresses import wire_address
from ossma.core.steps import Steps

AWAY = timedelta(seconds=20)
CLOSING = 421  # "service not available, closing the connection": says nothing about this letter
NOTHING = -1  # what smtplib makes of an answer that is none
TAKEN = 250
GO_ON = 354
GOOD = 2
NEVER = 5
NO_ADDRESS = frozenset("<>\r\n \t")
Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Letter:
    """A message ready for the wire: the row it belongs to, the envelope, and the bytes with CRLF (smtplib mends line ends of text only)."""

    pk: int
    tries: int
    to_address: str
    content: bytes
    # The keyed name of the row, for the envelope (bounces.keys).
    name: str = ""


@dataclass(slots=True)
class Tally:
    """What became of a chunk."""

    sent: int = 0
    refused: int = 0
    returned: int = 0


@contextmanager
def smtp_connection() -> Iterator[smtplib.SMTP]:
    """One connection to the configured server. Raises OSError or SMTPException when it is away, or is not who its certificate should say."""
    options: dict[str, Any] = settings.MAILERS["default"]["OPTIONS"]  # type: ignore[assignment]
    with _connected(options) as server:
        if options.get("use_tls"):
            server.starttls(context=ssl.create_default_context())
        if options.get("username"):
            server.login(options["username"], options["password"])
        yield server


def _connected(options: dict[str, Any]) -> smtplib.SMTP:
    # smtplib's own default accepts any certificate, and with it anybody in between: login, codes and answer links would be theirs.
    if options.get("use_ssl"):
        return smtplib.SMTP_SSL(options["host"], options["port"], timeout=options["timeout"], context=ssl.create_default_context())
    return smtplib.SMTP(options["host"], options["port"], timeout=options["timeout"])


class Lost(Exception):
    """The lease ended and somebody else has the rows."""


class Conversation:
    """Letter after letter over one connection. smtplib's own sendmail parses every address twice; here only what the wire needs is done."""

    def __init__(self, server: smtplib.SMTP) -> None:
        self.server = server
        # Where the post brings back what it cannot deliver.
        self.sender = wire_address(settings.MAIL_BOUNCES or parseaddr(settings.MAIL_FROM)[1])
        # The letter whose content is on its way: if the connection is cut now, nobody knows whether it was taken.
        self.in_doubt: int | None = None
        server.ehlo_or_helo_if_needed()
        # Most servers take the whole envelope at once (RFC 2920): two turns for a letter instead of four.
        self.at_once = server.has_extn("pipelining")

    def deliver(self, letter: Letter, steps: Steps) -> tuple[int, str]:
        """The server's last word on a letter, 250 when it took it. The content goes only after the step that begins it is on the disk.

        Raises ValueError for what is no address, Lost, SMTPServerDisconnected.
        """
        if not NO_ADDRESS.isdisjoint(letter.to_address) or not letter.to_address.isascii():
            raise ValueError("not an address that can go over the wire")
        ready, code, words = self._address(letter, steps)
        if not ready:
            return code, words
        self.in_doubt = letter.pk
        self.server.send(letter.content.replace(b"\r\n.", b"\r\n..") + b".\r\n")
        code, words = self._hear()
        self.in_doubt = None
        return code, words

    def _address(self, letter: Letter, steps: Steps) -> tuple[bool, int, str]:
        """Give the server the envelope: whether it waits for the content, and its word if it does not."""
        sender = envelope_sender(self.sender, letter.name) if letter.name else self.sender
        commands = [f"MAIL FROM:<{sender}>", f"RCPT TO:<{letter.to_address}>", "DATA"]
        wanted = [GOOD, GOOD, GO_ON // 100]
        if self.at_once:
            return self._address_at_once(commands, wanted, steps)
        for command, good in zip(commands, wanted, strict=True):
            if command == "DATA" and not steps.settled():
                raise Lost
            code, words = self._say(command)
            if code // 100 != good:
                self._say("RSET")
                return False, code, words
        return True, code, words

    def _address_at_once(self, commands: list[str], wanted: list[int], steps: Steps) -> tuple[bool, int, str]:
        self.server.send("".join(f"{command}\r\n" for command in commands))
        if not steps.settled():
            # The server waits for a content that is not ours to send any more.
            self.server.close()
            raise Lost
        heard = [self._hear() for _command in commands]
        bad = next((answer for answer, good in zip(heard, wanted, strict=True) if answer[0] // 100 != good), None)
        if bad is None:
            return True, *heard[-1]
        if heard[-1][0] == GO_ON:
            # A letter to nobody: the server may only be left by ending it.
            self.server.send(".\r\n")
            self._hear()
        self._say("RSET")
        return False, *bad

    def _say(self, command: str) -> tuple[int, str]:
        self.server.putcmd(command)
        return self._hear()

    def _hear(self) -> tuple[int, str]:
        code, words = self.server.getreply()
        if code in {CLOSING, NOTHING}:
            raise smtplib.SMTPServerDisconnected(words.decode(errors="replace"))
        return code, words.decode(errors="replace")


def send_claimed(held: Claim, letters: Iterable[Letter], *, clock: Clock) -> Tally:
    """Send every letter of a claim over one connection; whatever dies on the way, at most one letter may repeat.

    A letter is begun and its predecessor ticked off in the same commit. What was not reached goes back at once.
    """
    tally = Tally()
    open_ids = list(held.ids)
    done: int | None = None
    until = held.until
    talk: Conversation | None = None
    steps = Steps(held)
    try:
        with smtp_connection() as server:
            talk = Conversation(server)
            for letter in letters:
                now = clock()
                # Longer than a whole lease to go: the clock was set back meanwhile, and others would take this for nobody's.
                if not held.lease / 2 <= until - now <= held.lease:
                    renew(held, at=now)
                    until = now + held.lease
                steps.start(done=done, begin=letter.pk, at=now)
                done = letter.pk if _one(talk, steps, held, letter, clock=clock) else None
                open_ids.remove(letter.pk)
                if done:
                    tally.sent += 1
                else:
                    tally.refused += 1
            _tick(steps, done, clock())
            done = None
    except Lost:
        return tally
    except (OSError, smtplib.SMTPException) as error:
        _tick(steps, done, clock())
        uncertain = talk.in_doubt if talk else None
        give_back(held, open_ids, due_at=clock() + AWAY, error=f"{type(error).__name__}: {error}", uncertain=uncertain)
        tally.returned = len(open_ids)
    except Exception:
        # A fault of ours in composing the next letter: the one before it has gone all the same.
        _tick(steps, done, clock())
        raise
    return tally


def _tick(steps: Steps, done: int | None, at: datetime) -> None:
    steps.start(done=done, begin=None, at=at)
    steps.settled()


def _one(talk: Conversation, steps: Steps, held: Claim, letter: Letter, *, clock: Clock) -> bool:
    """One letter. True when the server took it; a refusal of this letter alone is noted and the next one goes on."""
    try:
        code, words = talk.deliver(letter, steps)
    except ValueError as error:
        if not steps.settled():
            raise Lost from error
        failed(held, letter.pk, tries=letter.tries, at=clock(), error=str(error), final=True)
        return False
    if code == TAKEN:
        return True
    if not steps.settled():
        raise Lost
    failed(held, letter.pk, tries=letter.tries, at=clock(), error=f"{code} {words}", final=code // 100 == NEVER)
    return False
