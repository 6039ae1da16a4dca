"""Safety mails (rendered and signed per person, state written per recipient) against a bare loop of prebuilt bytes; same sink, same processes.

Run as a program it is one sender: `python -m benchmarks.safety_mail ours|bare PORT NUMBER`. It says "ready", waits for a line, sends,
and says how many.
"""

import smtplib
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.utils import timezone

from benchmarks.table import Row
from ossma.local.run_with_servers import free_ports
from safety.dispatching import deliver_chunk

CHUNK = 100


@contextmanager
def sink() -> Iterator[tuple[int, Path]]:
    """The house's mail sink in a process of its own: its port and where it keeps what it takes."""
    (port,) = free_ports(1)
    with tempfile.TemporaryDirectory() as folder:
        process = subprocess.Popen([sys.executable, "-m", "ossma.local.mail_sink", str(port), folder], stdout=subprocess.PIPE)
        assert process.stdout is not None
        process.stdout.readline()
        try:
            yield port, Path(folder) / "new"
        finally:
            process.terminate()
            process.communicate()


def _race(what: str, port: int, number: int, processes: int, environment: dict[str, str]) -> float:
    """Mails per second of so many processes that start together."""
    command = [sys.executable, "-m", "benchmarks.safety_mail", what, str(port), str(number // processes)]
    senders = [subprocess.Popen(command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(processes)]
    for sender in senders:
        assert sender.stdout is not None
        sender.stdout.readline()
    begun = time.perf_counter()
    for sender in senders:
        assert sender.stdin is not None
        sender.stdin.write("go\n")
        sender.stdin.flush()
    outputs = [sender.communicate()[0] for sender in senders]
    return sum(int(output) for output in outputs) / (time.perf_counter() - begun)


def measure(people: int, *, processes: int, environment: dict[str, str]) -> Row:
    """Mails per second with the check already queued in the database that `environment` names."""
    with sink() as (port, kept):
        environment = {**environment, "SMTP_URL": f"smtp://127.0.0.1:{port}"}
        ours = _race("ours", port, people, processes, environment)
        assert len(list(kept.iterdir())) == people
        bare = _race("bare", port, people, processes, environment)
    return Row(
        f"{people:,} safety mails, {processes} process{'es' if processes > 1 else ''}",
        f"{ours:.0f}/s", f"{bare:.0f}/s", bare / ours, "within 2 x of a bare prebuilt loop",
    )  # fmt: skip


def _send_bare(port: int, number: int) -> int:
    message = Path(__file__).with_name("message.eml").read_bytes().replace(b"\n", b"\r\n")
    for _ in range(number // CHUNK):
        with smtplib.SMTP("127.0.0.1", port) as server:
            for _ in range(CHUNK):
                server.sendmail("ossma@bench.example", ["somebody@bench.example"], message)
    return number // CHUNK * CHUNK


def _send_ours() -> int:
    sent = 0
    while (tally := deliver_chunk("email", clock=timezone.now)) is not None:
        sent += tally.sent
    return sent


if __name__ == "__main__":
    what, port, number = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    print("ready", flush=True)
    sys.stdin.readline()
    print(_send_ours() if what == "ours" else _send_bare(port, number))
