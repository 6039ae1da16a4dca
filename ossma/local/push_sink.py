"""Stands in for the push services of Google, Apple and Mozilla: takes every message, delivers none, keeps each as a file.

`python -m ossma.local.push_sink PORT FOLDER`. A device is any name: `POST /push/NAME`. What the service shall answer to it can be chosen:
`PUT /answers/NAME` with `410`, or `429 30` (Retry-After in seconds); `DELETE /answers/NAME` makes it well again.
"""

import asyncio
import base64
import json
import os
import signal
import sys
import time
from dataclasses import dataclass, field
from http import HTTPStatus
from itertools import count
from pathlib import Path

# What real services take at most (RFC 8030, 7.2), and what they ask for.
LARGEST = 4096
TAKEN = HTTPStatus.CREATED
NEEDED = ("authorization", "content-encoding", "ttl")


@dataclass(frozen=True, slots=True)
class Message:
    """One message as it came over the wire, still encrypted."""

    device: str
    headers: dict[str, str]
    body: bytes

    def as_json(self) -> str:
        """What is kept in a file."""
        return json.dumps({"device": self.device, "headers": self.headers, "body": base64.b64encode(self.body).decode()})


@dataclass
class PushSink:
    """What came, and what is answered. Without a folder it only counts and remembers."""

    folder: Path | None = None
    taken: list[Message] = field(default_factory=list)
    # By device: the status, and the seconds of Retry-After (0: none).
    answers: dict[str, tuple[int, int]] = field(default_factory=dict)
    connections: int = 0
    numbers: count = field(default_factory=lambda: count(1))

    def answer(self, verb: str, path: str, headers: dict[str, str], body: bytes) -> tuple[int, dict[str, str]]:
        """Status and headers for one request."""
        kind, _slash, name = path.strip("/").partition("/")
        match verb, kind:
            case "POST", "push":
                return self._push(Message(name, headers, body))
            case "PUT", "answers":
                status, _space, seconds = body.decode().partition(" ")
                self.answers[name] = int(status), int(seconds or 0)
            case "DELETE", "answers":
                self.answers.pop(name, None)
            case "GET", "":
                pass
            case _:
                return HTTPStatus.NOT_FOUND, {}
        return HTTPStatus.NO_CONTENT, {}

    def _push(self, message: Message) -> tuple[int, dict[str, str]]:
        if any(name not in message.headers for name in NEEDED):
            return HTTPStatus.BAD_REQUEST, {}
        if len(message.body) > LARGEST:
            return HTTPStatus.REQUEST_ENTITY_TOO_LARGE, {}
        status, seconds = self.answers.get(message.device, (TAKEN, 0))
        if status == TAKEN:
            self._keep(message)
        return status, {"retry-after": str(seconds)} if seconds else {}

    def _keep(self, message: Message) -> None:
        if self.folder is None:
            self.taken.append(message)
            return
        name = f"{time.time_ns() // 1000}.P{os.getpid()}Q{next(self.numbers)}.json"
        half, whole = self.folder / f"{name}.half", self.folder / name
        half.write_text(message.as_json())
        half.rename(whole)

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, request after request."""
        self.connections += 1
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                first, *lines = head.decode("latin-1").split("\r\n")
                pairs = (line.partition(":") for line in lines if line)
                headers = {name.strip().lower(): value.strip() for name, _colon, value in pairs}
                body = await reader.readexactly(int(headers.get("content-length", 0)))
                verb, path, _version = first.split(" ", 2)
                status, more = self.answer(verb, path, headers, body)
                words = "".join(f"{name}: {value}\r\n" for name, value in more.items())
                writer.write(f"HTTP/1.1 {status} {HTTPStatus(status).phrase}\r\n{words}content-length: 0\r\n\r\n".encode())
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()


async def serve(port: int, folder: Path) -> None:
    """Listen on the loopback address until a signal comes."""
    folder.mkdir(parents=True, exist_ok=True)
    loop = asyncio.get_running_loop()
    ended = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, ended.set)
    server = await asyncio.start_server(PushSink(folder).talk, "127.0.0.1", port, backlog=512)
    print(f"listening on 127.0.0.1:{port}, keeping push messages in {folder}", flush=True)
    await ended.wait()
    server.close()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), Path(sys.argv[2])))
