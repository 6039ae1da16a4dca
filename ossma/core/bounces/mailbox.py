"""Reading the mailbox that returned mail comes to: IMAP over TLS, or a Maildir on this machine. Read mails stay, marked as seen."""

import imaplib
import mailbox
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import SplitResult, unquote, urlsplit

TIMEOUT = 30
IMAPS_PORT = 993
SEEN = "S"


class Unreadable(Exception):
    """The mailbox cannot be read now."""


def returned(address: str, *, mark: bool = True) -> Iterator[bytes]:
    """Every mail not seen before, raw; each is marked as seen once the caller comes back for the next one (unless `mark` is false).

    `address`: imaps://user:password@host/FOLDER, or maildir:/path. Raises Unreadable.
    """
    parts = urlsplit(address)
    try:
        if parts.scheme == "maildir":
            yield from _maildir(parts.path, mark=mark)
        elif parts.scheme == "imaps" and parts.hostname:
            yield from _imap(parts, mark=mark)
        else:
            raise Unreadable("the mailbox must be imaps://user:password@host/FOLDER or maildir:/path")
    except (OSError, imaplib.IMAP4.error, mailbox.Error) as error:
        raise Unreadable(f"{type(error).__name__}: {error}") from error


def _maildir(path: str, *, mark: bool) -> Iterator[bytes]:
    if not Path(path).is_dir():
        raise Unreadable("there is no such Maildir")
    box = mailbox.Maildir(path, create=False)
    for key, message in list(box.iteritems()):
        if SEEN not in message.get_flags():
            yield box.get_bytes(key)
            if mark:
                message.set_subdir("cur")
                message.add_flag(SEEN)
                box[key] = message


@contextmanager
def _session(parts: SplitResult) -> Iterator[imaplib.IMAP4]:
    server = imaplib.IMAP4_SSL(parts.hostname or "", parts.port or IMAPS_PORT, ssl_context=ssl.create_default_context(), timeout=TIMEOUT)
    try:
        server.login(unquote(parts.username or ""), unquote(parts.password or ""))
        yield server
    finally:
        server.logout()


def _imap(parts: SplitResult, *, mark: bool) -> Iterator[bytes]:
    with _session(parts) as server:
        server.select(unquote(parts.path.lstrip("/")) or "INBOX")
        _code, found = server.uid("SEARCH", "UNSEEN")
        for uid in found[0].split():
            _code, data = server.uid("FETCH", uid, "(BODY.PEEK[])")
            body = next((item[1] for item in data if isinstance(item, tuple)), None)
            if body is not None:
                yield body
            if mark:
                server.uid("STORE", uid, "+FLAGS", r"(\Seen)")
