"""manage.py rotate_field_keys: write every encrypted value anew with the first of FIELD_KEYS."""

from argparse import ArgumentParser
from typing import Any

from django.apps import apps
from django.core.management.base import BaseCommand
from django.db import models, transaction
from tqdm import tqdm

from ossma.core.encrypted import EncryptedTextField, box, needs_rotation

BATCH = 500


class Command(BaseCommand):
    """Safe to stop and to run again: what is done already is left alone."""

    help = "Re-encrypt stored values with the first key, so that older keys can be taken away."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """--dry-run counts only."""
        parser.add_argument("--dry-run", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        """Go through all tables with encrypted columns."""
        for model in apps.get_models():
            names = [field.name for field in model._meta.concrete_fields if isinstance(field, EncryptedTextField)]
            for name in names:
                count = self._column(model, name, dry=options["dry_run"])
                self.stdout.write(f"{model._meta.label}.{name}: {count} {'to rotate' if options['dry_run'] else 'rotated'}")

    def _column(self, model: type[models.Model], name: str, *, dry: bool) -> int:
        # The raw token is needed, so the column is read as plain text.
        raw = models.functions.Cast(name, models.TextField())
        rows = model._default_manager.exclude(**{name: ""}).exclude(**{f"{name}__isnull": True})
        count = 0
        for pk in tqdm(rows.values_list("pk", flat=True).iterator(BATCH), desc=f"{model._meta.label}.{name}", disable=None):
            with transaction.atomic():
                locked = rows.filter(pk=pk).select_for_update().annotate(raw_token=raw).values_list("raw_token", flat=True).first()
                if locked is None or not needs_rotation(locked):
                    continue
                count += 1
                if not dry:
                    clear = box().decrypt(locked.encode()).decode()
                    rows.filter(pk=pk).update(**{name: clear})
        return count
