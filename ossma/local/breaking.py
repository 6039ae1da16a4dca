"""Breaking a running system in the middle of a safety check, and counting what came to whom (quality.md, "Reliability")."""

import random
import re
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from ossma.local.demo_parts import health
from ossma.local.trial import Trial

# The number of the row; behind it stands the key of the name (ossma.core.bounces.keys).
MESSAGE_ID = re.compile(rb"^Message-ID: <safety-(\d+)-[^@]+@", re.MULTILINE)
PARTS = ("worker", "scheduler", "broker", "web", "database")
EMPTIED = "broker emptied"
# Whoever sends does not outlive these.
DEADLY = ("worker", "database")
ENDED = """
SELECT (SELECT recipient_count FROM safety_safetycheck WHERE id = %(check)s),
    count(*), count(*) FILTER (WHERE state = 'sent'), coalesce(sum(repeats), 0)
FROM safety_delivery WHERE check_id = %(check)s
"""
# What was held before a moment is held by nobody any more: the time of a lease has passed.
TIME_PASSES = "UPDATE safety_delivery SET lease_until = now() WHERE lease_until <= %(killed)s::timestamptz + interval '30 seconds'"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a check whose system was broken: `doubles` are mails that came again, `counted` what the database knows of them."""

    recipients: int
    sent: int
    distinct: int
    doubles: int
    counted: int
    seconds: float

    @property
    def holds(self) -> bool:
        """Everybody got it, and every repeat is known of."""
        return self.recipients == self.sent == self.distinct and self.doubles <= self.counted


def ask(trial: Trial, people: int) -> int:
    """Send a check to a crowd of so many; the number of the check."""
    shutil.rmtree(trial.mail)
    trial.mail.mkdir()
    command = [sys.executable, "-m", "benchmarks.ask", str(people)]
    done = subprocess.run(command, env={**trial.supervisor.env}, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr[-4000:])
    return int(done.stdout)


def breaker(trial: Trial, what: str) -> Callable[[], None]:
    """How one kind of fault is made."""
    return trial.empty_broker if what == EMPTIED else lambda: trial.kill(what)


def break_at(trial: Trial, what: str, *, moment: int, patience: float, look: float) -> datetime:
    """Make a fault when so many mails have come in; returns when."""
    trial.until(lambda: trial.taken() >= moment, f"{moment} mails to come in", seconds=patience, look=look)
    breaker(trial, what)()
    return datetime.now(UTC)


def endure(trial: Trial, faults: tuple[str, ...], *, people: int, patience: float = 120.0, look: float = 0.005, wait_leases: bool = False) -> Verdict:
    """Ask, break at random moments and in any order, wait until everything has been sent and the web answers.

    `wait_leases`: wait as long as a lease lasts; else its time is made to pass after a fault.
    """
    check = ask(trial, people)
    begun = time.monotonic()
    moments = sorted(random.sample(range(people // 20, people * 3 // 4), len(faults)))
    for what, moment in zip(random.sample(faults, len(faults)), moments, strict=True):
        killed = break_at(trial, what, moment=moment, patience=patience, look=look)
        if what in DEADLY and not wait_leases:
            trial.until(trial.database.ready, "the database", seconds=patience)
            trial.rows(TIME_PASSES, killed=killed)
    count_on(trial, check, patience=patience, look=max(look, 0.1))
    seconds = time.monotonic() - begun
    trial.until(lambda: health(trial.ports.web)[0] != 0, "the web to answer", seconds=patience, look=0.1)
    return judge(trial, check, seconds)


def count_on(trial: Trial, check: int, *, patience: float, look: float = 0.1) -> None:
    """Wait until every recipient's message has gone."""
    trial.until(lambda: all_sent(trial, check), "all to be sent", seconds=patience, look=look)


def all_sent(trial: Trial, check: int) -> bool:
    """Whether every recipient's message has gone."""
    ((recipients, _written, sent, _repeats),) = trial.rows(ENDED, check=check)
    return sent == recipients


def judge(trial: Trial, check: int, seconds: float = 0.0) -> Verdict:
    """Compare what the mail server took with what the database says."""
    ((recipients, _written, sent, counted),) = trial.rows(ENDED, check=check)
    came: Counter[bytes] = Counter()
    for mail in trial.mail.iterdir():
        came.update(MESSAGE_ID.findall(mail.read_bytes()[:2000]))
    return Verdict(recipients, sent, len(came), came.total() - len(came), counted, seconds)
