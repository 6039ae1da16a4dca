"""Runs a command with throw-away servers: `python -m ossma.local.run_with_servers [--durable] -- CMD…`. With DATABASE_URL and REDIS_URL set it
starts none. `--durable`: the database waits for the disk at each commit, as in life; tests do without.
"""

import os
import shutil
import signal
import socket
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

from ossma.local.broker import Broker
from ossma.local.environments import for_tests
from ossma.local.ledger import alive
from ossma.local.postgres import Postgres
from ossma.local.reach import forget_data
from ossma.local.servers import running

HOME = Path("var/test")
DATABASE = "ossma"


def free_ports(count: int) -> list[int]:
    """Ports nobody listens on at this moment."""
    with ExitStack() as open_at_once:
        sockets = [open_at_once.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]


def clear(folder: Path) -> None:
    """Remove a run's folder and its servers' data wherever it is."""
    for server in ("postgres", "valkey"):
        forget_data(folder, server)
    shutil.rmtree(folder, ignore_errors=True)


def clear_dead_runs() -> None:
    """Runs are named by their process: those whose process is gone were killed before they could clean up."""
    for folder in HOME.glob("[0-9]*"):
        if not alive(int(folder.name)):
            clear(folder)


def run(command: list[str], var: Path, *, durable: bool = False) -> int:
    """The command's exit code."""
    with ExitStack() as servers:
        database_url, redis_url = os.environ.get("DATABASE_URL"), os.environ.get("REDIS_URL")
        database_port, broker_port = free_ports(2)
        if not database_url:
            database = Postgres(var, database_port, durable=durable)
            servers.enter_context(running(database))
            database.create_database(DATABASE)
            database_url = database.url(DATABASE)
        if not redis_url:
            broker = Broker(var, broker_port)
            servers.enter_context(running(broker))
            redis_url = broker.url()
        env = {**os.environ, **for_tests(var, database_url, redis_url)}
        child = subprocess.Popen(command, env=env)
        try:
            return child.wait()
        finally:
            if child.poll() is None:
                child.terminate()
                child.wait()


def main() -> None:
    """Run, clean up, pass the exit code on."""
    durable = sys.argv[1:2] == ["--durable"]
    command = sys.argv[2:] if durable else sys.argv[1:]
    command = command[1:] if command[:1] == ["--"] else command
    if not command:
        raise SystemExit(__doc__)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    var = HOME / str(os.getpid())
    clear_dead_runs()
    var.mkdir(parents=True)
    try:
        code = run(command, var, durable=durable)
    except KeyboardInterrupt:
        code = 128 + signal.SIGINT
    finally:
        clear(var)
    sys.exit(code if code >= 0 else 128 - code)


if __name__ == "__main__":
    main()
