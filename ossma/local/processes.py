"""Children of a local runner: started in a group of their own, ended with everything they started themselves."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from pathlib import Path

PR_SET_PDEATHSIG = 1
LOG_LIMIT = 20_000_000
LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None


def die_with_parent(number: signal.Signals) -> None:
    """Ask the kernel for a signal when the process that started this one dies (Linux only)."""
    if LIBC is not None:
        LIBC.prctl(PR_SET_PDEATHSIG, number)


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
    parent = os.getpid()

    def tie_to_parent() -> None:
        die_with_parent(at_orphaning)
        if os.getppid() != parent:
            os._exit(1)

    output = None
    if log is not None:
        log.parent.mkdir(parents=True, exist_ok=True)
        if log.exists() and log.stat().st_size > LOG_LIMIT:
            log.replace(log.with_name(log.name + ".1"))
        output = log.open("ab")
    try:
        return subprocess.Popen(  # noqa: S603 - commands are this package's own
            command,
            stdin=subprocess.PIPE if pipe else subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT if output else None,
            env=env,
            user=account,
            group=account,
            extra_groups=None if account is None else [],
            start_new_session=True,
            preexec_fn=tie_to_parent,  # noqa: PLW1509 - the runners have one thread
        )
    finally:
        if output is not None:
            output.close()


def signal_group(pid: int, number: signal.Signals) -> None:
    """Send a signal to a child and to everything in its group."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, number)


def stop(children: Iterable[tuple[subprocess.Popen[bytes], signal.Signals]], seconds: float = 8.0) -> None:
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
