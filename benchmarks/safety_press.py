"""200 clients press their answer at once, against the same clients at a view with one INSERT in the same server (granian with threads and pool).

Run as a program it is half of the clients: `python -m benchmarks.safety_press PORT CLIENTS SECONDS`, links as JSON on its input.
"""

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import cycle
from pathlib import Path
from statistics import median, quantiles
from uuid import uuid4

from django.db import connection

from benchmarks.safety_check import opened
from benchmarks.storm.clients import Browser
from benchmarks.table import Row
from ossma.local.demo_parts import WEB_THREADS, WEB_WORKERS, listening
from ossma.local.processes import wait_until
from ossma.local.run_with_servers import free_ports
from safety.addresses import answer_path
from safety.models import Recipient

CLIENTS, GENERATORS, ROUNDS, SECONDS, WARM_SECONDS = 200, 2, 3, 8.0, 4.0
GOOD = {200, 303}


@contextmanager
def served(environment: dict[str, str]) -> Iterator[int]:
    """The web server as the demo runs it, with the baseline's view beside the product's: its port."""
    (port,) = free_ports(1)
    command = [
        str(Path(sys.executable).parent / "granian"), "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port),
        "--workers", str(WEB_WORKERS), "--blocking-threads", str(WEB_THREADS), "--no-ws", "ossma.wsgi:application",
    ]  # fmt: skip
    environment = {**environment, "DB_POOL": "true", "ALLOWED_HOSTS": "*", "DJANGO_SETTINGS_MODULE": "benchmarks.bare_settings"}
    server = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_until(lambda: listening(port), "the server", alive=lambda: server.poll() is None)
        yield port
    finally:
        server.terminate()
        server.wait()


def _press(port: int, seconds: float, links: list[str]) -> list[float]:
    """Milliseconds of every answer that all clients got."""
    command = [sys.executable, "-m", "benchmarks.safety_press", str(port), str(CLIENTS // GENERATORS), str(seconds)]
    halves = [subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(GENERATORS)]
    for number, half in enumerate(halves):
        assert half.stdin is not None
        half.stdin.write(json.dumps(links[number::GENERATORS]))
        half.stdin.close()
        half.stdin = None
    return [one for half in halves for one in json.loads(half.communicate()[0])]


def measure(people: int, environment: dict[str, str]) -> Iterator[Row]:
    """Answers per second, and how far apart p50 and p99 are; people in any order, each answering once and again."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE IF NOT EXISTS bench_bare (id bigserial PRIMARY KEY, key uuid UNIQUE, said text)")
    asked = Recipient.objects.filter(check_row=opened(people)).order_by("?").values_list("pk", flat=True)
    links = [answer_path(pk) for pk in asked[:20_000]]
    ours: list[list[float]] = []
    bare: list[list[float]] = []
    with served(environment) as port:
        for warm in (["/bare/"], links):
            _press(port, WARM_SECONDS, warm * GENERATORS)
        for _ in range(ROUNDS):
            bare.append(_press(port, SECONDS, ["/bare/"] * GENERATORS))
            ours.append(_press(port, SECONDS, links))
    ratio = median(len(one) / len(other) for one, other in zip(bare, ours, strict=True))
    must = "within 1.43 x of a view with one INSERT"
    yield Row(f"answer by link, {CLIENTS} clients", _rate(ours), _rate(bare), ratio, must)
    yield Row("  of these p99 to p50", _spread(ours), _spread(bare), _cuts(ours)[98] / _cuts(ours)[49], "p99 under 5 x its p50")


def _rate(runs: list[list[float]]) -> str:
    return f"{median(len(one) for one in runs) / SECONDS:.0f}/s"


def _cuts(runs: list[list[float]]) -> list[float]:
    return quantiles([one for run in runs for one in run], n=100)


def _spread(runs: list[list[float]]) -> str:
    return f"p50 {_cuts(runs)[49]:.0f} ms, p99 {_cuts(runs)[98]:.0f} ms"


async def _client(port: int, ends: float, links: Iterator[str], took: list[float]) -> None:
    browser = Browser(port)
    while (begun := time.perf_counter()) < ends:
        status, _head, _body = await browser.ask("POST", next(links), f"answer=safe&by_hand=1&key={uuid4()}")
        if status not in GOOD:
            raise SystemExit(f"answered {status}")
        took.append((time.perf_counter() - begun) * 1000)
    browser.drop()


async def _clients(port: int, clients: int, seconds: float, links: list[str]) -> list[float]:
    took: list[float] = []
    ends, shared = time.perf_counter() + seconds, cycle(links)
    await asyncio.gather(*(_client(port, ends, shared, took) for _ in range(clients)))
    return took


if __name__ == "__main__":
    port, clients, seconds = int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])
    json.dump(asyncio.run(_clients(port, clients, seconds, json.load(sys.stdin))), sys.stdout)
