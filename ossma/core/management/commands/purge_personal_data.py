"""manage.py purge_personal_data: forget what may not be kept any longer, by the rules that the rooms have hung in."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from tqdm import tqdm

from ossma.core import registries


class Command(BaseCommand):
    """Safe at any time and twice at once. Exits 1 when a rule could not be carried out; the others are."""

    help = "Forget personal data whose time is over."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """--dry-run counts only."""
        parser.add_argument("--dry-run", action="store_true", help="only say what would be forgotten")

    def handle(self, *args: Any, **options: Any) -> None:
        """One rule after the other."""
        at, dry = timezone.now(), options["dry_run"]
        faults = []
        for name, forget in tqdm(list(registries.retention), desc="retention", disable=None):
            try:
                count = forget(at, dry)
            except Exception as error:  # noqa: BLE001 - one broken rule must not keep the others from being carried out
                faults.append(f"{name}: {type(error).__name__}: {error}")
                continue
            self.stdout.write(f"{name}: {count} {'to forget' if dry else 'forgotten'}")
        if faults:
            raise CommandError("\n".join(faults))
