"""The gateway a name stands for."""

import pytest
from django.test import override_settings

from payments.gateways.base import GatewayMisconfigured
from payments.gateways.registry import gateway

SETTINGS = {
    "GMO_API_URL": "https://pt01.mul-pay.jp",
    "GMO_LINK_URL": "",
    "GMO_SHOP_ID": "tshop00000001",
    "GMO_SHOP_PASS": "sandboxpw1",
    "GMO_CONFIG_ID": "ossma",
    "GMO_NOTIFY_ADDRESSES": ["210.197.108.196"],
}


@override_settings(**SETTINGS)
def test_one_set_of_settings_makes_one_gateway() -> None:
    assert gateway("gmo") is gateway("gmo")
    assert gateway("gmo").parse_notice({}, b"ShopID=tshop00000001", "210.197.108.196").address_ok


@override_settings(**SETTINGS)
def test_other_settings_make_another() -> None:
    before = gateway("gmo")
    with override_settings(GMO_SHOP_ID="tshop00000002"):
        assert gateway("gmo") is not before


@override_settings(**SETTINGS | {"GMO_SHOP_PASS": ""})
def test_a_shop_without_a_password_is_an_alarm() -> None:
    with pytest.raises(GatewayMisconfigured):
        gateway("gmo")


def test_a_name_nobody_has_is_an_alarm() -> None:
    with pytest.raises(GatewayMisconfigured):
        gateway("cash")
