"""manage.py reconcile_payments: ask the gateway, repair missed notices, report differences (money.md)."""

import sys
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils import timezone
from tqdm import tqdm

from ossma.core.viewer import SYSTEM
from payments import queries
from payments.gateways import desk
from payments.gateways.base import GatewayError


class Command(BaseCommand):
    """Exit code 1 when an order could not be asked."""

    help = "Ask the gateway for every live attempt and for those that ended in the last days; repair and report."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """How far back, and whether to act."""
        parser.add_argument("--days", type=int, default=7, help="ended attempts of the last N days are asked too")
        parser.add_argument("--dry-run", action="store_true", help="list the orders that would be asked")

    def handle(self, *args: Any, **options: Any) -> None:
        """One order after the other."""
        at = timezone.now()
        attempts = queries.attempts_to_ask(SYSTEM, at=at, gateway=settings.PAYMENT_GATEWAY, days=options["days"], limit=100_000)
        if options["dry_run"]:
            for attempt in attempts:
                self.stdout.write(f"{attempt.order_id} {attempt.state}")
            self.stdout.write(f"{len(attempts)} orders would be asked")
            return
        repaired = unanswered = 0
        for attempt in tqdm(attempts, desc="reconcile", disable=not sys.stderr.isatty()):
            try:
                verdict = desk.ask_back(attempt, cause="reconciliation", at=timezone.now())
            except GatewayError as error:
                unanswered += 1
                self.stderr.write(f"{attempt.order_id}: {error}")
                continue
            if verdict != "nothing":
                repaired += 1
                self.stdout.write(f"{attempt.order_id}: {verdict}")
        self.stdout.write(f"{len(attempts)} asked, {repaired} repaired, {unanswered} unanswered")
        if unanswered:
            sys.exit(1)
