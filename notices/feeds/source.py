"""Where feed files come from: the ministry's server, or a file on this machine."""

from collections.abc import Callable
from pathlib import Path

import httpx
from django.utils.translation import gettext

from notices.feeds.document import MAX_BYTES

TIMEOUT = httpx.Timeout(20.0, connect=10.0)
# Twenty seconds a read would let a slow sender hold the worker: the whole answer has this many chunks at most.
CHUNK_BYTES = 64 * 1024


class FeedAway(Exception):
    """The source gave nothing that could be parsed; the text says why, in the reader's language."""

    def __init__(self, code: str, detail: str = "") -> None:
        self.code = code
        self.detail = detail
        super().__init__(code, detail)

    def __str__(self) -> str:
        texts = {
            "away": gettext("The ministry's server did not answer (%(detail)s)."),
            "status": gettext("The ministry's server answered with an error (HTTP %(detail)s)."),
            "elsewhere": gettext("The ministry's server sends us on to another address (%(detail)s)."),
            "file": gettext("The file cannot be opened (%(detail)s)."),
        }
        return texts[self.code] % {"detail": self.detail}


def _only_to(first: httpx.URL) -> Callable[[httpx.Request], None]:
    """Redirects are followed on the same host, and never from TLS back to plain HTTP: whoever answers must not choose what else we call."""

    def check(request: httpx.Request) -> None:
        if request.url.host != first.host or (first.scheme == "https" and request.url.scheme != "https"):
            raise FeedAway("elsewhere", f"{request.url.scheme}://{request.url.host}")

    return check


def from_address(url: str, contact: str) -> bytes:
    """The file at an address, at most a byte more than the parser takes.

    Raises FeedAway. `contact` tells the ministry who reads.
    """
    data = bytearray()
    hooks = {"request": [_only_to(httpx.URL(url))]}
    try:
        with (
            httpx.Client(timeout=TIMEOUT, follow_redirects=True, event_hooks=hooks, headers={"User-Agent": f"OSSMA ({contact})"}) as client,
            client.stream("GET", url) as answer,
        ):
            if answer.status_code != httpx.codes.OK:
                raise FeedAway("status", str(answer.status_code))
            for chunk in answer.iter_bytes(CHUNK_BYTES):
                data += chunk
                if len(data) > MAX_BYTES:
                    break
    except httpx.HTTPError as error:
        raise FeedAway("away", type(error).__name__) from error
    return bytes(data[: MAX_BYTES + 1])


def from_file(path: Path) -> bytes:
    """A file of this machine, at most a byte more than the parser takes. Raises FeedAway."""
    try:
        with path.open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except OSError as error:
        raise FeedAway("file", error.strerror or type(error).__name__) from error
