"""manage.py fetch_advisories: read the ministry's feed, from its server or from a file, and say whom it concerns."""

from argparse import ArgumentParser
from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from notices import queries
from notices.feeds.intake import Intake, take_in
from notices.feeds.source import from_address, from_file
from notices.rules import Novelty
from ossma.core.viewer import SYSTEM

Source = tuple[Callable[[], bytes], str]


class Command(BaseCommand):
    """Stores all of a file or nothing of it; exits with an error, and keeps the last good data, when it cannot be read."""

    help = "Read the foreign ministry's safety advisories and store what is new or changed."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """From where, and whether to write."""
        parser.add_argument("--file", help="read this file instead of ADVISORY_FEED_URL")
        parser.add_argument("--dry-run", action="store_true", help="say what would be stored, store nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        """Read, store (or only compare), report."""
        read, source = _source(options["file"])
        at = timezone.now()
        taken = take_in(read=read, source=source, actor=SYSTEM, at=at, dry_run=options["dry_run"])
        if taken.error:
            raise CommandError(f"{source}: {taken.error}")
        if options["dry_run"]:
            self.stdout.write("dry run, nothing stored")
        self._report(taken, at)

    def _report(self, taken: Intake, at: datetime) -> None:
        found = list(taken.news.values())
        countries = {code for item in taken.items for code in item.country_cds}
        figures = f"{found.count(Novelty.NEW)} new, {found.count(Novelty.CHANGED)} changed, {len(countries)} countries"
        self.stdout.write(f"{len(taken.items)} items: {figures}")
        if taken.withdrawn:
            self.stdout.write(f"taken back by the ministry: {', '.join(taken.withdrawn)}")
        concerns = queries.concern_of(SYSTEM, dict(enumerate(item.country_cds for item in taken.items)), at)
        for number, item in enumerate(taken.items):
            who = concerns[number]
            look = "  (duty desk must look)" if item.needs_look else ""
            head = f"{item.key_cd:>9} {item.info_type:4} {taken.news[item.key_cd]:10}"
            self.stdout.write(f"{head} members now {who.now}, within 30 days {who.soon}  {item.title}{look}")


def _source(file: str | None) -> Source:
    if file is not None:
        return partial(from_file, Path(file)), file
    if not settings.ADVISORY_FEED_URL:
        raise CommandError("No address: set ADVISORY_FEED_URL or give --file.")
    return partial(from_address, settings.ADVISORY_FEED_URL, settings.MAIL_FROM_ADDRESS), settings.ADVISORY_FEED_URL
