"""manage.py make_push_key: a private key for VAPID_PRIVATE_KEY."""

from typing import Any

from django.core.management.base import BaseCommand

from ossma.core.push.vapid import new_key


class Command(BaseCommand):
    """Prints the key and writes nothing."""

    help = "Make a key for web push (VAPID_PRIVATE_KEY)."
    requires_system_checks: list[str] = []  # type: ignore[assignment]

    def handle(self, *args: Any, **options: Any) -> None:
        """One line, nothing else, so that it can go straight into a file."""
        self.stdout.write(new_key())
