"""manage.py create_office_user: the first and every other account of the office."""

from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from members.actions.office import create_office_user
from ossma.core.duties import OfficeRole
from ossma.core.mail_addresses import normal_address
from ossma.core.refusals import Refused
from ossma.core.viewer import SYSTEM


class Command(BaseCommand):
    """Creates the account; its owner chooses the password by code and sets up the second factor at the first login."""

    help = "Create an account of the OSSMA office."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Address, name, role."""
        parser.add_argument("email")
        parser.add_argument("--name", required=True)
        parser.add_argument("--role", choices=OfficeRole.values, default=OfficeRole.MANAGER.value)
        parser.add_argument("--superuser", action="store_true", help="for the shell alone; pages go by the role, and the health page names it")
        parser.add_argument("--dry-run", action="store_true", help="only say what would be done")

    def handle(self, *args: Any, **options: Any) -> None:
        """Exit code 1 for a bad or taken address."""
        role = OfficeRole(options["role"])
        try:
            email = normal_address(options["email"]).lower()
            if not options["dry_run"]:
                create_office_user(email=email, name=options["name"], roles=[role], superuser=options["superuser"], actor=SYSTEM, at=timezone.now())
        except ValidationError as error:
            raise CommandError("This is no e-mail address.") from error
        except Refused as refusal:
            raise CommandError(refusal.message) from refusal
        verb = "Would create" if options["dry_run"] else "Created"
        self.stdout.write(f"{verb} {email} ({role.value}). Next: /password/reset/ for a password, then log in and set up the second factor.")
