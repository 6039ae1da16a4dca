"""GMO's two dialects over HTTP: JSON for links, `.idPass` text for everything else."""

import json
from collections.abc import Mapping
from urllib.parse import urlencode

import httpx

from payments.gateways.base import (
    GatewayMisconfigured,
    GatewayRefused,
    GatewayUnknown,
    Reason,
)
from payments.gateways.gmo.codes import error_for
from payments.gateways.gmo.config import GmoConfig
from payments.gateways.gmo.patience import PatientTransport

NEVER_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
IDPASS_ENCODING = "cp932"


class Wire:
    """Calls to one shop's API. Passwords go out here and nowhere else."""

    def __init__(self, config: GmoConfig, transport: httpx.BaseTransport | None = None) -> None:
        self._config = config
        self._client = httpx.Client(
            base_url=config.api_url,
            timeout=httpx.Timeout(config.call_seconds, connect=config.connect_seconds),
            transport=transport or PatientTransport(config.call_seconds),
            follow_redirects=False,
            trust_env=False,
        )

    def link_call(self, name: str, payload: Mapping[str, object]) -> Mapping[str, object]:
        """A JSON call with the credentials already in the payload."""
        body = json.dumps(payload, ensure_ascii=False).encode()
        response = self._post(name, body, "application/json;charset=UTF-8")
        try:
            data = response.json()
        except ValueError as error:
            raise _unreadable(name, response) from error
        codes = json_codes(data)
        if codes:
            raise error_for(codes)
        if response.status_code != httpx.codes.OK or not isinstance(data, dict):
            raise _unreadable(name, response)
        return data

    def text_call(self, name: str, **fields: str) -> dict[str, str]:
        """An `.idPass` call; the credentials are added."""
        credentials = {"ShopID": self._config.shop_id, "ShopPass": self._config.shop_pass}
        body = urlencode(credentials | fields, encoding=IDPASS_ENCODING).encode("ascii")
        kind = f"application/x-www-form-urlencoded;charset={IDPASS_ENCODING}"
        response = self._post(f"{name}.idPass", body, kind)
        reply = text_reply(response.content)
        codes = text_codes(reply)
        if codes:
            raise error_for(codes)
        if response.status_code != httpx.codes.OK or not reply:
            raise _unreadable(name, response)
        return reply

    def _post(self, name: str, body: bytes, content_type: str) -> httpx.Response:
        headers = {"Content-Type": content_type}
        try:
            response = self._client.post(f"/payment/{name}", content=body, headers=headers)
        except NEVER_SENT as error:
            raise GatewayRefused((), Reason.UNREACHABLE, type(error).__name__) from error
        except httpx.HTTPError as error:
            raise GatewayUnknown(f"{name}: {type(error).__name__}") from error
        if response.status_code == httpx.codes.TOO_MANY_REQUESTS:
            raise GatewayRefused((), Reason.BUSY, f"{name}: HTTP 429")
        if response.is_server_error or response.status_code == httpx.codes.REQUEST_TIMEOUT:
            raise GatewayUnknown(f"{name}: HTTP {response.status_code}")
        return response


def text_reply(body: bytes) -> dict[str, str]:
    """`k=v&k=v` in Windows-31J, nothing percent-encoded.

    `+` is a plus, empty values stay, and a piece without `=` is the rest of a value that had
    an `&` in it.
    """
    reply: dict[str, str] = {}
    last = ""
    for piece in body.decode(IDPASS_ENCODING, "replace").strip().split("&"):
        name, equals, value = piece.partition("=")
        if equals and name.isidentifier():
            reply[name] = value
            last = name
        elif last:
            reply[last] += f"&{piece}"
    return reply


def text_codes(reply: Mapping[str, str]) -> tuple[str, ...]:
    """Error codes of a reply or a notice; ErrInfo is the exact one, ErrCode its class."""
    lowered = {name.lower(): value for name, value in reply.items()}
    listed = lowered.get("errinfo") or lowered.get("errcode") or ""
    return tuple(code for code in listed.split("|") if code)


def json_codes(data: object) -> tuple[str, ...]:
    """Error codes of a JSON reply: an array or one object, names in any capitals."""
    found: list[str] = []
    for entry in data if isinstance(data, list) else [data]:
        if isinstance(entry, dict):
            found += text_codes({str(name): str(value or "") for name, value in entry.items()})
    return tuple(found)


def warnings(reply: Mapping[str, object]) -> tuple[str, ...]:
    """Codes in WarnList, which is an array to some and one object to others."""
    listed = {name.lower(): value for name, value in reply.items()}.get("warnlist")
    found = []
    for entry in listed if isinstance(listed, list) else [listed]:
        if isinstance(entry, dict):
            lowered = {str(name).lower(): value for name, value in entry.items()}
            found.append(str(lowered.get("warninfo") or lowered.get("warncode") or ""))
    return tuple(filter(None, found))


def _unreadable(name: str, response: httpx.Response) -> GatewayMisconfigured | GatewayUnknown:
    """Not what GMO sends: a wrong address when the host says so, else nobody knows."""
    said = f"{name}: HTTP {response.status_code}, {response.headers.get('content-type', '')}"
    if response.is_client_error or response.is_redirect:
        return GatewayMisconfigured(said)
    return GatewayUnknown(said)
