"""Reads the mailbox that returned mail comes to (BOUNCE_MAILBOX)."""

from argparse import ArgumentParser
from collections import Counter
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from ossma.core.bounces import mailbox, noting


class Command(BaseCommand):
    """Safe at any time and twice: the same mail is noted once."""

    help = "Read returned mail from BOUNCE_MAILBOX (imaps://user:password@host/FOLDER or maildir:/path) and note which addresses do not work."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Options."""
        parser.add_argument("--mailbox", default=settings.BOUNCE_MAILBOX, help="another mailbox than BOUNCE_MAILBOX")
        parser.add_argument("--dry-run", action="store_true", help="only say what is there; everything stays unseen")

    def handle(self, *_args: Any, mailbox: str, dry_run: bool, **_options: Any) -> None:
        """Exit code 1 when the mailbox cannot be read."""
        if not mailbox:
            raise CommandError("No mailbox: set BOUNCE_MAILBOX.")
        self.stdout.write(_read(mailbox, dry_run=dry_run))


def _read(address: str, *, dry_run: bool) -> str:
    found: Counter[str] = Counter()
    try:
        for raw in mailbox.returned(address, mark=not dry_run):
            at = timezone.now()
            understood = noting.would_take_in(raw, at=at) if dry_run else noting.take_in(raw, source="mailbox", at=at)
            found[str(understood.value)] += 1
    except mailbox.Unreadable as error:
        raise CommandError(f"The mailbox cannot be read: {error}") from error
    return ", ".join(f"{count} {kind}" for kind, count in sorted(found.items())) or "nothing new"
