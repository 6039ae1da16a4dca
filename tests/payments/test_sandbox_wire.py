"""The sandbox speaks the reference's wire protocol, limits and all, without the adapter."""

import io
import json
import re
from collections.abc import Callable, Iterator
from copy import deepcopy
from pathlib import Path
from string import Template
from urllib.parse import urlencode

import pytest

from payments.sandbox import words
from payments.sandbox.app import application
from payments.sandbox.pages import FOLDER
from payments.sandbox.shop import Desk, Shop
from payments.sandbox.store import Store
from tests.payments.gateway_rig import SHOP_ID, SHOP_PASS, SUCCEEDS

NOON_2026_11_21 = 1_795_230_000.0
GOOD = {
    "geturlparam": {"ShopID": SHOP_ID, "ShopPass": SHOP_PASS},
    "configid": "ossma",
    "transaction": {"OrderID": "M7-1-1", "Amount": "3812", "Tax": "0", "ClientField1": "a&b=c+d 会費"},
    "displaysetting": {"Lang": "en"},
}
Call = Callable[[str, bytes], tuple[int, bytes]]


@pytest.fixture
def call(tmp_path: Path) -> Iterator[Call]:
    shop = Shop(SHOP_ID, SHOP_PASS, "http://127.0.0.1", "http://127.0.0.1:9/n")
    store = Store(tmp_path)
    answer = application(Desk(shop, store, lambda: NOON_2026_11_21, lambda: None))

    def send(path: str, body: bytes) -> tuple[int, bytes]:
        environ = {"REQUEST_METHOD": "POST", "PATH_INFO": path, "CONTENT_LENGTH": str(len(body)), "wsgi.input": io.BytesIO(body)}
        status: list[str] = []
        chunks = answer(environ, lambda line, headers: status.append(line))  # type: ignore[arg-type,return-value]
        return int(status[0][:3]), b"".join(chunks)

    yield send
    store.close()


def make(call: Call, *changes: tuple[str, str, object]) -> tuple[int, object]:
    request: dict[str, object] = deepcopy(GOOD)  # type: ignore[arg-type]
    for section, name, value in changes:
        part = request.setdefault(section, {})
        assert isinstance(part, dict)
        part[name] = value
    status, body = call("/payment/GetLinkplusUrlPayment.json", json.dumps(request).encode())
    return status, json.loads(body)


def search(call: Call, **changes: str) -> str:
    form = {"ShopID": SHOP_ID, "ShopPass": SHOP_PASS, "OrderID": "M7-1-1", "PayType": "0"} | changes
    status, body = call("/payment/SearchTradeMulti.idPass", urlencode(form, encoding="cp932").encode())
    assert status == 200
    return body.decode("cp932")


@pytest.mark.parametrize(
    ("section", "name", "value", "code"),
    [
        ("geturlparam", "ShopID", "", "E01010001"),
        ("geturlparam", "ShopID", "t" * 14, "E01010008"),
        ("geturlparam", "ShopPass", "", "E01020001"),
        ("geturlparam", "ShopPass", "x" * 11, "E01020008"),
        ("geturlparam", "ShopPass", "wrong", "E01030002"),
        ("geturlparam", "GuideMailSendFlag", "1", "EZ1109001"),
        ("geturlparam", "FromSendMailName", "OSSMA", "EZ1108001"),
        ("transaction", "OrderID", "", "EZ1003001"),
        ("transaction", "OrderID", "A" * 28, "EZ1003005"),
        ("transaction", "OrderID", "M7_1", "EZ1003008"),
        ("transaction", "Amount", "", "EZ1004001"),
        ("transaction", "Amount", "1" * 13, "EZ1004005"),
        ("transaction", "Amount", "1,000", "EZ1004006"),
        ("transaction", "Amount", "0", "EZ1004008"),
        ("transaction", "ClientField1", "あ" * 51, "EZ1006012"),
        ("transaction", "Overview", "あ" * 33, "EZ1009012"),
        ("transaction", "Detail", "a" * 257, "EZ1010012"),
        ("transaction", "PayMethods", "credit", "EZ1011008"),
        ("transaction", "PayMethods", ["paypay"], "EZ1011016"),
        ("transaction", "RetUrl", "javascript:alert(1)", "EZ1012005"),
        ("transaction", "ExpireDays", "x", "EZ1015006"),
        ("transaction", "PaymentExpireDate", "202613010000", "EZ1216008"),
        ("transaction", "PaymentExpireDate", "202601010000", "EZ1216015"),
        ("customer", "CustomerName", "あ" * 21, "EZ1037012"),
        ("customer", "CustomerKana", "ｱﾔ", "EZ1038008"),
        ("customer", "TelNo", "O3", "EZ1039008"),
        ("cvs", "PaymentTermDay", "x", "EZ1278006"),
        ("cvs", "ReceiptsDisp12", "zero three", "EZ1000005"),
        ("credit", "TdFlag", "9", "EZ1000005"),
    ],
)
def test_each_limit_is_refused_by_its_own_code(call: Call, section: str, name: str, value: object, code: str) -> None:
    status, errors = make(call, (section, name, value))
    assert status == 400
    assert isinstance(errors, list)
    assert {"errCode": code[:3], "errInfo": code} in errors


def test_where_the_console_names_nobody_to_ask_a_request_for_slips_must(call: Call) -> None:
    assert call("/control/switches", b"name=console_contact&value=missing")[0] == 303
    _, errors = make(call)
    assert isinstance(errors, list)
    assert [error["errInfo"] for error in errors] == ["EZ1066001", "EZ1067001", "EZ1068001"]
    assert make(call, ("transaction", "PayMethods", ["credit"]))[0] == 200
    contact = (("cvs", "ReceiptsDisp11", "OSSMA事務局"), ("cvs", "ReceiptsDisp12", "03-1234-5678"), ("cvs", "ReceiptsDisp13", "09:00-18:00"))
    assert make(call, *contact, ("transaction", "OrderID", "M7-1-2"))[0] == 200


def test_several_mistakes_are_told_together(call: Call) -> None:
    _, errors = make(call, ("transaction", "OrderID", "M7_1"), ("transaction", "Amount", "x"))
    assert isinstance(errors, list)
    assert [error["errInfo"] for error in errors] == ["EZ1003008", "EZ1004006"]


def test_what_is_no_json_is_refused(call: Call) -> None:
    assert call("/payment/GetLinkplusUrlPayment.json", b"ShopID=1")[0] == 400
    assert call("/payment/GetLinkplusUrlPayment.json", b"x" * 70_000)[0] == 413


def test_a_link_is_a_long_key_under_the_shop(call: Call) -> None:
    status, reply = make(call)
    assert status == 200
    assert isinstance(reply, dict)
    assert re.fullmatch(rf"http://127\.0\.0\.1/v2/plus/{SHOP_ID}/checkout/[0-9a-f]{{64}}", reply["LinkUrl"])
    assert reply["ProcessDate"] == "20261121120000"


def test_errors_of_idpass_calls_come_with_http_200_joined_by_pipes(call: Call) -> None:
    assert search(call) == "ErrCode=M01&ErrInfo=M01004002"
    assert search(call, ShopID="", ShopPass="") == "ErrCode=E01|E01&ErrInfo=E01010001|E01020001"


def test_idpass_replies_are_windows_31j_and_encode_nothing(call: Call) -> None:
    _, reply = make(call)
    assert isinstance(reply, dict)
    path = reply["LinkUrl"].removeprefix("http://127.0.0.1")
    form = {"step": "card", "number": SUCCEEDS, "expiry": "１２／３０", "code": "123"}
    call(path, urlencode(form).encode())
    found = search(call)
    assert "&ClientField1=a&b=c+d 会費&ClientField2=&" in found
    assert "&Approve= " in found


def test_an_access_password_that_is_wrong_changes_nothing(call: Call) -> None:
    form = {"ShopID": SHOP_ID, "ShopPass": SHOP_PASS, "AccessID": "0" * 32, "AccessPass": "", "JobCd": "VOID"}
    for name in ("AlterTran", "ChangeTran", "CvsCancel"):
        assert b"E01110002" in call(f"/payment/{name}.idPass", urlencode(form).encode())[1]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"number": "5555555555554444"}, "Only the numbers for testing work here"),
        ({"expiry": "01/20"}, "Check the expiry"),
        ({"expiry": "soon"}, "Check the expiry"),
        ({"code": "12"}, "Check the security code"),
    ],
)
def test_the_card_form_says_what_to_put_right(call: Call, changes: dict[str, str], said: str) -> None:
    _, reply = make(call)
    assert isinstance(reply, dict)
    path = reply["LinkUrl"].removeprefix("http://127.0.0.1")
    form = {"step": "card", "number": SUCCEEDS, "expiry": "12/30", "code": "123"} | changes
    assert said in call(path, urlencode(form).encode())[1].decode()
    assert "M01004002" in search(call)


def test_a_link_with_one_letter_changed_leads_nowhere(call: Call) -> None:
    assert call(f"/v2/plus/{SHOP_ID}/checkout/{'0' * 64}", b"step=card")[0] == 404


def test_both_languages_say_the_same_things() -> None:
    assert words.JA.keys() == words.EN.keys()
    for page in FOLDER.glob("*.html"):
        used = {name[2:] for name in Template(page.read_text()).get_identifiers() if name.startswith("w_")}
        assert used <= words.JA.keys(), page.name
