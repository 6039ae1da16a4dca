"""The answer storm: `python -m benchmarks.storm --clients 200 --seconds 60 --base http://127.0.0.1:8000 --var var` beside a running demo.

1. A check goes to everybody abroad, by the demo's own worker. 2. The office opens its dashboard in Chromium. 3. So many clients at once open
their signed links and answer, some twice, some correcting themselves. 4. Every answer must be stored once, everybody stand where their last
answer put them, and the open page come to the same figures by itself. 5. The same clients against a view with one INSERT in a server of the
same kind, for comparison. Prints one table; exit code 1 when an answer was lost, stored twice or shown wrong.
"""

import argparse
import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import quantiles
from typing import Any
from urllib.parse import urlsplit

from ossma.local.demo_env import read
from ossma.local.demo_parts import WEB_THREADS, WEB_WORKERS, listening
from ossma.local.processes import wait_until
from ossma.local.run_with_servers import free_ports

GENERATORS = 2
STANDINGS = ("help", "not_there", "ok", "silent")
# Longer than the whole storm and its aftermath.
PATIENCE_SECONDS = 900.0
WARM_SECONDS = 5.0

Logs = list[dict[str, Any]]


@dataclass(frozen=True)
class Storm:
    """What was asked for, and the environment of the system that is measured."""

    clients: int
    seconds: float
    base: str
    environment: dict[str, str]
    folder: Path

    @property
    def port(self) -> int:
        """The port of the web server."""
        return urlsplit(self.base).port or 80

    @property
    def bare_seconds(self) -> float:
        """How long the baseline is measured."""
        return max(self.seconds / 4, 5.0)

    def house(self, verb: str, given: Any = None) -> Any:
        """Ask the product's side."""
        command = [sys.executable, "-m", "benchmarks.storm.house", verb]
        done = subprocess.run(command, env=self.environment, input=json.dumps(given), capture_output=True, text=True, check=False)
        if done.returncode:
            raise SystemExit(done.stderr)
        return json.loads(done.stdout)

    def blow(self, port: int, seconds: float, links: list[list[Any]]) -> list[dict[str, Any]]:
        """All generators at once; what each of them has to tell."""
        command = [sys.executable, "-m", "benchmarks.storm.clients", str(port), str(self.clients // GENERATORS), str(seconds)]
        bare = {key: value for key, value in os.environ.items() if key != "SECRET_KEY"}
        generators = [
            subprocess.Popen([*command, str(number)], env=bare, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
            for number in range(GENERATORS)
        ]
        for number, generator in enumerate(generators):
            assert generator.stdin is not None
            generator.stdin.write(json.dumps(links[number::GENERATORS]))
            generator.stdin.close()
            generator.stdin = None
        return [json.loads(generator.communicate()[0]) for generator in generators]


def baseline(storm: Storm) -> list[dict[str, Any]]:
    """The same clients against one INSERT, in a server of the same kind."""
    (port,) = free_ports(1)
    command = [
        str(Path(sys.executable).parent / "granian"), "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port),
        "--workers", str(WEB_WORKERS), "--blocking-threads", str(WEB_THREADS), "--no-ws", "ossma.wsgi:application",
    ]  # fmt: skip
    environment = {**storm.environment, "DB_POOL": "true", "DJANGO_SETTINGS_MODULE": "benchmarks.bare_settings"}
    server = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_until(lambda: listening(port), "the baseline's server", alive=lambda: server.poll() is None)
        # Each process loads the product with its first request.
        storm.blow(port, WARM_SECONDS, [])
        return storm.blow(port, storm.bare_seconds, [])
    finally:
        server.terminate()
        server.wait()


def times(milliseconds: list[float]) -> str:
    """p50, p99 and how far apart they are."""
    cuts = quantiles(milliseconds, n=100)
    return f"p50 {cuts[49]:.0f} ms, p99 {cuts[98]:.0f} ms, p99/p50 {cuts[98] / cuts[49]:.1f}"


def lines(
    storm: Storm, logs: list[dict[str, Any]], bare: list[dict[str, Any]], verdict: dict[str, Any], page: dict[str, Any]
) -> list[tuple[str, str]]:
    """The table."""
    posts, pages = ([one for log in logs for one in log[name]] for name in ("posts", "pages"))
    bare_posts = [one for log in bare for one in log["posts"]]
    errors = {name: sum(log["errors"].get(name, 0) for log in logs) for log in logs for name in log["errors"]}
    answers, requests = len(posts) / storm.seconds, (len(posts) + len(pages)) / storm.seconds
    floor = len(bare_posts) / storm.bare_seconds
    cpu = sum(log["cpu_seconds"] for log in logs) / storm.seconds
    doubles, corrections = (sum(log[name] for log in logs) for name in ("doubles", "corrections"))
    return [
        ("clients, seconds", f"{storm.clients}, {storm.seconds:.0f}"),
        ("answers", f"{answers:.0f}/s ({len(posts):,} POSTs; {doubles:,} pressed twice, {corrections:,} corrected)"),
        ("requests in all", f"{requests:.0f}/s, one INSERT in such a server {floor:.0f}/s: {requests / floor:.0%}"),
        ("POST", times(posts)),
        ("pages", times(pages)),
        ("one INSERT", times(bare_posts)),
        ("errors", json.dumps(errors) if errors else "none"),
        ("generators' CPU", f"{cpu:.2f} of {os.cpu_count()} cores"),
        ("said, stored", f"{verdict['said']:,}, {verdict['stored']:,} ({verdict['missing']} missing, {verdict['unknown']} unknown)"),
        ("standing wrong", str(verdict["standing wrong"])),
        ("database: " + ", ".join(STANDINGS), str([verdict["figures"].get(name, 0) for name in STANDINGS])),
        ("dashboard", f"{page['shown']}, {page['seconds']:.1f} s after the last answer, never reloaded"),
    ]


def run(storm: Storm) -> bool:
    """The whole of it; whether everything was right."""
    asked = storm.house("ask")
    wait_until(lambda: storm.house("waiting", asked["check"]) == 0, "the check to be sent", seconds=PATIENCE_SECONDS)
    office = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.storm.office", storm.base, str(asked["check"]), str(storm.folder)],
        env=storm.environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert office.stdout is not None
    if office.stdout.readline() != "open\n":
        raise SystemExit("the dashboard could not be opened")
    logs = storm.blow(storm.port, storm.seconds, storm.house("links", asked["check"]))
    ended = time.monotonic()
    said = [entry for log in logs for entry in log["said"]]
    verdict = storm.house("judge", {"check": asked["check"], "said": said})
    wanted = [verdict["figures"].get(name, 0) for name in STANDINGS]
    judged = time.monotonic() - ended
    page = json.loads(office.communicate(json.dumps(wanted) + "\n")[0])
    page["seconds"] += judged
    bare = baseline(storm)
    for name, value in lines(storm, logs, bare, verdict, page):
        print(f"{name:<36}{value}")
    right = not (verdict["missing"] or verdict["unknown"] or verdict["standing wrong"] or any(log["errors"] for log in logs))
    return right and verdict["said"] == verdict["stored"] and page["shown"] == wanted


def main() -> None:
    """Read the options, take the demo's environment."""
    options = argparse.ArgumentParser(prog="benchmarks.storm", description=__doc__)
    options.add_argument("--clients", type=int, default=200)
    options.add_argument("--seconds", type=float, default=60.0)
    options.add_argument("--base", default="http://127.0.0.1:8000")
    options.add_argument("--var", type=Path, default=Path("var"), help="the demo's OSSMA_VAR")
    options.add_argument("--shots", type=Path, help="where the pictures go; else into the demo's folder")
    chosen = options.parse_args()
    environment = {**os.environ, **read(chosen.var / "demo.env"), "DJANGO_SETTINGS_MODULE": "ossma.settings"}
    folder = chosen.shots or chosen.var
    sys.exit(0 if run(Storm(chosen.clients, chosen.seconds, chosen.base, environment, folder)) else 1)


if __name__ == "__main__":
    main()
