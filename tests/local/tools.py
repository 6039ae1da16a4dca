"""What several tests of the local runners need."""

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from subprocess import Popen

from ossma.local.servers import Server

StartServer = Callable[[Server], "Popen[bytes]"]


@contextmanager
def listener(port: int) -> Iterator[int]:
    """A program that already sits on a port of the loopback address."""
    with socket.socket() as held:
        held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        held.bind(("127.0.0.1", port))
        held.listen()
        yield port
