"""Takes every mail over SMTP, delivers none, and keeps each as a file of a Maildir. `python -m ossma.local.mail_sink PORT FOLDER`."""

import asyncio
import os
import signal
import sys
import time
from itertools import count
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

LARGEST = 40 * 1024 * 1024


class Maildir:
    """Each message is written beside and renamed in: a reader never sees half a mail."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.numbers = count(1)
        for name in ("tmp", "new", "cur"):
            (folder / name).mkdir(parents=True, exist_ok=True)

    def keep(self, content: bytes) -> Path:
        """Store one message with the line ends of a file. No fsync: this is a sink for demo and tests."""
        name = f"{time.time_ns() // 1000}.P{os.getpid()}Q{next(self.numbers)}.ossma"
        half, whole = self.folder / "tmp" / name, self.folder / "new" / name
        half.write_bytes(content.replace(b"\r\n", b"\n"))
        half.rename(whole)
        return whole

    async def handle_EHLO(  # noqa: N802 - aiosmtpd's name
        self, _server: SMTP, session: Session, _envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        """Offer what most mail servers do; commands are read from a stream one by one, so they may come at once."""
        session.host_name = hostname
        return [*responses[:-1], "250-PIPELINING", responses[-1]]

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        """What aiosmtpd calls with a whole message."""
        content = envelope.original_content
        self.keep(content if isinstance(content, bytes) else b"")
        return "250 Message kept"


async def serve(port: int, folder: Path) -> None:
    """Listen on the loopback address until a signal comes."""
    maildir = Maildir(folder)
    loop = asyncio.get_running_loop()
    ended = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, ended.set)
    server = await loop.create_server(
        lambda: SMTP(maildir, hostname="sink.invalid", ident="OSSMA mail sink", enable_SMTPUTF8=True, data_size_limit=LARGEST, loop=loop),
        host="127.0.0.1",
        port=port,
        backlog=512,
    )
    print(f"listening on 127.0.0.1:{port}, keeping mail in {folder}", flush=True)
    await ended.wait()
    server.close()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), Path(sys.argv[2])))
