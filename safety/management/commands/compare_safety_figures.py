"""`manage.py compare_safety_figures [CHECK …]`: compare the figures of the dashboards with the rows they count, and repair them."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from ossma.core.viewer import SYSTEM
from safety import actions
from safety.queries.summaries import sent_checks


class Command(BaseCommand):
    """Safe at any time, also while answers come in. The worker does the same now and then."""

    help = "Compares the kept figures of safety checks with their recipients, and counts anew what is wrong."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which checks."""
        parser.add_argument("checks", nargs="*", type=int, metavar="CHECK", help="numbers of checks; all that were sent if none is given")

    def handle(self, *args: Any, checks: list[int], **options: Any) -> None:
        """Compare one after the other; a wrong figure ends in an exit code other than 0, though it is repaired."""
        wrong = {n: actions.compare_figures(actor=SYSTEM, at=timezone.now(), check_id=n) for n in checks or sent_checks()}
        for check_id, figures in wrong.items():
            if figures:
                self.stdout.write(f"check {check_id}: {figures} figures were wrong, counted anew")
        if any(wrong.values()):
            raise CommandError("Some figures were wrong. They are right now.")
        self.stdout.write(f"{len(wrong)} checks compared, all figures right")
