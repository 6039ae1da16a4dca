"""manage.py backup FOLDER: database and pictures, with checksums and counts."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from ossma.core.backup import BackupRefused, make_backup, own_url


class Command(BaseCommand):
    """Safe at any time, beside everything that runs."""

    help = "Write a backup of the database and of stored pictures into a new folder."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Where to."""
        parser.add_argument("folder", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        """Write it, and say what is in it."""
        try:
            manifest = make_backup(url=own_url(), files=Path(settings.FILES_ROOT), target=options["folder"].absolute(), tools=settings.PG_TOOLS)
        except BackupRefused as refused:
            raise CommandError(str(refused)) from refused
        self.stdout.write(f"{options['folder']}: {len(manifest['rows'])} tables, {sum(manifest['rows'].values())} rows.")
