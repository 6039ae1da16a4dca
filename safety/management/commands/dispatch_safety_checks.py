"""Sends whatever of safety checks is due (safety.md S1): scheduled checks, first messages, reminders."""

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from tqdm import tqdm

from ossma.core.nudge import nudge
from safety.channels import BY_CHANNEL
from safety.dispatching import Outcome, deliver_chunk, look_after_check_ins, release_cases, set_times_right, steps, take
from safety.foretelling import foretell
from safety.planned import look_at_plans
from safety.queries import deliveries


class Command(BaseCommand):
    """Safe at any time: from cron or the scheduler, twice at once, or after a day of downtime."""

    help = "Queue everything of safety checks that is due. The worker sends it; with --send this process does."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Options."""
        parser.add_argument("--dry-run", action="store_true", help="say what would be done, and do nothing")
        parser.add_argument("--send", action="store_true", help="also send the messages in this process")

    def handle(self, *_args: Any, dry_run: bool, send: bool, **_options: Any) -> None:
        """Exit code 1 when something could not be queued."""
        if dry_run:
            for line in foretell(timezone.now()):
                self.stdout.write(line)
            return
        outcome = Outcome()
        set_times_right(outcome, at=timezone.now())
        outcome.failures += look_at_plans(timezone.now())
        bar = tqdm(steps(timezone.now()), desc="checks", disable=not sys.stderr.isatty())
        for step in bar:
            before = outcome.queued
            take(step, outcome, at=timezone.now())
            if bar.disable:
                self.stdout.write(f"check {step.check_id}: {outcome.queued - before} messages queued")
        look_after_check_ins(outcome, at=timezone.now())
        release_cases(outcome, at=timezone.now())
        self.stdout.write(f"{outcome.sent_checks} scheduled checks sent, {outcome.queued} messages queued, {outcome.check_ins} check-ins moved")
        if send:
            self._send()
        else:
            nudge("safety.dispatch")
        if outcome.failures:
            raise CommandError("could not be queued: " + "; ".join(outcome.failures))

    def _send(self) -> None:
        """Send everything that waits, channel after channel, over one connection per chunk."""
        sent = returned = 0
        with tqdm(total=_waiting(), desc="messages", disable=not sys.stderr.isatty()) as bar:
            for channel in BY_CHANNEL:
                while (tally := deliver_chunk(channel, clock=timezone.now)) is not None:
                    sent, returned = sent + tally.sent, returned + tally.returned
                    bar.update(tally.sent + tally.refused)
                    if tally.returned:
                        break
        self.stdout.write(f"{sent} messages sent, {returned} returned because the mail server was away")


def _waiting() -> int:
    at = timezone.now()
    return sum(deliveries.waiting(at, channel) for channel in BY_CHANNEL)
