"""What is asked of GMO for one order (reference parts 1 and 4): sections, limits, encodings, settings that the contract decides."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from payments.gateways.base import GatewayMisconfigured, GatewayRefused, LinkOrder, Method, Reason
from payments.gateways.gmo.config import GmoConfig
from payments.gateways.gmo.requests import link_request
from payments.gateways.gmo.text import phone, shortened, writable

CONFIG = GmoConfig(api_url="http://gateway.example", shop_id="tshop00000001", shop_pass="sandboxpw1", config_id="ossma")
BOTH = (Method.CARD, Method.KONBINI)
ORDER = LinkOrder(
    order_id="M7-1-1", amount=3812, title="会費", return_url="https://ossma.example/r", expires_at=datetime(2026, 11, 24, 3, tzinfo=UTC), methods=BOTH
)


def section(name: str, config: GmoConfig = CONFIG, **changes: object) -> dict:
    found = link_request(config, replace(ORDER, **changes)).get(name)  # type: ignore[arg-type]
    assert isinstance(found, dict | None)
    return found or {}


def test_mails_are_ours_alone_whatever_the_console_says() -> None:
    assert section("geturlparam") == {"ShopID": "tshop00000001", "ShopPass": "sandboxpw1", "GuideMailSendFlag": "0", "ThanksMailSendFlag": "0"}


def test_the_deadline_is_japans_to_the_minute() -> None:
    assert section("transaction")["PaymentExpireDate"] == "202611241200"
    assert section("transaction", expires_at=datetime(2026, 11, 24, 14, 59, 59, tzinfo=UTC))["PaymentExpireDate"] == "202611242359"


@pytest.mark.parametrize(("days", "sent"), [(0, "0"), (7, "7"), (60, "60"), (180, "60")])
def test_a_slip_lives_for_as_many_days_as_every_store_takes(days: int, sent: str) -> None:
    assert section("cvs", konbini_days=days) == {"PaymentTermDay": sent}


def test_the_name_of_the_days_and_their_cap_are_settings() -> None:
    config = replace(CONFIG, konbini_days_field="TermDays", konbini_longest_days=10)
    assert section("cvs", config, konbini_days=30) == {"TermDays": "10"}


def test_whom_to_ask_about_a_slip_is_said_where_the_console_does_not() -> None:
    config = replace(CONFIG, enquiry=("OSSMA事務局", "03-1234-5678", "09:00-18:00"))
    assert section("cvs", config) == {"ReceiptsDisp11": "OSSMA事務局", "ReceiptsDisp12": "03-1234-5678", "ReceiptsDisp13": "09:00-18:00"}
    with pytest.raises(GatewayMisconfigured):
        replace(CONFIG, enquiry=("OSSMA事務局", "", ""))


def test_3d_secure_is_as_the_console_says_unless_a_setting_does() -> None:
    assert section("credit") == {"JobCd": "CAPTURE"}
    assert section("credit", replace(CONFIG, secure_flag="2", secure_impossible="1")) == {"JobCd": "CAPTURE", "TdFlag": "2", "Tds2Type": "1"}


def test_a_sum_too_large_for_a_store_is_offered_to_cards_alone() -> None:
    request = link_request(CONFIG, replace(ORDER, amount=300_000))
    assert request["transaction"]["PayMethods"] == ["credit"]  # type: ignore[index]
    assert "cvs" not in request
    with pytest.raises(GatewayRefused) as refused:
        link_request(CONFIG, replace(ORDER, amount=300_000, methods=(Method.KONBINI,)))
    assert refused.value.reason is Reason.WRONG_AMOUNT


def test_our_own_title_never_stops_a_payment() -> None:
    assert section("transaction", title="会費 Zürich–Łódź 🙂 1か月〜")["Overview"] == "会費 Zurich-odz 1か月～"


def test_letters_without_a_place_lose_their_accent_or_are_left_out() -> None:
    assert writable("Café à Orléans 서울 東京") == "Cafe a Orleans  東京"


@pytest.mark.parametrize(
    ("given", "sent"),
    [
        ("090-1234-5678", "09012345678"),
        ("+81 90 1234 5678", "09012345678"),
        ("+81 (0)90-1234-5678", "09012345678"),
        ("０３（１２３４）５６７８", "0312345678"),
        ("+33 6 12 34 56 78", ""),
        ("nobody", ""),
        ("", ""),
    ],
)
def test_the_payer_s_phone_is_filled_in_when_it_is_a_japanese_one(given: str, sent: str) -> None:
    assert phone(given) == sent
    assert section("customer", payer_phone=given) == ({"TelNo": sent} if sent else {})


@pytest.mark.parametrize("config_id", ["", "c" * 17])
def test_the_console_s_settings_have_a_name(config_id: str) -> None:
    with pytest.raises(GatewayMisconfigured):
        replace(CONFIG, config_id=config_id)


@pytest.mark.parametrize(
    ("title", "sent"),
    [
        (
            "OSSMA Plus difference after a change of period, application APP-2026-000001",
            "OSSMA Plus difference after a change of period… APP-2026-000001",
        ),
        ("OSSMA Plus 期間変更の差額（申込 APP-2026-000001）", "OSSMA Plus 期間変更の差額（申込 APP-2026-000001）"),
        ("会費" * 20, "会費" * 16),
    ],
)
def test_a_title_that_is_too_long_keeps_its_number(title: str, sent: str) -> None:
    overview = section("transaction", title=title)["Overview"]
    assert overview == sent
    assert len(overview.encode("cp932")) <= 64


@pytest.mark.parametrize("text", ["", " ", "x" * 99, "x" * 99 + " " + "y" * 99, "短い題", "a " * 60 + "END-1"])
def test_shortening_loses_nothing_that_fits_and_breaks_no_letter(text: str) -> None:
    assert shortened(text, 64).split()[-1:] == text.split()[-1:]
