"""Keeps the parts of a demo running: a part that dies is started again, and everything ends together."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from ossma.local.ledger import MARK, end_leftovers, record
from ossma.local.processes import signal_group, spawn, stop, wait_until

STEADY_SECONDS = 20.0
STOP_SECONDS = 5.0
LONGEST_PAUSE = 10.0


def say(text: str) -> None:
    """One line to the person at the terminal."""
    print(f"{datetime.now():%H:%M:%S}  {text}", flush=True)  # noqa: DTZ005 - wall clock of the terminal


@dataclass(frozen=True)
class Part:
    """One program of the system. `command` is asked again at each start, so it may clear what a crash left."""

    name: str
    command: Callable[[], list[str]]
    ready: Callable[[], bool] | None = None
    account: int | None = None
    stop_with: signal.Signals = signal.SIGTERM
    stops_last: bool = False


@dataclass
class Running:
    """A started part and what its restarts have been like."""

    part: Part
    child: subprocess.Popen[bytes]
    since: float
    failures: int = 0
    again_at: float | None = None


@dataclass
class Supervisor:
    """Starts parts in order, watches them, stops them in the opposite order."""

    var: Path
    env: Mapping[str, str]
    running: list[Running] = field(default_factory=list)
    watchdog: subprocess.Popen[bytes] | None = None

    @property
    def ledger(self) -> Path:
        """Where the children are written down."""
        return self.var / "demo.children"

    def open(self) -> None:
        """End what an earlier run left, then watch over this one from outside."""
        ended = end_leftovers(self.ledger)
        if ended:
            say(f"ended {ended} processes left by an earlier run")
        self._watch()

    def start(self, part: Part, *, seconds: float = 60.0) -> None:
        """Start a part and wait until it is ready (when it can say so). RuntimeError when it never is."""
        now = Running(part, self._spawn(part), time.monotonic())
        self.running.append(now)
        if part.ready is not None:
            try:
                wait_until(part.ready, part.name, seconds=seconds, alive=lambda: now.child.poll() is None)
            except RuntimeError as error:
                raise RuntimeError(f"{error}; see {self.log(part.name)}") from error

    def tend(self) -> None:
        """One round: start again what has died, slower each time it dies young."""
        if self.watchdog is not None and self.watchdog.poll() is not None:
            self._dismiss()
            self._watch()
        for now in self.running:
            clock = time.monotonic()
            if now.again_at is not None:
                if clock >= now.again_at:
                    now.child, now.since, now.again_at = self._spawn(now.part), clock, None
                    say(f"{now.part.name} started again (process {now.child.pid})")
            elif now.child.poll() is not None:
                signal_group(now.child.pid, signal.SIGKILL)
                now.failures = now.failures + 1 if clock - now.since < STEADY_SECONDS else 0
                pause = min(LONGEST_PAUSE, 0.25 * 2**now.failures)
                now.again_at = clock + pause
                say(f"{now.part.name} ended ({_reason(now.child.returncode)}), again in {pause:.1f} s; see {self.log(now.part.name)}")

    def close(self) -> int:
        """End everything; servers that others still write to go last. The number of parts ended: 0 the second time."""
        ended = len(self.running)
        for last in (False, True):
            stop(((now.child, now.part.stop_with) for now in self.running if now.part.stops_last is last), STOP_SECONDS)
        self.running.clear()
        self._dismiss()
        return ended

    def log(self, name: str) -> Path:
        """Where a part writes."""
        return self.var / "log" / f"{name}.log"

    def _spawn(self, part: Part) -> subprocess.Popen[bytes]:
        env = {**self.env, MARK: str(self.ledger.resolve())}
        at_orphaning = signal.SIGINT if part.stop_with == signal.SIGINT else signal.SIGKILL
        child = spawn(part.command(), log=self.log(part.name), env=env, account=part.account, at_orphaning=at_orphaning)
        record(self.ledger, child.pid, part.stop_with)
        return child

    def _watch(self) -> None:
        command = [sys.executable, "-m", "ossma.local.ledger", str(self.ledger)]
        self.watchdog = spawn(command, env=dict(os.environ), at_orphaning=signal.SIGCONT, pipe=True)

    def _dismiss(self) -> None:
        """The watchdog takes the closed pipe for our death; by now nothing is left for it to end."""
        if self.watchdog is not None and self.watchdog.stdin is not None:
            self.watchdog.stdin.close()
            self.watchdog.wait()
            self.watchdog = None


def _reason(code: int) -> str:
    if code >= 0:
        return f"exit code {code}"
    return f"killed by {signal.Signals(-code).name}"
