"""The clerk in the back room: sends notices, and finds out what became of doubtful charges."""

import logging
import threading
import urllib.error
import urllib.request
from collections.abc import Callable
from http.client import HTTPException
from urllib.parse import urlencode

from payments.sandbox import books, clearing, notices
from payments.sandbox.notices import Notice
from payments.sandbox.shop import Desk, stamp

ANSWER_WITHIN_SECONDS = 15
LONGEST_NAP_SECONDS = 5

log = logging.getLogger(__name__)


class NoRedirects(urllib.request.HTTPRedirectHandler):
    """A redirect is not an answer."""

    def redirect_request(self, *args: object) -> None:  # type: ignore[override]
        """Follow none."""


def post(address: str, fields: dict[str, str]) -> str:
    """Send one notice; the receiver's body when it answered 200, else what went wrong."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), NoRedirects)
    body = urlencode(fields, encoding="cp932", errors="replace").encode()
    try:
        with opener.open(address, body, ANSWER_WITHIN_SECONDS) as response:
            text = response.read(200).decode("ascii", "replace")
            return text if response.status == 200 else f"HTTP {response.status}"
    except urllib.error.HTTPError as error:
        return f"HTTP {error.code}"
    except (OSError, HTTPException) as error:
        return f"no answer: {error}"


class Clerk:
    """A thread that works through what is due and sleeps until the next thing is."""

    def __init__(self, bell: threading.Event, send: Callable[[str, dict[str, str]], str] = post):
        self._bell = bell
        self._send = send
        self._closing = False
        self._thread: threading.Thread | None = None

    def start(self, desk: Desk) -> None:
        """Begin; what an earlier run left undone is done first."""
        self._thread = threading.Thread(target=self._work, args=(desk,), daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Finish the notice in hand and go home."""
        self._closing = True
        self._bell.set()
        if self._thread:
            self._thread.join(ANSWER_WITHIN_SECONDS + 1)

    def _work(self, desk: Desk) -> None:
        while not self._closing:
            self._bell.clear()
            clear_doubts(desk)
            end_slips(desk)
            nap = self.send_next(desk)
            if nap > 0:
                self._bell.wait(min(nap, LONGEST_NAP_SECONDS))

    def send_next(self, desk: Desk) -> float:
        """Send the first notice that is due; the seconds until the next one may be."""
        with desk.store.transaction() as db:
            notice = notices.next_due(db)
        if notice is None or notice.due_at is None:
            return LONGEST_NAP_SECONDS
        wait = notice.due_at - desk.clock()
        if wait <= 0:
            self._deliver(desk, notice)
        return wait

    def _deliver(self, desk: Desk, notice: Notice) -> None:
        answer = self._send(desk.shop.notify_url, notice.fields)
        log.info("notice %s of %s: %s", notice.number, notice.order_id, answer)
        with desk.store.transaction() as db:
            notices.settle(db, notice, answer, desk.clock() + desk.shop.retry_seconds)


def clear_doubts(desk: Desk) -> None:
    """Charges in doubt turn out to have gone through once their time is up."""
    with desk.store.transaction() as db:
        till = clearing.Till(desk, db, desk.clock())
        for trade in books.doubtful_trades(db):
            order = books.order_by_id(db, trade.order_id)
            if order and trade.doubt_until is not None and trade.doubt_until <= till.now:
                clearing.capture(till, order, trade)


def end_slips(desk: Desk) -> None:
    """Slips past their term can be paid no more, and the shop is told."""
    with desk.store.transaction() as db:
        till = clearing.Till(desk, db, desk.clock())
        for slip in books.slips_past(db, stamp(till.now - desk.shop.expiry_seconds)):
            order = books.order_by_id(db, slip.order_id)
            if order:
                clearing.expire(till, order)
