"""Safety mails (rendered and signed per person, state written per recipient) against django-post_office and against a bare loop of prebuilt
bytes: same sink, same number of processes, one after the other.

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
from safety.channels.mail import MAIL
from safety.dispatching import deliver_chunk
from safety.states import Channel

# So many mails a connection carries: as many as one of our chunks.
CHUNK = MAIL.chunk
PEER_SETTINGS = {"DJANGO_SETTINGS_MODULE": "benchmarks.post_office_settings"}
# The peer needs the best part of a minute for so many.
PEER_MOST = 4000
LANES = (1, 2)


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


def _race(commands: list[list[str]], environment: dict[str, str]) -> float:
    """Mails per second of programs that start together."""
    begin = [sys.executable, "-m"]
    senders = [
        subprocess.Popen([*begin, *command], env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for command in commands
    ]
    for sender in senders:
        assert sender.stdout is not None
        assert sender.stdout.readline() == "ready\n"
    begun = time.perf_counter()
    for sender in senders:
        assert sender.stdin is not None
        sender.stdin.write("go\n")
        sender.stdin.flush()
    outputs = [sender.communicate()[0] for sender in senders]
    return sum(int(output) for output in outputs) / (time.perf_counter() - begun)


def measure(mails: int, *, environment: dict[str, str]) -> Iterator[Row]:
    """Mails per second, of a check already queued in the database that `environment` names."""
    for lanes in LANES:
        with sink() as (port, kept):
            environment = {**environment, "SMTP_URL": f"smtp://127.0.0.1:{port}"}
            each = str(mails // lanes // CHUNK * CHUNK)
            ours = _race([["benchmarks.safety_mail", "ours", str(port), each]] * lanes, environment)
            assert len(list(kept.iterdir())) == int(each) * lanes
            bare = _race([["benchmarks.safety_mail", "bare", str(port), each]] * lanes, environment)
            peer = _race([["benchmarks.peer_post_office", str(min(mails, PEER_MOST)), str(lanes)]], {**environment, **PEER_SETTINGS})
        what = f"safety mails, {lanes} process{'es' if lanes > 1 else ''}"
        yield Row(what, f"{ours:.0f}/s", f"{bare:.0f}/s bare loop", bare / ours, "within 2 x of a bare prebuilt loop", 1 / ours)
        yield Row(what, f"{ours:.0f}/s", f"{peer:.0f}/s post_office", peer / ours, "at most 0.33 x: three times django-post_office")


def _send_bare(port: int, number: int) -> int:
    message = Path(__file__).with_name("message.eml").read_bytes().replace(b"\n", b"\r\n")
    for _ in range(number // CHUNK):
        with smtplib.SMTP("127.0.0.1", port) as server:
            for _ in range(CHUNK):
                server.sendmail("ossma@bench.example", ["somebody@bench.example"], message)
    return number // CHUNK * CHUNK


def _send_ours(number: int) -> int:
    sent = 0
    while sent < number and (tally := deliver_chunk(Channel.EMAIL, clock=timezone.now)) is not None:
        sent += tally.sent
    return sent


if __name__ == "__main__":
    what, port, number = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    print("ready", flush=True)
    sys.stdin.readline()
    print(_send_ours(number) if what == "ours" else _send_bare(port, number))
