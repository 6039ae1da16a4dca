"""Result notices as they come in from anybody on the internet."""

from urllib.parse import urlencode

import pytest

from payments.gateways.base import GatewayMisconfigured, Notice, Status
from payments.gateways.gmo.adapter import GmoGateway
from payments.gateways.gmo.config import GmoConfig

CONFIG = GmoConfig(
    api_url="http://gateway.example",
    shop_id="tshop00000001",
    shop_pass="sandboxpw1",
    config_id="ossma",
    notify_addresses=("210.197.108.196", "127.0.0.0/8"),
)
FIELDS = {
    "ShopID": "tshop00000001",
    "ShopPass": "**********",
    "OrderID": "M7-1-1",
    "Status": "CAPTURE",
    "JobCd": "CAPTURE",
    "Amount": "3812",
    "Tax": "0",
    "Currency": "JPN",
    "TranID": "1" * 28,
    "TranDate": "20261121120000",
    "ErrCode": "",
    "ErrInfo": "",
    "PayType": "0",
}


def read(remote_addr: str = "127.0.0.1", **changes: str) -> Notice:
    return GmoGateway(CONFIG).parse_notice({}, urlencode(FIELDS | changes, encoding="cp932").encode(), remote_addr)


def test_the_same_event_has_the_same_digest_however_its_body_is_ordered() -> None:
    body = urlencode(dict(reversed(FIELDS.items()))).encode()
    assert GmoGateway(CONFIG).parse_notice({}, body, "127.0.0.1").digest == read(Forward="2a99662").digest


@pytest.mark.parametrize(
    "change",
    [{"Status": "RETURN"}, {"Amount": "3813"}, {"TranID": "2"}, {"ErrInfo": "42G120000"}, {"PayType": "3"}, {"ShopID": "x"}, {"Currency": "USD"}],
)
def test_another_event_has_another_digest(change: dict[str, str]) -> None:
    assert read(**change).digest != read().digest


@pytest.mark.parametrize(
    ("address", "known"),
    [("210.197.108.196", True), ("127.0.0.9", True), ("210.197.108.197", False), ("", False), ("unix:", False), ("::1", False)],
)
def test_a_notice_from_elsewhere_is_marked(address: str, known: bool) -> None:
    assert read(address).address_ok is known


def test_a_notice_for_another_shop_is_marked() -> None:
    assert not read(ShopID="tshop00000002").shop_ok


def test_an_order_id_of_any_length_fits_the_table() -> None:
    assert len(read(OrderID="M" * 5_000).order_id) == 64


def test_a_failed_try_is_no_money_though_it_was_asked_to_capture() -> None:
    notice = read(Status="UNPROCESSED", ErrCode="42G|42G", ErrInfo="42G120000|42G440000")
    assert (notice.status, notice.error_codes) == (Status.STARTED, ("42G120000", "42G440000"))
    assert read(ErrInfo="42G120000").status is Status.STARTED


def test_a_reversal_is_not_a_new_payment() -> None:
    assert read(Status="RETURN", JobCd="RETURN").status is Status.REFUNDED


def test_tax_is_part_of_what_was_paid() -> None:
    assert read(Amount="3466", Tax="346").total == 3812
    assert read(Amount="many").total is None


@pytest.mark.parametrize("body", [b"", b"\xff\xfe\x00", b"&&&===", b"OrderID", b"<html>", b"a" * 60_000, b"OrderID=%00%81"])
def test_rubbish_is_read_without_a_fuss(body: bytes) -> None:
    notice = GmoGateway(CONFIG).parse_notice({}, body, "127.0.0.1")
    assert notice.status is Status.UNKNOWN
    assert notice.amount is None
    assert not notice.shop_ok
    assert "\0" not in notice.order_id
    assert len(notice.digest) == 64


@pytest.mark.parametrize("result", ["", ".", "a.b", "あ.い", "e30.", "e30." + "0" * 64])
def test_a_return_that_is_not_signed_names_no_order(result: str) -> None:
    assert GmoGateway(CONFIG).parse_return({"result": result}) is None


def test_a_notice_address_that_is_none_stops_the_start() -> None:
    with pytest.raises(GatewayMisconfigured):
        GmoConfig(api_url="http://gateway.example", shop_id="s", shop_pass="x", config_id="ossma", notify_addresses=("gmo.example",))


def test_without_a_list_every_address_will_do() -> None:
    config = GmoConfig(api_url="http://gateway.example", shop_id="tshop00000001", shop_pass="sandboxpw1", config_id="ossma")
    assert GmoGateway(config).parse_notice({}, b"", "203.0.113.9").address_ok
    assert GmoGateway(config).parse_notice({}, b"", "").address_ok
