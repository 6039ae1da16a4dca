"""Some of the crowd, as a program: `python -m benchmarks.storm.clients PORT CLIENTS SECONDS SEED`, links as JSON on its input.

Each client holds one connection, as a browser does, and goes through its own people one after the other: open the signed link, press an answer,
follow to the next page. Some press twice, some open the link again and correct themselves. Raw sockets: the generator shares the machine
with the server it measures, and has to be the smaller part.
"""

import asyncio
import json
import random
import re
import resource
import sys
import time
from dataclasses import asdict, dataclass, field

KEY = re.compile(rb'name="key" value="([0-9a-f-]{36})"')
LENGTH = re.compile(rb"(?i)\r\ncontent-length: *(\d+)")
PLACE = re.compile(rb"(?i)\r\nlocation: *([^\r]+)")
AGENT = "Mozilla/5.0 (Linux; Android 15; Mobile)"
HEAD = "{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUser-Agent: {agent}\r\nAccept-Language: ja\r\n"
DOUBLES, CORRECTIONS = 0.1, 0.1
CHOICES, WEIGHTS = ("safe", "help", "later"), (95, 1, 4)
GOOD_PAGE, SEE_OTHER = 200, 303


@dataclass
class Log:
    """What a program's clients did: `said` are (recipient, page's key, choice) in the order of each person; times in milliseconds."""

    said: list[tuple[int, str, str]] = field(default_factory=list)
    posts: list[float] = field(default_factory=list)
    pages: list[float] = field(default_factory=list)
    doubles: int = 0
    corrections: int = 0
    errors: dict[str, int] = field(default_factory=dict)
    cpu_seconds: float = 0.0

    def fault(self, name: str) -> None:
        """Something did not go as it should."""
        self.errors[name] = self.errors.get(name, 0) + 1


class Browser:
    """One connection, opened again when the server closes it."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.reader: asyncio.StreamReader | None = None
        self.writer: asyncio.StreamWriter | None = None

    async def ask(self, method: str, path: str, body: str = "") -> tuple[int, bytes, bytes]:
        """Status, head and body of one answer. Raises OSError, asyncio.IncompleteReadError."""
        if self.writer is None or self.writer.is_closing():
            self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port)
        head = HEAD.format(method=method, path=path, port=self.port, agent=AGENT)
        if body:
            head += f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n"
        self.writer.write(f"{head}\r\n{body}".encode())
        assert self.reader is not None
        answer = await self.reader.readuntil(b"\r\n\r\n")
        length = LENGTH.search(answer)
        content = await self.reader.readexactly(int(length[1])) if length else b""
        return int(answer[9:12]), answer, content

    def drop(self) -> None:
        """Begin anew with the next question."""
        if self.writer is not None:
            self.writer.close()
        self.writer = None


class Person:
    """One person with a link, at somebody's browser."""

    def __init__(self, browser: Browser, recipient: int, path: str, log: Log) -> None:
        self.browser, self.recipient, self.path, self.log = browser, recipient, path, log

    async def answer(self, choice: str, *, twice: bool) -> None:
        """Open the link, press, look at the page that follows."""
        content = await self._page(self.path)
        key = KEY.search(content)
        if key is None:
            self.log.fault("page without a form")
            return
        for press in range(2 if twice else 1):
            begun = time.perf_counter()
            status, head, _ = await self.browser.ask("POST", self.path, f"answer={choice}&by_hand=1&key={key[1].decode()}")
            self.log.posts.append((time.perf_counter() - begun) * 1000)
            if status != SEE_OTHER:
                self.log.fault(f"POST {status}")
                return
            if press:
                self.log.doubles += 1
            else:
                self.log.said.append((self.recipient, key[1].decode(), choice))
        onward = PLACE.search(head)
        if onward:
            await self._page(onward[1].decode())

    async def _page(self, path: str) -> bytes:
        begun = time.perf_counter()
        status, _, content = await self.browser.ask("GET", path)
        self.log.pages.append((time.perf_counter() - begun) * 1000)
        if status != GOOD_PAGE:
            self.log.fault(f"GET {status}")
        return content


async def client(port: int, people: list[tuple[int, str]], ends: float, log: Log, chance: random.Random) -> None:
    """One browser going through its people until the time is over; whoever is left over answers again."""
    browser = Browser(port)
    while people and time.monotonic() < ends:
        recipient, path = people.pop()
        people.insert(0, (recipient, path))
        person = Person(browser, recipient, path, log)
        try:
            await person.answer(chance.choices(CHOICES, WEIGHTS)[0], twice=chance.random() < DOUBLES)
            if chance.random() < CORRECTIONS:
                await person.answer(chance.choices(CHOICES, WEIGHTS)[0], twice=False)
                log.corrections += 1
        except (OSError, asyncio.IncompleteReadError) as error:
            log.fault(type(error).__name__)
            browser.drop()
    browser.drop()


async def bare_client(port: int, ends: float, log: Log) -> None:
    """The baseline: one POST after the other to a view with one INSERT."""
    browser = Browser(port)
    while time.monotonic() < ends:
        begun = time.perf_counter()
        status, _, _ = await browser.ask("POST", "/bare/", "answer=safe")
        log.posts.append((time.perf_counter() - begun) * 1000)
        if status != GOOD_PAGE:
            log.fault(f"POST {status}")
    browser.drop()


async def storm(port: int, clients: int, seconds: float, seed: int, links: list[tuple[int, str]]) -> Log:
    """All clients of this program at once; without links they are those of the baseline."""
    log, chance, ends = Log(), random.Random(seed), time.monotonic() + seconds
    if links:
        await asyncio.gather(*(client(port, links[number::clients], ends, log, chance) for number in range(clients)))
    else:
        await asyncio.gather(*(bare_client(port, ends, log) for _ in range(clients)))
    used = resource.getrusage(resource.RUSAGE_SELF)
    log.cpu_seconds = used.ru_utime + used.ru_stime
    return log


if __name__ == "__main__":
    port, clients, seed = int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[4])
    links = [(recipient, path) for recipient, path in json.load(sys.stdin)]
    json.dump(asdict(asyncio.run(storm(port, clients, float(sys.argv[3]), seed, links))), sys.stdout)
