"""HTTP with an end: a call is over after so many seconds, however slowly its answer drips in.

The usual time-outs are per piece, so a server that sends a byte now and then holds its caller for as long as it likes.
"""

import ssl
import threading
import time
from collections.abc import Iterable
from typing import Any

import httpcore
import httpx

_call = threading.local()


def _left(timeout: float | None) -> float:
    """What this thread's call may still wait for its next piece."""
    left = float(_call.end) - time.monotonic()
    return max(min(left, timeout if timeout is not None else left), 0.0)


class _Stream(httpcore.NetworkStream):
    """A connection whose every wait ends with the call it serves."""

    def __init__(self, inner: httpcore.NetworkStream) -> None:
        self._inner = inner

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """The next piece of the answer."""
        left = _left(timeout)
        if not left:
            raise httpcore.ReadTimeout
        return self._inner.read(max_bytes, left)

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Send a piece."""
        left = _left(timeout)
        if not left:
            raise httpcore.WriteTimeout
        self._inner.write(buffer, left)

    def close(self) -> None:
        """Hang up."""
        self._inner.close()

    def start_tls(self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None) -> httpcore.NetworkStream:
        """The same connection, encrypted."""
        return _Stream(self._inner.start_tls(ssl_context, server_hostname, _left(timeout)))

    def get_extra_info(self, info: str) -> Any:
        """What the connection knows of itself."""
        return self._inner.get_extra_info(info)


class _Backend(httpcore.SyncBackend):
    """Opens connections that know the end of their call."""

    def connect_tcp(
        self, host: str, port: int, timeout: float | None = None, local_address: str | None = None, socket_options: Iterable | None = None
    ) -> httpcore.NetworkStream:
        """A connection to this host."""
        return _Stream(super().connect_tcp(host, port, _left(timeout), local_address, socket_options))


class PatientTransport(httpx.BaseTransport):
    """Carries httpx's requests; each ends after `seconds`, with httpx's own errors."""

    ERRORS = {
        httpcore.ConnectTimeout: httpx.ConnectTimeout,
        httpcore.ConnectError: httpx.ConnectError,
        httpcore.PoolTimeout: httpx.PoolTimeout,
        httpcore.TimeoutException: httpx.ReadTimeout,
    }

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._pool = httpcore.ConnectionPool(ssl_context=httpx.create_ssl_context(), max_keepalive_connections=4, network_backend=_Backend())

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send it and read the whole answer."""
        _call.end = time.monotonic() + self._seconds
        url = httpcore.URL(scheme=request.url.raw_scheme, host=request.url.raw_host, port=request.url.port, target=request.url.raw_path)
        asked = httpcore.Request(request.method, url, headers=request.headers.raw, content=request.read(), extensions=request.extensions)
        try:
            answer = self._pool.handle_request(asked)
            try:
                content = answer.read()
            finally:
                answer.close()
        except (httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError) as error:
            kind = next((ours for theirs, ours in self.ERRORS.items() if isinstance(error, theirs)), httpx.RemoteProtocolError)
            raise kind(str(error), request=request) from error
        return httpx.Response(answer.status, headers=answer.headers, stream=httpx.ByteStream(content), request=request)

    def close(self) -> None:
        """Hang up everywhere."""
        self._pool.close()
