"""Servers of a test's own, below a folder that goes away with the test."""

import signal
from collections.abc import Iterator
from pathlib import Path
from subprocess import Popen

import pytest

from ossma.local.processes import stop, wait_until
from ossma.local.reach import forget_data
from ossma.local.servers import Server, start
from tests.local.tools import StartServer


@pytest.fixture
def var(tmp_path: Path) -> Iterator[Path]:
    """A folder for state; servers may have put their data elsewhere because of who owns it."""
    yield tmp_path
    for note in list(tmp_path.rglob("*.place")):
        forget_data(note.parent, note.stem)


@pytest.fixture
def up(var: Path) -> Iterator[StartServer]:
    """Starts a server and waits until it answers; stops it in the end."""
    children: list[tuple[Popen[bytes], signal.Signals]] = []

    def begin(server: Server) -> "Popen[bytes]":
        child = start(server)
        children.append((child, server.stop_with))
        wait_until(server.ready, server.name, alive=lambda: child.poll() is None)
        return child

    yield begin
    stop(children)
