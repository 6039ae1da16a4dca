"""manage.py reconcile_payments: ask the gateway, repair missed notices, report differences (money.md)."""

import sys
from argparse import ArgumentParser
from itertools import chain
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone
from tqdm import tqdm

from ossma.core.viewer import SYSTEM
from payments import queries
from payments.gateways import desk
from payments.gateways.registry import configured
from payments.models import Attempt
from payments.rules import Verdict

ORDERS = 100_000


def _to_ask(name: str, *, days: int, paid_days: int) -> list[Attempt]:
    at = timezone.now()
    recent = queries.attempts_to_ask(SYSTEM, at=at, gateway=name, days=days, limit=ORDERS)
    known = {attempt.pk for attempt in recent}
    paid = queries.paid_attempts_to_ask(SYSTEM, at=at, gateway=name, days=paid_days, limit=ORDERS)
    return recent + [attempt for attempt in paid if attempt.pk not in known]


class Command(BaseCommand):
    """Exit code 1 when an order could not be asked."""

    help = "Ask the gateway for every live attempt and for those that ended in the last days; repair and report."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """How far back, and whether to act."""
        parser.add_argument("--days", type=int, default=7, help="ended attempts of the last N days are asked too")
        parser.add_argument("--paid-days", type=int, default=180, help="so are those paid in the last N days, unless asked within a day")
        parser.add_argument("--dry-run", action="store_true", help="list the orders that would be asked")

    def handle(self, *args: Any, **options: Any) -> None:
        """One order after the other."""
        days = options["days"]
        lists = [_to_ask(name, days=days, paid_days=options["paid_days"]) for name in configured()]
        attempts = list(chain.from_iterable(lists))
        if options["dry_run"]:
            for attempt in attempts:
                self.stdout.write(f"{attempt.order_id} {attempt.state}")
            self.stdout.write(f"{len(attempts)} orders would be asked")
            return
        # One that is away keeps nobody from asking the other.
        answers = chain.from_iterable(desk.reconcile(listed, clock=timezone.now) for listed in lists)
        repaired = unanswered = asked = 0
        for answer in tqdm(answers, desc="reconcile", total=len(attempts), disable=not sys.stderr.isatty()):
            asked += 1
            if answer.verdict is None:
                unanswered += 1
                self.stderr.write(f"{answer.order_id}: {answer.error}")
            elif answer.verdict is not Verdict.NOTHING:
                repaired += 1
                self.stdout.write(f"{answer.order_id}: {answer.verdict}")
        self._report(asked, len(attempts) - asked, repaired, unanswered)
        if unanswered:
            sys.exit(1)

    def _report(self, asked: int, left: int, repaired: int, unanswered: int) -> None:
        self.stdout.write(f"{asked} asked, {repaired} repaired, {unanswered} unanswered, {left} left for the next run")
        for row in queries.open_troubles(SYSTEM):
            self.stdout.write(f"on the work list: {row['kind']} {row['count']}")
