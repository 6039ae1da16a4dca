"""Connections to the push services: many at once in one background thread, kept open from message to message."""

import asyncio
import queue
import threading
from collections.abc import Coroutine
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

import aiohttp

# At most so many messages are under way; each has a connection of its own, so that is how many a kill can leave in doubt.
AT_ONCE = 48
COMPANY, MOMENT_SECONDS = AT_ONCE // 3, 0.005
PATIENCE_SECONDS = 10.0
LONGEST_ANSWER = 300
# Statuses of our own, beside those of HTTP.
AWAY, IN_DOUBT = 0, -1


@dataclass(frozen=True, slots=True)
class Post:
    """One sealed message to one device."""

    device_id: int
    url: str
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Reply:
    """What the service said. AWAY: nobody was there and nothing was sent. IN_DOUBT: sent, and no answer came."""

    device_id: int
    status: int
    retry_after: str = ""
    text: str = ""


class Wires:
    """Posts in the background: `post` hands over, `ended` brings what has ended. The caller's thread talks to the database meanwhile."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="push", daemon=True)
        self._ended: queue.SimpleQueue[tuple[int, list[Reply]]] = queue.SimpleQueue()
        self._session: aiohttp.ClientSession

    def __enter__(self) -> Self:
        self._thread.start()
        self._wait(self._open())
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._wait(self._session.close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _wait(self, work: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result()

    async def _open(self) -> None:
        timeout = aiohttp.ClientTimeout(total=PATIENCE_SECONDS)
        # No cookies, no proxies of the environment, no redirects: only the address that was let through is called.
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=AT_ONCE), timeout=timeout, cookie_jar=aiohttp.DummyCookieJar(), trust_env=False
        )

    def post(self, number: int, posts: list[Post]) -> None:
        """Send a message to all devices of one person, one after the other; `number` comes back with the replies."""
        asyncio.run_coroutine_threadsafe(self._all(number, posts), self._loop)

    def ended(self) -> list[tuple[int, list[Reply]]]:
        """Wait until something has ended and a moment longer for company: they share one commit."""
        found = [self._ended.get()]
        try:
            while len(found) < COMPANY:
                found.append(self._ended.get(timeout=MOMENT_SECONDS))
        except queue.Empty:
            pass
        return found

    async def _all(self, number: int, posts: list[Post]) -> None:
        self._ended.put((number, [await self._one(post) for post in posts]))

    async def _one(self, post: Post) -> Reply:
        try:
            async with self._session.post(post.url, data=post.body, headers=post.headers, allow_redirects=False) as answer:
                text = "" if answer.ok else (await answer.content.read(LONGEST_ANSWER)).decode(errors="replace")
                return Reply(post.device_id, answer.status, answer.headers.get("Retry-After", ""), text)
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            return Reply(post.device_id, AWAY, text=f"{type(error).__name__}: {error}")
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            return Reply(post.device_id, IN_DOUBT, text=f"{type(error).__name__}: {error}")
