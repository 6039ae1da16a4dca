"""Which children a demo started: written down as they start, so that what a killed demo left behind can be found and ended.

A process counts as ours only while its number and its start time are both the recorded ones; members of a group whose
leader is gone count while they carry the demo's mark in their environment. Run as a program (the demo's watchdog) it
waits for the end of its standard input, which is the demo's death, and then ends what is left.
"""

import os
import signal
import sys
from contextlib import suppress
from pathlib import Path

from ossma.local.processes import wait_until

MARK = "OSSMA_DEMO_OF"
PROC = Path("/proc")


def boot() -> str:
    """Process numbers and start times mean something within one boot only."""
    source = PROC / "sys/kernel/random/boot_id"
    return source.read_text().strip() if source.exists() else "unknown"


def stat(pid: int) -> tuple[str, int, str] | None:
    """State, process group and start time of a process; None when there is no such process."""
    try:
        fields = (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return None
    return fields[0], int(fields[2]), fields[19]


def alive(pid: int) -> bool:
    """Whether a process runs (one that has ended and only waits to be collected does not)."""
    now = stat(pid)
    return now is not None and now[0] not in "ZX"


def record(ledger: Path, pid: int, stop_with: signal.Signals = signal.SIGTERM) -> None:
    """Note a child that was just started, and how it is asked to end."""
    started = stat(pid)
    if started is not None:
        with ledger.open("a") as file:
            file.write(f"{boot()} {pid} {started[2]} {int(stop_with)}\n")


def _recorded(ledger: Path) -> dict[int, tuple[str, signal.Signals]]:
    if not ledger.exists():
        return {}
    rows = [line.split() for line in ledger.read_text().splitlines()]
    return {int(row[1]): (row[2], signal.Signals(int(row[3]))) for row in rows if len(row) == 4 and row[0] == boot()}


def _marked(pid: int, mark: str) -> bool:
    try:
        return f"{MARK}={mark}".encode() in (PROC / str(pid) / "environ").read_bytes().split(b"\0")
    except OSError:
        return False


def leftovers(ledger: Path) -> dict[int, signal.Signals]:
    """The processes of an earlier run that still live, each with the signal that ends it best."""
    ours = _recorded(ledger)
    mark = str(ledger.resolve())
    found = {}
    for entry in PROC.glob("[0-9]*"):
        pid = int(entry.name)
        now = stat(pid)
        if now is None or now[0] in "ZX":
            continue
        _, group, started = now
        recorded, stop_with = ours.get(pid, (None, signal.SIGTERM))
        if recorded == started or (group in ours and pid != group and _marked(pid, mark)):
            found[pid] = stop_with
    return found


def end_leftovers(ledger: Path, *, seconds: float = 8.0) -> int:
    """End what is left of an earlier run (a moment to finish, then killed) and empty the ledger; the number of processes ended."""
    left = leftovers(ledger)
    _send(left)
    try:
        wait_until(lambda: not leftovers(ledger), "the earlier run", seconds=seconds)
    except RuntimeError:
        _send(dict.fromkeys(leftovers(ledger), signal.SIGKILL))
        wait_until(lambda: not leftovers(ledger), "the earlier run", seconds=seconds)
    ledger.unlink(missing_ok=True)
    return len(left)


def _send(signals: dict[int, signal.Signals]) -> None:
    for pid, number in signals.items():
        with suppress(ProcessLookupError):
            os.kill(pid, number)


def main() -> None:
    """The watchdog: as long as the demo lives, its end of the pipe is open."""
    for ignored in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(ignored, signal.SIG_IGN)
    sys.stdin.buffer.read()
    end_leftovers(Path(sys.argv[1]), seconds=3.0)


if __name__ == "__main__":
    main()
