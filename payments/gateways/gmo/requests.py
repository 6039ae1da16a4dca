"""Our order as the sections GMO wants."""

import re

from payments.gateways.base import GatewayRefused, LinkOrder, Method, Reason
from payments.gateways.gmo.config import GmoConfig
from payments.gateways.gmo.states import JST
from payments.gateways.gmo.text import clean, fits, kana

ORDER_ID = re.compile(r"[A-Za-z0-9-]{1,27}")
LARGEST_AMOUNT = {Method.CARD: 9_999_999, Method.KONBINI: 299_999}
METHOD_CODES = {Method.CARD: "credit", Method.KONBINI: "cvs"}
LONGEST_ADDRESS = 256
LONGEST_TITLE_BYTES = 64
LONGEST_NAME_BYTES = 40


def link_request(config: GmoConfig, order: LinkOrder) -> dict[str, object]:
    """The body of GetLinkplusUrlPayment; raises GatewayRefused for what GMO would refuse."""
    _check(order)
    deadline = order.expires_at.astimezone(JST).strftime("%Y%m%d%H%M")
    request: dict[str, object] = {
        "geturlparam": {"ShopID": config.shop_id, "ShopPass": config.shop_pass},
        "configid": config.config_id,
        "transaction": {
            "OrderID": order.order_id,
            "Amount": str(order.amount),
            "Tax": "0",
            "Overview": clean(order.title, LONGEST_TITLE_BYTES, "title"),
            "PayMethods": [METHOD_CODES[method] for method in order.methods],
            "RetUrl": order.return_url,
            "CompleteUrl": order.return_url,
            "CancelUrl": order.return_url,
            "PaymentExpireDate": deadline,
        },
        "displaysetting": {"Lang": "en" if order.language == "en" else "ja"},
    }
    customer = _customer(order)
    if customer:
        request["customer"] = customer
    if Method.CARD in order.methods:
        request["credit"] = {"JobCd": "CAPTURE"}
    if Method.KONBINI in order.methods and order.konbini_days is not None:
        days = min(order.konbini_days, config.konbini_longest_days)
        request["cvs"] = {config.konbini_days_field: str(days)}
    return request


def _check(order: LinkOrder) -> None:
    """What is wrong here is our own mistake, and an order id must not be spent on it."""
    if not ORDER_ID.fullmatch(order.order_id):
        raise GatewayRefused((), Reason.BAD_REQUEST, f"order id {order.order_id}")
    if not order.methods or len(order.return_url) > LONGEST_ADDRESS:
        raise GatewayRefused((), Reason.BAD_REQUEST, "methods or return address")
    ceiling = max(LARGEST_AMOUNT[method] for method in order.methods)
    if not 0 < order.amount <= ceiling:
        raise GatewayRefused((), Reason.WRONG_AMOUNT, f"{order.amount} yen")


def _customer(order: LinkOrder) -> dict[str, str]:
    """What the payer's form is filled with. Kana stand in for a name GMO cannot write.

    Without kana such a name is refused where a store will print it, and left out of a card form.
    """
    names = [order.payer_name, kana(order.payer_kana)]
    name = next((text for text in names if text and fits(text)), order.payer_name)
    customer = {}
    if name and (fits(name) or Method.KONBINI in order.methods):
        customer["CustomerName"] = clean(name, LONGEST_NAME_BYTES, "payer_name")
    if order.payer_kana and fits(kana(order.payer_kana)):
        customer["CustomerKana"] = clean(kana(order.payer_kana), LONGEST_NAME_BYTES, "payer_kana")
    if order.payer_mail and len(order.payer_mail) <= LONGEST_ADDRESS:
        customer["MailAddress"] = order.payer_mail
    return customer
