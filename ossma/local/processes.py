"""Children of a local runner: started in a group of their own, ended with everything they started themselves."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from pathlib import Path

from ossma.local import tied as tying

LOG_LIMIT = 20_000_000


def spawn(
    command: list[str],
    *,
    log: Path | None = None,
    env: Mapping[str, str] | None = None,
    account: int | None = None,
    at_orphaning: signal.Signals = signal.SIGKILL,
    pipe: bool = False,
) -> subprocess.Popen[bytes]:
    """Start a command in a session of its own; the kernel sends it `at_orphaning` when this process dies, however it dies."""
    whom = "-" if account is None else str(account)
    tied = [sys.executable, "-I", "-S", tying.__file__, str(int(at_orphaning)), str(os.getpid()), whom, *command]
    cwd = None if account is None else "/"
    stdin = subprocess.PIPE if pipe else subprocess.DEVNULL
    if log is None:
        return subprocess.Popen(tied, stdin=stdin, env=env, cwd=cwd, start_new_session=True)
    log.parent.mkdir(parents=True, exist_ok=True)
    if log.exists() and log.stat().st_size > LOG_LIMIT:
        log.replace(log.with_name(log.name + ".1"))
    with log.open("ab") as output:
        return subprocess.Popen(tied, stdin=stdin, stdout=output, stderr=subprocess.STDOUT, env=env, cwd=cwd, start_new_session=True)


def lives(child: subprocess.Popen[bytes]) -> bool:
    """Whether a child still runs."""
    return child.poll() is None


def signal_group(pid: int, number: signal.Signals) -> None:
    """Send a signal to a child and to everything in its group."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, number)


def stop(children: Iterable[tuple[subprocess.Popen[bytes], signal.Signals]], seconds: float = 5.0) -> None:
    """Ask every child to end, wait together, then kill the groups of those that stayed (and of those that left something behind)."""
    running = list(children)
    for child, number in running:
        with suppress(ProcessLookupError):
            child.send_signal(number)
    deadline = time.monotonic() + seconds
    for child, _ in running:
        with suppress(subprocess.TimeoutExpired):
            child.wait(max(0.05, deadline - time.monotonic()))
        signal_group(child.pid, signal.SIGKILL)
        child.wait()


def wait_until(ready: Callable[[], bool], what: str, *, seconds: float = 60.0, alive: Callable[[], bool] = lambda: True) -> None:
    """Poll a readiness question; RuntimeError when the time is over or what is waited for has died."""
    deadline = time.monotonic() + seconds
    while not ready():
        if not alive():
            raise RuntimeError(f"{what} ended before it was ready")
        if time.monotonic() > deadline:
            raise RuntimeError(f"{what} was not ready after {seconds:.0f} s")
        time.sleep(0.05)
