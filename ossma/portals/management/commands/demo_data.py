"""manage.py demo_data: invented people, trips, payments and a closed safety check (interface.md, "Demo accounts")."""

import sys
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from tqdm import tqdm

from ossma import environment as env
from ossma.portals.demo import load

SAMPLE_FEED = settings.BASE_DIR / "notices" / "data" / "newarrival_sample.xml"
STEPS = 6


class Command(BaseCommand):
    """Does nothing when people are there already; refuses outside a demo."""

    help = "Load the demo data once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """How many people; the defaults are those of interface.md."""
        parser.add_argument("--members", type=int, default=env.integer("DEMO_MEMBERS", 2000), help="DEMO_MEMBERS in the environment")
        parser.add_argument("--abroad", type=int, default=env.integer("DEMO_ABROAD", 700), help="how many of them are abroad now")
        parser.add_argument("--dry-run", action="store_true", help="say whether it would load, and load nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        """Load, step by step."""
        if not (settings.DEMO or settings.DEBUG):
            raise CommandError("demo data is only for a demo: set DEMO=true")
        if load.already_there():
            self.stdout.write("there are people in the database already: nothing loaded")
            return
        if options["dry_run"]:
            self.stdout.write(f"{options['members']} members, {options['abroad']} of them abroad, would be loaded")
            return
        try:
            steps = load.load(members=options["members"], abroad=options["abroad"], at=timezone.now())
            for step in tqdm(steps, total=STEPS, desc="demo data", disable=not sys.stderr.isatty()):
                self.stdout.write(step)
        except ValueError as error:
            raise CommandError(str(error)) from error
        call_command("fetch_advisories", "--file", str(SAMPLE_FEED), stdout=self.stdout)
