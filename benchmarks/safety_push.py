"""Web push: composing and sealing per person against the crypto library's bare cost, and carrying to the house's sink against a plain loop.

Run as a program it is one sender: `python -m benchmarks.safety_push ours NUMBER`. It says "ready", waits for a line, sends, and says how many.
"""

import base64
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import http_ece
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings
from django.db import connection
from django.utils import timezone
from pywebpush import webpush

from benchmarks.safety_check import queued
from benchmarks.table import Row
from ossma.core.models import PushDevice
from ossma.core.push.devices import Device
from ossma.local.run_with_servers import free_ports
from safety import pushes
from safety.dispatching import deliver_chunk
from safety.models import Delivery
from safety.queries.deliveries import Parcel, checks_of
from safety.states import Channel

SEALED = 1000
ROUNDS = 9
# A plain loop opens a connection for every message: a few hundred say enough.
PLAIN = 400
DEVICES = """
INSERT INTO core_pushdevice (user_id, endpoint, p256dh, auth, name, language, created_at)
SELECT u.id, %(url)s || '/push/' || u.id, %(p256dh)s, %(auth)s, '', u.language, now() FROM members_user u WHERE u.email LIKE 'crowd%%@bench.example'
ORDER BY u.id LIMIT %(number)s
"""


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _browser() -> tuple[bytes, bytes]:
    point = ec.generate_private_key(ec.SECP256R1()).public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return point, os.urandom(16)


@contextmanager
def sink() -> Iterator[tuple[str, Path]]:
    """The house's push sink in a process of its own: its address and where it keeps what it takes."""
    (port,) = free_ports(1)
    with tempfile.TemporaryDirectory() as folder:
        process = subprocess.Popen([sys.executable, "-m", "ossma.local.push_sink", str(port), folder], stdout=subprocess.PIPE)
        assert process.stdout is not None
        process.stdout.readline()
        try:
            yield f"http://127.0.0.1:{port}", Path(folder)
        finally:
            process.terminate()
            process.communicate()


def _per_second(number: int, work: Callable[[], None], *, clock: Callable[[], float] = time.perf_counter) -> float:
    begun = clock()
    work()
    return number / (clock() - begun)


def _sealing() -> Row:
    """The same number of messages to the same browser, in turns, the best of each: composed, sealed and signed; and sealed only.

    By the processor's time: nothing here waits, and other programs on the machine do not count.
    """
    delivery = Delivery.objects.filter(channel=Channel.PUSH).latest("pk")
    point, secret = _browser()
    at = timezone.now()
    row = Parcel(
        **dict.fromkeys(Parcel.__dataclass_fields__, 0)
        | {"recipient_id": delivery.recipient_id, "check_id": delivery.check_row_id, "to_address": "1"}
    )
    checks, devices = checks_of([row]), {1: [Device(1, "https://fcm.googleapis.com/fcm/send/x", _text(point), _text(secret), "ja")]}
    rows = [row] * SEALED
    content = pushes.pattern(checks[row.check_id], language="ja", round_number=0, at=at).for_person(row.recipient_id)

    def ours() -> None:
        for _parcel in pushes.sealed(rows, checks, devices, at=at):
            pass

    def bare() -> None:
        for _ in range(SEALED):
            http_ece.encrypt(content, private_key=ec.generate_private_key(ec.SECP256R1()), dh=point, auth_secret=secret, version="aes128gcm")

    turns = [tuple(_per_second(SEALED, work, clock=time.process_time) for work in (ours, bare)) for _ in range(ROUNDS)]
    best, floor = max(turn[0] for turn in turns), max(turn[1] for turn in turns)
    return Row("push: composed, sealed, signed", f"{best:.0f}/s", f"{floor:.0f}/s", floor / best, "within 1.3 x of bare encryption")


def _carrying(number: int, url: str, kept: Path, environment: dict[str, str]) -> Row:
    """A queued check to a sink: claimed, composed, sealed, posted, ticked off; against the library's own call in a loop."""
    ours = _race(number, {**environment, "PUSH_SINK_URL": url})
    assert len(list(kept.iterdir())) == number
    point, secret = _browser()
    plain = _per_second(PLAIN, lambda: _plain_loop(url, point, secret))
    return Row(f"{number:,} safety pushes, 1 process", f"{ours:.0f}/s", f"{plain:.0f}/s", plain / ours, "faster than webpush() in a loop")


def _race(number: int, environment: dict[str, str]) -> float:
    command = [sys.executable, "-m", "benchmarks.safety_push", "ours"]
    sender = subprocess.Popen(command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert sender.stdout is not None
    assert sender.stdin is not None
    sender.stdout.readline()
    begun = time.perf_counter()
    output = sender.communicate("go\n")[0]
    assert int(output) == number
    return number / (time.perf_counter() - begun)


def _plain_loop(url: str, point: bytes, secret: bytes) -> None:
    info = {"endpoint": f"{url}/push/plain", "keys": {"p256dh": _text(point), "auth": _text(secret)}}
    for _ in range(PLAIN):
        webpush(info, "x" * 900, vapid_private_key=settings.VAPID_PRIVATE_KEY, vapid_claims={"sub": settings.VAPID_SUBJECT}, ttl=60, timeout=10)


def measure(people: int, number: int, *, environment: dict[str, str]) -> Iterator[Row]:
    """Both rows: so many of the crowd get a device, a check is sent to everybody, and the devices go again."""
    with sink() as (url, kept):
        point, secret = _browser()
        with connection.cursor() as cursor:
            cursor.execute(DEVICES, {"url": url, "p256dh": _text(point), "auth": _text(secret), "number": number})
            cursor.execute("ANALYZE core_pushdevice")
        queued(people)
        yield _sealing()
        yield _carrying(number, url, kept, environment)
        PushDevice.objects.all().delete()


def _send_ours() -> int:
    sent = 0
    while (tally := deliver_chunk(Channel.PUSH, clock=timezone.now)) is not None:
        sent += tally.sent
    return sent


if __name__ == "__main__":
    print("ready", flush=True)
    sys.stdin.readline()
    print(_send_ours())
