"""The embedded servers as one pair. Run as a program it keeps them up until it is stopped: `python -m ossma.local.servers --help`."""

import argparse
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from ossma.local.broker import Broker
from ossma.local.postgres import Postgres
from ossma.local.processes import lives, spawn, stop, wait_until

Server = Postgres | Broker


def start(server: Server) -> subprocess.Popen[bytes]:
    """Start one server; it may not be ready yet."""
    return spawn(server.command(), log=server.var / "log" / f"{server.name}.log", account=server.account, at_orphaning=signal.SIGINT)


@contextmanager
def running(*servers: Server) -> Iterator[None]:
    """Start servers, wait until each answers, stop them in the end."""
    children: list[tuple[subprocess.Popen[bytes], signal.Signals]] = []
    try:
        children.extend((start(server), server.stop_with) for server in servers)
        for server, (child, _) in zip(servers, children, strict=True):
            wait_until(server.ready, server.name, alive=partial(lives, child))
        yield
    finally:
        stop(children)


def main() -> None:
    """Both servers in the foreground, for development without the whole demo."""
    options = argparse.ArgumentParser(description=main.__doc__)
    options.add_argument("--var", type=Path, default=Path("var"))
    options.add_argument("--database-port", type=int, default=8003)
    options.add_argument("--broker-port", type=int, default=8004)
    chosen = options.parse_args()
    database, broker = Postgres(chosen.var, chosen.database_port), Broker(chosen.var, chosen.broker_port)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with running(database, broker):
        database.create_database("ossma")
        print(f"DATABASE_URL={database.url('ossma')}\nREDIS_URL={broker.url()}", flush=True)
        signal.pause()


if __name__ == "__main__":
    main()
