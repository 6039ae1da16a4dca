"""The faults the sandbox can be told to make, and what survives a power cut."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs

import httpx
import pytest

from payments.sandbox import books, clearing, notices, switches
from payments.sandbox.clerk import Clerk, clear_doubts, end_slips
from payments.sandbox.clock import Clock
from payments.sandbox.shop import Desk, Shop
from payments.sandbox.store import Store
from tests.payments.gateway_rig import SHOP_ID, SHOP_PASS, SUCCEEDS, TIMES_OUT, Payer, Sandbox, receiving

RETRY, DOUBT = 60, 120


class Bench:
    """The sandbox's back room with a clock that stands still and a receiver made of a list."""

    def __init__(self, directory: Path) -> None:
        self.now = 1_800_000_000.0
        self.sent: list[dict[str, str]] = []
        self.answer = "0"
        shop = Shop(SHOP_ID, SHOP_PASS, "http://127.0.0.1", "http://127.0.0.1:9/n", RETRY, DOUBT)
        self.desk = Desk(shop, Store(directory), lambda: self.now, lambda: None)
        self.clerk = Clerk(self, self._take)  # type: ignore[arg-type]

    def _take(self, address: str, fields: dict[str, str]) -> str:
        self.sent.append(fields)
        return self.answer

    def turn(self, name: str, value: str = "on") -> None:
        with self.desk.store.transaction() as db:
            assert switches.turn(db, name, value)

    def order(self) -> books.Order:
        order = books.Order("M7-1-1", "a" * 64, {"transaction": {}}, 3812, 0, ["credit"], self.now, None, None)
        with self.desk.store.transaction() as db:
            books.save_order(db, order)
        return order

    def till(self, db: sqlite3.Connection) -> clearing.Till:
        return clearing.Till(self.desk, db, self.now)

    def decline_then_pay(self) -> None:
        order = self.order()
        with self.desk.store.transaction() as db:
            clearing.decline(self.till(db), order, clearing.start(self.till(db), order, books.CARD), "42G120000")
            clearing.capture(self.till(db), order, clearing.start(self.till(db), order, books.CARD))

    def send_what_is_due(self) -> list[str]:
        self.sent.clear()
        while self.clerk.send_next(self.desk) <= 0:
            pass
        return [fields["Status"] for fields in self.sent]


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    made = Bench(tmp_path)
    yield made
    made.desk.store.close()


def test_left_alone_it_sends_every_notice_once_and_in_order(bench: Bench) -> None:
    bench.decline_then_pay()
    assert bench.send_what_is_due() == ["UNPROCESSED", "CAPTURE"]
    bench.now += RETRY
    assert bench.send_what_is_due() == []


def test_a_notice_says_nothing_secret(bench: Bench) -> None:
    bench.decline_then_pay()
    bench.send_what_is_due()
    assert {fields["ShopPass"] for fields in bench.sent} == {"*" * 10}
    assert {fields["AccessPass"] for fields in bench.sent} == {"*" * 32}
    assert {fields["Currency"] for fields in bench.sent} == {"JPN"}


@pytest.mark.parametrize("answer", ["1", "OK", "0\n", "HTTP 500", "no answer: refused"])
def test_any_answer_but_a_bare_0_is_tried_five_times_more(bench: Bench, answer: str) -> None:
    bench.answer = answer
    bench.decline_then_pay()
    sends = 0
    for _ in range(8):
        sends += bench.send_what_is_due().count("CAPTURE")
        bench.now += RETRY
    assert sends == notices.MOST_SENDS == 6


def test_late_notices_wait_one_interval(bench: Bench) -> None:
    bench.turn("late")
    bench.decline_then_pay()
    assert bench.send_what_is_due() == []
    bench.now += RETRY
    assert bench.send_what_is_due() == ["UNPROCESSED", "CAPTURE"]


def test_doubled_notices_come_twice(bench: Bench) -> None:
    bench.turn("doubled")
    bench.decline_then_pay()
    assert sorted(bench.send_what_is_due()) == ["CAPTURE", "CAPTURE", "UNPROCESSED", "UNPROCESSED"]


def test_out_of_order_the_later_notice_overtakes(bench: Bench) -> None:
    bench.turn("out_of_order")
    bench.decline_then_pay()
    bench.now += 1
    assert bench.send_what_is_due() == ["CAPTURE", "UNPROCESSED"]


def test_lost_notices_never_come(bench: Bench) -> None:
    bench.turn("lost")
    bench.decline_then_pay()
    bench.now += RETRY
    assert bench.send_what_is_due() == []


@pytest.mark.parametrize(
    ("switch", "field", "value"),
    [("wrong_amount", "Amount", "3813"), ("wrong_shop", "ShopID", "tshop99999999"), ("unknown_order", "OrderID", "NOBODY-ORDERED-THIS")],
)
def test_notices_can_lie(bench: Bench, switch: str, field: str, value: str) -> None:
    bench.turn(switch)
    bench.decline_then_pay()
    bench.send_what_is_due()
    assert {fields[field] for fields in bench.sent} == {value}


def test_a_charge_in_doubt_turns_out_to_have_gone_through(bench: Bench) -> None:
    order = bench.order()
    with bench.desk.store.transaction() as db:
        clearing.leave_in_doubt(bench.till(db), order, clearing.start(bench.till(db), order, books.CARD))
    clear_doubts(bench.desk)
    assert bench.send_what_is_due() == ["UNPROCESSED"]
    bench.now += DOUBT
    clear_doubts(bench.desk)
    assert bench.send_what_is_due() == ["CAPTURE"]


def test_a_switch_knows_its_positions(bench: Bench) -> None:
    with bench.desk.store.transaction() as db:
        assert not switches.turn(db, "late", "perhaps")
        assert not switches.turn(db, "nothing", "on")
        assert switches.read(db)["late"] == "off"


def test_a_power_cut_loses_neither_order_nor_notice(tmp_path: Path) -> None:
    with receiving() as receiver:
        receiver.replies = [b"1"]
        sandbox = Sandbox(receiver.address, tmp_path, "--retry-seconds", "0.2")
        sandbox.start()
        transaction = {"OrderID": "M7-1-1", "Amount": "3812", "RetUrl": "http://127.0.0.1:9/payments/back/"}
        request = {"geturlparam": {"ShopID": SHOP_ID, "ShopPass": SHOP_PASS}, "configid": "ossma", "transaction": transaction}
        reply = httpx.post(f"{sandbox.url}/payment/GetLinkplusUrlPayment.json", json=request)
        Payer(reply.json()["LinkUrl"]).card(SUCCEEDS)
        refused = parse_qs(receiver.next("M7-1-1").decode())
        sandbox.kill()
        sandbox.start()
        again = parse_qs(receiver.next("M7-1-1").decode())
        assert refused["Status"] == again["Status"] == ["CAPTURE"]
        assert "M7-1-1" in httpx.get(sandbox.url).text
        assert sandbox.stop() == 0


def test_the_control_page_offers_what_can_be_done(tmp_path: Path) -> None:
    with receiving() as receiver:
        sandbox = Sandbox(receiver.address, tmp_path)
        sandbox.start()
        transaction = {"OrderID": "M7-2-1", "Amount": "3812", "Overview": "<b>会費</b>"}
        request = {"geturlparam": {"ShopID": SHOP_ID, "ShopPass": SHOP_PASS}, "configid": "ossma", "transaction": transaction}
        link = httpx.post(f"{sandbox.url}/payment/GetLinkplusUrlPayment.json", json=request).json()["LinkUrl"]
        assert "Expire" in httpx.get(sandbox.url).text
        Payer(link).card(TIMES_OUT)
        page = httpx.get(sandbox.url).text
        assert "Time-out: was charged" in page
        assert "&lt;b&gt;会費" in page
        receiver.next("M7-2-1")
        sandbox.do("M7-2-1", "resend")
        receiver.next("M7-2-1")
        assert httpx.post(f"{sandbox.url}/control/orders/M7-2-1/explode").status_code == 404
        assert httpx.post(f"{sandbox.url}/control/switches", data={"name": "late", "value": "x"}).status_code == 400
        assert sandbox.stop() == 0


def test_a_slip_past_its_term_ends_and_the_shop_is_told(bench: Bench) -> None:
    order = bench.order()
    with bench.desk.store.transaction() as db:
        clearing.issue_slip(bench.till(db), order, clearing.start(bench.till(db), order, books.KONBINI), "10001")
    assert bench.send_what_is_due() == ["REQSUCCESS"]
    bench.now += 9 * 86_400
    end_slips(bench.desk)
    assert bench.send_what_is_due() == ["EXPIRED"]
    end_slips(bench.desk)
    assert bench.send_what_is_due() == [], "once"


def test_a_slip_paid_in_time_never_ends(bench: Bench) -> None:
    order = bench.order()
    with bench.desk.store.transaction() as db:
        slip = clearing.start(bench.till(db), order, books.KONBINI)
        clearing.issue_slip(bench.till(db), order, slip, "10001")
        clearing.pay_slip(bench.till(db), order, slip)
    bench.send_what_is_due()
    bench.now += 9 * 86_400
    end_slips(bench.desk)
    assert bench.send_what_is_due() == []


def test_the_clock_goes_forward_only_and_stays_ahead_after_a_power_cut(tmp_path: Path) -> None:
    store = Store(tmp_path)
    clock = Clock(store)
    clock.advance(3600)
    clock.advance(-7200)
    assert (clock.ahead, Clock(store).ahead) == (3600, 3600)
    store.close()
