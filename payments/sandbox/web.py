"""The little of HTTP the sandbox needs, on top of WSGI."""

import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl
from wsgiref.types import StartResponse, WSGIEnvironment

LARGEST_BODY = 65_536


@dataclass(frozen=True)
class Request:
    """One request, its body read whole."""

    method: str
    path: str
    query: dict[str, str]
    body: bytes

    def form(self, encoding: str = "utf-8") -> dict[str, str]:
        """The form fields; bytes outside the encoding are shown as replacement marks."""
        text = self.body.decode("ascii", "replace")
        pairs = parse_qsl(text, keep_blank_values=True, encoding=encoding, errors="replace")
        return dict(pairs)

    def json(self) -> dict[str, Any] | None:
        """The body as a JSON object, or None when it is not one."""
        try:
            data = json.loads(self.body)
        except ValueError:
            return None
        return data if isinstance(data, dict) else None


@dataclass(frozen=True)
class Response:
    """One answer."""

    body: bytes
    status: int = 200
    content_type: str = "text/html; charset=utf-8"
    headers: dict[str, str] = field(default_factory=dict)


def json_response(data: object, status: int = 200) -> Response:
    """UTF-8 JSON, as the link calls answer."""
    body = json.dumps(data, ensure_ascii=False).encode()
    return Response(body, status, "application/json;charset=UTF-8")


def see_other(address: str) -> Response:
    """Send the browser on with a GET."""
    return Response(b"", 303, headers={"Location": address})


Handler = Callable[..., Response]
Route = tuple[str, str, Handler]


class Application:
    """A WSGI application made of (method, path pattern, handler) rows."""

    def __init__(self, routes: Iterable[Route]) -> None:
        self._routes = [(method, re.compile(path), handler) for method, path, handler in routes]

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> list[bytes]:
        length = int(environ.get("CONTENT_LENGTH") or 0)
        response = Response(b"", 413) if length > LARGEST_BODY else self._answer(environ, length)
        status = HTTPStatus(response.status)
        headers = {
            "Content-Type": response.content_type,
            "Content-Length": str(len(response.body)),
            "Cache-Control": "no-store",
        }
        start(
            f"{status.value} {status.phrase}",
            list((headers | response.headers).items()),
        )
        return [response.body]

    def _answer(self, environ: WSGIEnvironment, length: int) -> Response:
        request = Request(
            method=environ["REQUEST_METHOD"],
            path=environ["PATH_INFO"],
            query=dict(parse_qsl(environ.get("QUERY_STRING", ""))),
            body=environ["wsgi.input"].read(length),
        )
        for method, pattern, handler in self._routes:
            found = pattern.fullmatch(request.path)
            if found and method == request.method:
                return handler(request, **found.groupdict())
        return Response(b"no such page", HTTPStatus.NOT_FOUND, "text/plain")
