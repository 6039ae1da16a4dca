"""A whole system of its own below a folder, to be broken on purpose: tests and benchmarks kill its parts and look what became of the messages."""

import os
import random
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import psycopg
import redis

from ossma.local.broker import Broker
from ossma.local.demo import DATABASE, manage
from ossma.local.demo_env import Ports, prepare
from ossma.local.demo_parts import helpers, listening, part_environment, product, server_part
from ossma.local.postgres import Postgres
from ossma.local.processes import stop
from ossma.local.run_with_servers import clear
from ossma.local.supervisor import Running, Supervisor

LOOK_SECONDS = 0.02


def free_ports() -> Ports:
    """Ports in a row that nobody listens on."""
    while True:
        ports = Ports(random.randrange(20_000, 32_000, 10))
        if not any(listening(port) for port in (ports.web, ports.mail, ports.database, ports.broker)):
            return ports


@dataclass
class Trial:
    """The running system. What dies is started again by its supervisor while somebody waits with `until`; nothing else is done for it."""

    var: Path
    ports: Ports
    supervisor: Supervisor
    database: Postgres
    broker: Broker

    @property
    def mail(self) -> Path:
        """Where the mail sink keeps what it takes."""
        return self.var / "mail" / "new"

    def taken(self) -> int:
        """How many mails have come in."""
        return sum(1 for _ in os.scandir(self.mail))

    def kill(self, name: str) -> None:
        """SIGKILL a part; what it started itself is left to the supervisor."""
        running = self._running(name)
        running.child.send_signal(signal.SIGKILL)
        running.child.wait()

    @contextmanager
    def without(self, name: str) -> Iterator[None]:
        """A part is killed, and not there for a while."""
        running = self._running(name)
        self.kill(name)
        self.supervisor.running.remove(running)
        try:
            yield
        finally:
            self.supervisor.start(running.part)

    @contextmanager
    def second(self, name: str) -> Iterator[None]:
        """Another one of the same kind runs for a while."""
        (part,) = [part for part in product(self.var / "second", self.ports) if part.name == name]
        (self.var / "second").mkdir(exist_ok=True)
        other = replace(part, name=f"second {name}", ready=None)
        self.supervisor.start(other)
        try:
            yield
        finally:
            running = self._running(other.name)
            self.supervisor.running.remove(running)
            stop([(running.child, other.stop_with)])

    def _running(self, name: str) -> Running:
        (running,) = [running for running in self.supervisor.running if running.part.name == name]
        return running

    def empty_broker(self) -> None:
        """Whatever the broker holds is gone."""
        with redis.Redis.from_url(self.broker.url()) as client:
            client.flushall()

    def rows(self, query: str, **values: Any) -> list[tuple[Any, ...]]:
        """Ask the database."""
        with psycopg.connect(self.database.url(DATABASE), autocommit=True, connect_timeout=5) as connection:
            cursor = connection.execute(query, values)
            return cursor.fetchall() if cursor.description else []

    def until(self, ready: Callable[[], bool], what: str, *, seconds: float, look: float = LOOK_SECONDS) -> None:
        """Keep the parts running until something is true. RuntimeError: it never was."""
        deadline = time.monotonic() + seconds
        while not self._says(ready):
            if time.monotonic() > deadline:
                raise RuntimeError(f"never happened in {seconds:.0f} s: {what}")
            self.supervisor.tend()
            time.sleep(look)

    @staticmethod
    def _says(ready: Callable[[], bool]) -> bool:
        """A database that is just starting says no."""
        try:
            return ready()
        except psycopg.OperationalError:
            return False


@contextmanager
def trial(var: Path, *, durable: bool = True) -> Iterator[Trial]:
    """Bring a system up in `var` with an empty database, and take it away again. `durable` as the database's."""
    ports = free_ports()
    database, broker = Postgres(var, ports.database, durable=durable), Broker(var, ports.broker)
    values = prepare(var, ports, database.url(DATABASE), broker.url())
    supervisor = Supervisor(var, part_environment(values))
    try:
        supervisor.open()
        for server in (database, broker):
            supervisor.start(server_part(server))
        database.create_database(DATABASE)
        manage(dict(supervisor.env), "migrate", "--no-input")
        for part in (*helpers(var, ports)[:1], *product(var, ports)):
            supervisor.start(part)
        yield Trial(var, ports, supervisor, database, broker)
    finally:
        supervisor.close()
        clear(var)
