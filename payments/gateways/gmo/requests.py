"""Our order as the sections GMO wants."""

import re

from payments.gateways.base import GatewayRefused, LinkOrder, Method, Reason
from payments.gateways.gmo.config import GmoConfig
from payments.gateways.gmo.states import JST
from payments.gateways.gmo.text import clean, fits, kana, phone, shortened, writable

ORDER_ID = re.compile(r"[A-Za-z0-9-]{1,27}")
METHOD_CODES = {Method.CARD: "credit", Method.KONBINI: "cvs"}
LONGEST_ADDRESS = 256
LONGEST_TITLE_BYTES = 64
LONGEST_NAME_BYTES = 40


def link_request(config: GmoConfig, order: LinkOrder) -> dict[str, object]:
    """The body of GetLinkplusUrlPayment; raises GatewayRefused for what GMO would refuse."""
    methods = _check(config, order)
    deadline = order.expires_at.astimezone(JST).strftime("%Y%m%d%H%M")
    request: dict[str, object] = {
        # Mails are ours alone: a console that sends its own must not.
        "geturlparam": {"ShopID": config.shop_id, "ShopPass": config.shop_pass, "GuideMailSendFlag": "0", "ThanksMailSendFlag": "0"},
        "configid": config.config_id,
        "transaction": {
            "OrderID": order.order_id,
            "Amount": str(order.amount),
            "Tax": "0",
            "Overview": clean(shortened(writable(order.title), LONGEST_TITLE_BYTES), LONGEST_TITLE_BYTES, "title"),
            "PayMethods": [METHOD_CODES[method] for method in methods],
            "RetUrl": order.return_url,
            "CompleteUrl": order.return_url,
            "CancelUrl": order.return_url,
            "PaymentExpireDate": deadline,
        },
        "displaysetting": {"Lang": "en" if order.language == "en" else "ja"},
    }
    sections = {"customer": _customer(order, methods)}
    if Method.CARD in methods:
        sections["credit"] = _filled({"JobCd": "CAPTURE", "TdFlag": config.secure_flag, "Tds2Type": config.secure_impossible})
    if Method.KONBINI in methods:
        sections["cvs"] = _slip(config, order)
    return request | {name: section for name, section in sections.items() if section}


def _slip(config: GmoConfig, order: LinkOrder) -> dict[str, str]:
    """How long a slip lives, and whom its payer may ask."""
    days = "" if order.konbini_days is None else str(min(order.konbini_days, config.konbini_longest_days))
    contact, number, hours = config.enquiry
    return _filled({config.konbini_days_field: days, "ReceiptsDisp11": contact, "ReceiptsDisp12": number, "ReceiptsDisp13": hours})


def _filled(fields: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in fields.items() if value}


def _check(config: GmoConfig, order: LinkOrder) -> list[Method]:
    """The methods that take this sum. What is wrong here is our own mistake, and an order id must not be spent on it."""
    if not ORDER_ID.fullmatch(order.order_id):
        raise GatewayRefused((), Reason.BAD_REQUEST, f"order id {order.order_id}")
    if not order.methods or len(order.return_url) > LONGEST_ADDRESS:
        raise GatewayRefused((), Reason.BAD_REQUEST, "methods or return address")
    most = {Method.CARD: config.card_most, Method.KONBINI: config.konbini_most}
    methods = [method for method in order.methods if 0 < order.amount <= most[method]]
    if not methods:
        raise GatewayRefused((), Reason.WRONG_AMOUNT, f"{order.amount} yen")
    return methods


def _customer(order: LinkOrder, methods: list[Method]) -> dict[str, str]:
    """What the payer's form is filled with. Kana stand in for a name GMO cannot write.

    Without kana such a name is refused where a store will print it, and left out of a card form.
    """
    names = [order.payer_name, kana(order.payer_kana)]
    name = next((text for text in names if text and fits(text)), order.payer_name)
    customer = {}
    if name and (fits(name) or Method.KONBINI in methods):
        customer["CustomerName"] = clean(name, LONGEST_NAME_BYTES, "payer_name")
    if order.payer_kana and fits(kana(order.payer_kana)):
        customer["CustomerKana"] = clean(kana(order.payer_kana), LONGEST_NAME_BYTES, "payer_kana")
    if order.payer_mail.isascii() and len(order.payer_mail) <= LONGEST_ADDRESS:
        customer["MailAddress"] = order.payer_mail
    customer["TelNo"] = phone(order.payer_phone)
    return _filled(customer)
