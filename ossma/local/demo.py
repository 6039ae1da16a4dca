"""`make demo`: the whole system on this machine, with demo data, until Ctrl-C. `--reset` empties it instead."""

import argparse
import fcntl
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ossma.local.broker import Broker
from ossma.local.demo_env import Ports, prepare
from ossma.local.demo_parts import health, helpers, listening, part_environment, product, server_part
from ossma.local.demo_table import table
from ossma.local.ledger import end_leftovers
from ossma.local.postgres import Postgres
from ossma.local.processes import wait_until
from ossma.local.reach import forget_data
from ossma.local.supervisor import Supervisor, say
from ossma.local.tied import die_with_parent

DATABASE = "ossma"
EMPTIED = ("mail", "push", "sandbox", "files", "static", "log", "demo.env", "demo.children", "schedule", "postgres.password")


@contextmanager
def only_one(var: Path) -> Iterator[None]:
    """One demo per folder: SystemExit when another one holds it."""
    var.mkdir(parents=True, exist_ok=True)
    with (var / "demo.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise SystemExit(f"A demo already runs with its data in {var}. Stop it first, or give this one OSSMA_VAR and PORT of its own.") from None
        yield


def servers(var: Path, ports: Ports) -> tuple[list[Postgres | Broker], str, str]:
    """The embedded servers that are needed, and the addresses of database and broker."""
    database_url, redis_url = os.environ.get("DATABASE_URL"), os.environ.get("REDIS_URL")
    needed: list[Postgres | Broker] = []
    if not database_url:
        database = Postgres(var, ports.database)
        needed.append(database)
        database_url = database.url(DATABASE)
    if not redis_url:
        broker = Broker(var, ports.broker)
        needed.append(broker)
        redis_url = broker.url()
    return needed, database_url, redis_url


def refuse_taken_ports(ports: Ports, embedded: list[Postgres | Broker]) -> None:
    """SystemExit with the numbers of the ports that some other program uses."""
    taken = [port for port in (ports.web, ports.gateway, ports.mail, ports.push, *(server.port for server in embedded)) if listening(port)]
    if taken:
        numbers = ", ".join(map(str, taken))
        raise SystemExit(f"In use by another program: port {numbers}. Choose another start, for example: make demo PORT={ports.web + 100}")


def manage(env: dict[str, str], *arguments: str, quiet: bool = True) -> None:
    """One management command; RuntimeError with its words when it fails."""
    started = time.monotonic()
    done = subprocess.run([sys.executable, "manage.py", *arguments], env=env, capture_output=quiet, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"manage.py {arguments[0]} failed:\n{(done.stdout or '')[-2000:]}{(done.stderr or '')[-4000:]}")
    say(f"{arguments[0]} done in {time.monotonic() - started:.1f} s")


def bring_up(supervisor: Supervisor, var: Path, ports: Ports, embedded: list[Postgres | Broker]) -> None:
    """Everything from the servers to a web that answers."""
    env = dict(supervisor.env)
    for server in embedded:
        supervisor.start(server_part(server))
        if isinstance(server, Postgres):
            server.create_database(DATABASE)
    manage(env, "migrate", "--no-input")
    for part in helpers(var, ports):
        supervisor.start(part)
    manage(env, "demo_data", quiet=False)
    manage(env, "collectstatic", "--no-input")
    for part in product(var, ports):
        supervisor.start(part)


def run(var: Path, ports: Ports) -> None:
    """The demo in the foreground."""
    began = time.monotonic()
    embedded, database_url, redis_url = servers(var, ports)
    supervisor = Supervisor(var, part_environment(prepare(var, ports, database_url, redis_url)))
    try:
        supervisor.open()
        refuse_taken_ports(ports, embedded)
        bring_up(supervisor, var, ports, embedded)
        try:
            wait_until(lambda: health(ports.web)[0] == 200, "the health page", seconds=30)
        except RuntimeError:
            say(f"not everything is well yet: {health(ports.web)[1][:500]}")
        print(table(var, ports, time.monotonic() - began), flush=True)
        while True:
            supervisor.tend()
            time.sleep(0.2)
    except RuntimeError as error:
        raise SystemExit(f"The demo could not start: {error}") from error
    finally:
        for ignored in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(ignored, signal.SIG_IGN)
        if supervisor.close():
            say("everything ended")


def reset(var: Path) -> None:
    """Empty the demo: data of the embedded servers, mail, files, secrets."""
    end_leftovers(var / "demo.children")
    for server in ("postgres", "valkey"):
        forget_data(var, server)
    for name in EMPTIED:
        gone = var / name
        if gone.is_dir():
            shutil.rmtree(gone)
        else:
            gone.unlink(missing_ok=True)
    untouched = [name for name in ("DATABASE_URL", "REDIS_URL") if os.environ.get(name)]
    say(f"the demo in {var} is empty" + (f"; what {' and '.join(untouched)} name was not touched" if untouched else ""))


def main() -> None:
    """Read the options, hold the folder, run or reset."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--reset", action="store_true")
    options.add_argument("--port", type=int, default=8000)
    options.add_argument("--var", type=Path, default=Path("var"))
    chosen = options.parse_args()
    if "MAKELEVEL" in os.environ:
        die_with_parent(signal.SIGTERM)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: sys.exit(0))
    with only_one(chosen.var):
        if chosen.reset:
            reset(chosen.var)
        else:
            run(chosen.var, Ports(chosen.port))


if __name__ == "__main__":
    main()
