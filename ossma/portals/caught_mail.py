"""Reading the mail sink's Maildir (var/mail) for /dev/mail/."""

import os
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_binary_file, policy
from email.message import EmailMessage
from heapq import nlargest
from pathlib import Path

from django.conf import settings


@dataclass(frozen=True, slots=True)
class CaughtMail:
    """A mail in the sink."""

    name: str
    to: str
    subject: str
    at: datetime
    text: str


def _folder() -> Path:
    return Path(settings.VAR) / "mail" / "new"


def _read(path: Path) -> CaughtMail:
    with path.open("rb") as file:
        mail = message_from_binary_file(file, policy=policy.default)
    assert isinstance(mail, EmailMessage)  # noqa: S101 - what policy.default makes
    body = mail.get_body(("plain",))
    at = datetime.fromtimestamp(path.stat().st_mtime, tz=UTC)
    return CaughtMail(path.name, str(mail["To"]), str(mail["Subject"]), at, body.get_content() if body else "")


def newest(*, to: str, limit: int) -> list[CaughtMail]:
    """Up to `limit` mails, newest first; with `to`, those to that address among the newest 2,000."""
    if not _folder().is_dir():
        return []
    entries = nlargest(2000 if to else limit, os.scandir(_folder()), key=lambda entry: entry.stat().st_mtime)
    found = []
    for entry in entries:
        mail = _read(Path(entry.path))
        if not to or to in mail.to:
            found.append(mail)
        if len(found) == limit:
            break
    return found


def one(name: str) -> CaughtMail | None:
    """The mail of that file name, or None."""
    path = _folder() / Path(name).name
    return _read(path) if path.is_file() else None
