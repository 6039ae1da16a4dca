"""manage.py restore FOLDER: a backup into an empty database."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from ossma.core.backup import BackupRefused, check_backup, own_url, restore_backup


class Command(BaseCommand):
    """All or nothing, and never over data."""

    help = "Bring a backup back into an empty database and an empty folder of pictures. Run migrate after it."
    # The database is empty: nothing to check yet.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """--check-only looks at the backup and touches nothing."""
        parser.add_argument("folder", type=Path)
        parser.add_argument("--check-only", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        """Restore it, and say what came back."""
        source = options["folder"].absolute()
        try:
            if options["check_only"]:
                manifest = check_backup(source)
            else:
                manifest = restore_backup(url=own_url(), files=Path(settings.FILES_ROOT), source=source, tools=settings.PG_TOOLS)
        except BackupRefused as refused:
            raise CommandError(str(refused)) from refused
        words = "is whole" if options["check_only"] else "is restored"
        self.stdout.write(f"The backup of {manifest['made_at']} {words}: {len(manifest['rows'])} tables, {sum(manifest['rows'].values())} rows.")
