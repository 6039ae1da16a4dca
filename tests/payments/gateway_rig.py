"""The sandbox as a process of its own, a payer's browser, and the address notices go to."""

import re
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from html import unescape
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from queue import Queue
from urllib.parse import urlsplit

import httpx

SHOP_ID, SHOP_PASS = "tshop00000001", "sandboxpw1"
SUCCEEDS, DECLINES = "4111111111111111", "4000000000000002"
CHALLENGES, TIMES_OUT = "4000000000003220", "4000000000009995"
PATIENCE_SECONDS = 20


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Receiver(HTTPServer):
    """The shop's notice address: keeps every body and answers what `replies` says, else `0`."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), ReceivingHandler)
        self.bodies: Queue[bytes] = Queue()
        self.replies: list[bytes] = []

    @property
    def address(self) -> str:
        """Where notices are to be sent."""
        return f"http://127.0.0.1:{self.server_port}/payments/notify/gmo/"

    def next(self, order_id: str) -> bytes:
        """The next notice about this order; those about others are passed over."""
        while True:
            body = self.bodies.get(timeout=PATIENCE_SECONDS)
            if f"OrderID={order_id}&".encode() in body:
                return body


class ReceivingHandler(BaseHTTPRequestHandler):
    """Takes a notice."""

    def do_POST(self) -> None:
        """Keep the body and answer."""
        server = self.server
        assert isinstance(server, Receiver)
        body = self.rfile.read(int(self.headers["Content-Length"]))
        reply = server.replies.pop(0) if server.replies else b"0"
        self.send_response(200)
        self.end_headers()
        self.wfile.write(reply)
        server.bodies.put(body)

    def log_message(self, *_: object) -> None:
        """Be quiet."""


@contextmanager
def receiving() -> Iterator[Receiver]:
    """A receiver that listens for as long as the block lasts."""
    with Receiver() as receiver:
        thread = threading.Thread(target=receiver.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield receiver
        finally:
            receiver.shutdown()
            thread.join()


class Sandbox:
    """The sandbox gateway as a process; `start` again after `kill` to see what survived."""

    def __init__(self, notify_url: str, state: Path, *options: str) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._command = [sys.executable, "-m", "payments.sandbox", "--port", str(self.port)]
        self._command += ["--notify-url", notify_url, "--state", str(state), *options]
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Run it, and wait until its port answers."""
        self._process = subprocess.Popen(self._command, stderr=subprocess.DEVNULL)
        give_up = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < give_up:
            with socket.socket() as probe:
                probe.settimeout(1)
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            assert self._process.poll() is None, "the sandbox ended at once"
        raise AssertionError("the sandbox never listened")

    def kill(self) -> None:
        """As by power cut."""
        assert self._process
        self._process.kill()
        self._process.wait()

    def stop(self) -> int:
        """As asked by SIGTERM; its exit code."""
        assert self._process
        self._process.terminate()
        return self._process.wait(PATIENCE_SECONDS)

    def turn(self, switch: str, value: str) -> None:
        """Press a switch on the control page."""
        form = {"name": switch, "value": value}
        assert httpx.post(f"{self.url}/control/switches", data=form, timeout=PATIENCE_SECONDS).status_code == 303

    def do(self, order_id: str, verb: str) -> None:
        """Press a button of an order on the control page."""
        assert httpx.post(f"{self.url}/control/orders/{order_id}/{verb}", timeout=PATIENCE_SECONDS).status_code == 303


class Payer:
    """Someone at the payment page, without script."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.page = httpx.get(url, timeout=PATIENCE_SECONDS).text

    def post(self, **form: str) -> str:
        """Send a form of the page; the page that follows."""
        self.page = httpx.post(self.url, data=form, timeout=PATIENCE_SECONDS).text
        return self.page

    def card(self, number: str) -> str:
        """Fill in the card form."""
        return self.post(step="card", number=number, expiry="12/40", code="123")

    def konbini(self, store: str = "10001") -> str:
        """Ask for a number to pay at a store."""
        return self.post(step="konbini", store=store, name="山田 あや", kana="ヤマダ アヤ", phone="0312345678")

    @property
    def way_back(self) -> tuple[str, dict[str, str]]:
        """The address that the browser would go back to in the shop, and the form it would post there."""
        found = re.search(r'action="([^"]+)" id="back">.*?name="result" value="([^"]+)"', self.page, re.S)
        assert found, self.page
        return unescape(found[1]), {"result": unescape(found[2])}

    @property
    def returned(self) -> dict[str, str]:
        """The form alone; it is posted to the address that the order named."""
        address, form = self.way_back
        assert urlsplit(address).path == "/payments/back/"
        return form
