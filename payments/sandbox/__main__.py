"""`python -m payments.sandbox --port 8001 --notify-url http://… --state var/sandbox`"""

import argparse
import logging
import signal
import threading
from pathlib import Path
from socketserver import ThreadingMixIn
from urllib.parse import urlsplit
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from payments.sandbox.app import application
from payments.sandbox.clerk import Clerk
from payments.sandbox.clock import Clock
from payments.sandbox.shop import Desk, Shop
from payments.sandbox.store import Store

log = logging.getLogger("payments.sandbox")


class Server(ThreadingMixIn, WSGIServer):
    """A thread per request; none outlives the program."""

    daemon_threads = True
    request_queue_size = 128


class Handler(WSGIRequestHandler):
    """No reverse look-ups, no line per request."""

    def address_string(self) -> str:
        """The address as it is."""
        return str(self.client_address[0])

    def log_request(self, *_: object) -> None:
        """Requests are not logged: they carry passwords."""


def web_address(text: str) -> str:
    """An http address, or argparse's error."""
    if urlsplit(text).scheme not in {"http", "https"} or not urlsplit(text).hostname:
        raise argparse.ArgumentTypeError(f"not a web address: {text}")
    return text.rstrip(" ")


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="payments.sandbox", description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--notify-url", type=web_address, required=True)
    parser.add_argument("--state", type=Path, required=True, help="directory for the books")
    parser.add_argument("--public-url", type=web_address, help="where browsers reach this port")
    parser.add_argument("--shop-id", default="tshop00000001")
    parser.add_argument("--shop-pass", default="sandboxpw1")
    parser.add_argument("--retry-seconds", type=float, default=60, help="between notices unheard")
    parser.add_argument("--doubt-seconds", type=float, default=60, help="until a time-out clears")
    parser.add_argument("--expiry-seconds", type=float, default=3600, help="[?] from a slip's term until it is reported as expired")
    return parser.parse_args()


def main() -> None:
    """Serve until told to stop."""
    given = arguments()
    logging.basicConfig(level=logging.INFO, format="sandbox gateway: %(message)s")
    bell = threading.Event()
    shop = Shop(
        shop_id=given.shop_id,
        shop_pass=given.shop_pass,
        public_url=(given.public_url or f"http://127.0.0.1:{given.port}").rstrip("/"),
        notify_url=given.notify_url,
        retry_seconds=given.retry_seconds,
        doubt_seconds=given.doubt_seconds,
        expiry_seconds=given.expiry_seconds,
    )
    store = Store(given.state)
    desk = Desk(shop, store, Clock(store), bell.set)
    clerk = Clerk(bell)
    server = make_server(given.host, given.port, application(desk), Server, Handler)
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: threading.Thread(target=server.shutdown).start())
    clerk.start(desk)
    log.info("listening on %s, notices go to %s", shop.public_url, shop.notify_url)
    with server:
        server.serve_forever()
    clerk.stop()
    store.close()


if __name__ == "__main__":
    main()
