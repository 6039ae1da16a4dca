"""The traps of GMO's wire (reference part 11), one by one, without a server."""

import json
from datetime import UTC, datetime
from urllib.parse import parse_qs

import httpx
import pytest

from payments.gateways.base import GatewayError, GatewayMisconfigured, GatewayRefused, GatewayUnknown, LinkOrder, Reason, Status
from payments.gateways.gmo.adapter import GmoGateway
from payments.gateways.gmo.codes import error_for
from payments.gateways.gmo.config import GmoConfig
from payments.gateways.gmo.states import moment, state_of, status_of, yen
from payments.gateways.gmo.text import clean
from payments.gateways.gmo.wire import json_codes, text_codes, text_reply, warnings

CONFIG = GmoConfig(api_url="http://gateway.example", shop_id="tshop00000001", shop_pass="sandboxpw1", config_id="ossma")
ORDER = LinkOrder(
    order_id="M7-1-1", amount=3812, title="会費", return_url="https://ossma.example/r", expires_at=datetime(2026, 11, 24, 3, tzinfo=UTC)
)


def answering(*replies: httpx.Response | Exception, sent: list[httpx.Request] | None = None, now: datetime | None = None) -> GmoGateway:
    waiting = list(replies)

    def handle(request: httpx.Request) -> httpx.Response:
        if sent is not None:
            sent.append(request)
        reply = waiting.pop(0)
        if isinstance(reply, Exception):
            raise reply
        return reply

    return GmoGateway(CONFIG, transport=httpx.MockTransport(handle), clock=lambda: now or datetime(2026, 11, 21, tzinfo=UTC))


def text(body: str) -> httpx.Response:
    return httpx.Response(200, content=body.encode("cp932"))


def test_a_reply_keeps_plus_signs_blanks_and_empty_values() -> None:
    assert text_reply(b"A=1+1&B=&C= 123&D=100%25") == {"A": "1+1", "B": "", "C": " 123", "D": "100%25"}


def test_an_ampersand_or_an_equals_sign_inside_a_value_stays_in_it() -> None:
    reply = text_reply("A=x=y&B=Tom & Jerry&C=文字〜".replace("〜", "～").encode("cp932"))
    assert reply == {"A": "x=y", "B": "Tom & Jerry", "C": "文字～"}


def test_a_reply_of_nonsense_is_empty() -> None:
    assert text_reply(b"") == {}
    assert text_reply(b"<html>&amp;</html>") == {}


def test_error_codes_are_parallel_lists_joined_by_pipes() -> None:
    assert text_codes({"ErrCode": "E01|E01", "ErrInfo": "E01090008|E01100008"}) == ("E01090008", "E01100008")
    assert text_codes({"ErrCode": "", "ErrInfo": ""}) == ()
    assert text_codes({"errcode": "E01"}) == ("E01",)


@pytest.mark.parametrize(
    "data",
    [
        [{"errCode": "EZ1", "errInfo": "EZ1070014"}],
        [{"ErrCode": "EZ1", "ErrInfo": "EZ1070014"}],
        {"errCode": "EZ1", "errInfo": "EZ1070014"},
        {"ERRINFO": "EZ1070014"},
    ],
)
def test_json_errors_come_in_any_capitals_alone_or_in_an_array(data: object) -> None:
    assert json_codes(data) == ("EZ1070014",)


@pytest.mark.parametrize("data", [None, [], "no", 7, {"LinkUrl": "https://x"}])
def test_json_without_errors_has_no_codes(data: object) -> None:
    assert json_codes(data) == ()


def test_warnings_are_read_in_both_shapes() -> None:
    one = {"warnCode": "EZ4", "warnInfo": "EZ4135014"}
    assert warnings({"WarnList": [one]}) == warnings({"WarnList": one}) == ("EZ4135014",)
    assert warnings({}) == warnings({"WarnList": None}) == ()


@pytest.mark.parametrize(
    ("codes", "kind", "reason"),
    [
        (("EZ1070014",), GatewayRefused, Reason.ORDER_USED),
        (("M01004002",), GatewayRefused, Reason.NOT_FOUND),
        (("E01060010",), GatewayRefused, Reason.WRONG_AMOUNT),
        (("E11010010",), GatewayRefused, Reason.TOO_OLD),
        (("42G120000",), GatewayRefused, Reason.DECLINED),
        (("E92000001",), GatewayRefused, Reason.BUSY),
        (("EZ1003008",), GatewayRefused, Reason.BAD_REQUEST),
        (("X99",), GatewayRefused, Reason.OTHER),
        (("EZ1003008", "E01030002"), GatewayMisconfigured, None),
        (("E91029999",), GatewayUnknown, None),
        (("E91099997",), GatewayMisconfigured, None),
        (("E90010001",), GatewayUnknown, None),
        (("42C030000",), GatewayUnknown, None),
    ],
)
def test_a_code_says_what_can_be_done(codes: tuple[str, ...], kind: type[GatewayError], reason: Reason | None) -> None:
    error = error_for(codes)
    assert type(error) is kind
    assert getattr(error, "reason", None) is reason


@pytest.mark.parametrize(
    ("pay_type", "word", "status"),
    [
        ("0", "AUTH", Status.STARTED),
        ("0", "AUTHENTICATED", Status.STARTED),
        ("0", "CAPTURE", Status.PAID),
        ("0", "SALES", Status.PAID),
        ("0", "CANCEL", Status.REFUNDED),
        ("0", "RETURNX", Status.REFUNDED),
        ("3", "REQSUCCESS", Status.AWAITING),
        ("3", "PAYSUCCESS", Status.PAID),
        ("3", "CANCEL", Status.CANCELLED),
        ("3", "EXPIRED", Status.EXPIRED),
        ("3", "CAPTURE", Status.UNKNOWN),
        ("0", "SOMETHINGNEW", Status.UNKNOWN),
        ("45", "CAPTURE", Status.UNKNOWN),
    ],
)
def test_a_status_word_means_what_it_means_for_its_method(pay_type: str, word: str, status: Status) -> None:
    assert status_of(pay_type, word) is status


def test_a_success_that_names_errors_is_no_money() -> None:
    assert status_of("0", "CAPTURE", ("42G120000",)) is Status.STARTED


def test_jobcd_is_never_taken_for_status() -> None:
    assert state_of("M7-1-1", "0", {"Status": "UNPROCESSED", "JobCd": "CAPTURE"}).status is Status.STARTED


def test_amount_and_tax_are_added_and_figures_must_be_plain() -> None:
    assert state_of("M7-1-1", "0", {"Status": "CAPTURE", "Amount": "3500", "Tax": "312"}).amount == 3812
    assert [yen(odd) for odd in ("", None, "-1", "1.0", "１２", "9" * 13)] == [None] * 6


def test_times_are_japans() -> None:
    assert moment("20261121120000") == datetime(2026, 11, 21, 3, tzinfo=UTC)
    assert moment("") is moment("20261321000000") is None


def test_secrets_stay_out_of_the_raw_evidence() -> None:
    state = state_of("M7-1-1", "0", {"Status": "CAPTURE", "AccessPass": "geheim", "CardNo": "411111******1111"})
    assert state.access_pass == "geheim"
    assert set(state.raw.values()) == {"CAPTURE", "********"}


def test_wave_dashes_find_their_twin_and_text_is_cut_at_a_whole_character() -> None:
    assert clean("1か月〜2か月", 64, "title") == "1か月～2か月"
    assert clean("あ" * 40, 63, "title") == "あ" * 31
    assert clean("髙﨑①", 64, "title") == "髙﨑①"
    with pytest.raises(GatewayRefused, match="title: é 🙂"):
        clean("Café 🙂", 64, "title")


@pytest.mark.parametrize("fault", [httpx.ReadTimeout("slow"), httpx.RemoteProtocolError("cut"), httpx.WriteError("cut")])
def test_a_call_that_got_out_but_not_back_is_unknown(fault: httpx.HTTPError) -> None:
    with pytest.raises(GatewayUnknown):
        answering(fault).create_link(ORDER)


@pytest.mark.parametrize("fault", [httpx.ConnectTimeout("slow"), httpx.ConnectError("no")])
def test_a_call_that_never_got_out_may_be_made_again(fault: httpx.HTTPError) -> None:
    with pytest.raises(GatewayRefused) as refused:
        answering(fault).create_link(ORDER)
    assert refused.value.retryable


@pytest.mark.parametrize(
    ("reply", "error"),
    [
        (httpx.Response(503, text="<html>"), GatewayUnknown),
        (httpx.Response(200, text="<html>"), GatewayUnknown),
        (httpx.Response(200, json={"OrderID": "M7-1-1"}), GatewayUnknown),
        (httpx.Response(404, text="<html>"), GatewayMisconfigured),
        (httpx.Response(302, headers={"Location": "https://elsewhere.example"}), GatewayMisconfigured),
    ],
)
def test_an_answer_that_is_not_gmos_is_never_taken_for_a_link(reply: httpx.Response, error: type[GatewayError]) -> None:
    with pytest.raises(error):
        answering(reply).create_link(ORDER)


def test_a_link_to_a_host_we_do_not_know_is_not_handed_out() -> None:
    config = GmoConfig(api_url="https://pt01.mul-pay.jp", shop_id="tshop00000001", shop_pass="x", config_id="ossma")
    reply = httpx.Response(200, json={"LinkUrl": "https://stg.link.mul-pay.jp.evil.example/x"})
    with pytest.raises(GatewayMisconfigured):
        GmoGateway(config, transport=httpx.MockTransport(lambda _: reply)).create_link(ORDER)


def test_the_request_has_the_names_and_capitals_of_the_reference() -> None:
    sent: list[httpx.Request] = []
    answering(httpx.Response(200, json={"LinkUrl": "http://gateway.example/x"}), sent=sent).create_link(ORDER)
    body = json.loads(sent[0].content)
    assert (body["geturlparam"]["ShopID"], body["geturlparam"]["ShopPass"]) == ("tshop00000001", "sandboxpw1")
    assert body["configid"] == "ossma"
    assert body["transaction"]["RetUrl"] == "https://ossma.example/r"
    assert body["transaction"]["PaymentExpireDate"] == "202611241200"
    assert (body["transaction"]["Amount"], body["transaction"]["Tax"]) == ("3812", "0")
    assert body["transaction"]["PayMethods"] == ["credit"]
    assert body["credit"] == {"JobCd": "CAPTURE"}


@pytest.mark.parametrize(
    ("now", "job"),
    [
        (datetime(2026, 11, 21, 14, 59, tzinfo=UTC), "VOID"),
        (datetime(2026, 11, 21, 15, 0, tzinfo=UTC), "RETURN"),
        (datetime(2026, 11, 30, 15, 0, tzinfo=UTC), "RETURNX"),
        (datetime(2027, 11, 21, 3, 0, tzinfo=UTC), "RETURNX"),
    ],
)
def test_a_charge_is_taken_back_by_the_word_for_its_day_in_japan(now: datetime, job: str) -> None:
    paid = "Status=CAPTURE&ProcessDate=20261121120000&AccessID=a&AccessPass=b&Amount=3812&Tax=0"
    sent: list[httpx.Request] = []
    gateway = answering(text(paid), text("AccessID=a&AccessPass=b"), text(paid.replace("CAPTURE", job)), sent=sent, now=now)
    assert gateway.refund("M7-1-1", 3812, held=3812).held == 0
    assert parse_qs(sent[1].content.decode())["JobCd"] == [job]


def test_a_refund_that_does_not_show_afterwards_is_unknown() -> None:
    paid = "Status=CAPTURE&ProcessDate=20261121120000&AccessID=a&AccessPass=b&Amount=3812&Tax=0"
    with pytest.raises(GatewayUnknown):
        answering(text(paid), text("AccessID=a&AccessPass=b"), text(paid)).refund("M7-1-1", 3812, held=3812)


@pytest.mark.parametrize(
    ("api_url", "shop_id"),
    [
        ("https://p01.mul-pay.jp", "tshop00000001"),
        ("https://pt01.mul-pay.jp", "9100000000001"),
        ("", "tshop00000001"),
        ("https://pt01.mul-pay.jp", ""),
    ],
)
def test_test_shops_and_real_hosts_are_never_mixed(api_url: str, shop_id: str) -> None:
    with pytest.raises(GatewayMisconfigured):
        GmoConfig(api_url=api_url, shop_id=shop_id, shop_pass="x", config_id="ossma")


def test_the_password_shows_in_no_representation() -> None:
    assert CONFIG.shop_pass not in repr(CONFIG)
