"""What a link request may contain: one row per field, with the code each breach is refused by.

Codes the reference does not name are marked [?]; the sandbox answers `UNNAMED` for those.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

UNNAMED = "EZ1000005"
DIGITS = re.compile(r"\d+")
ORDER_ID = re.compile(r"[A-Za-z0-9-]+")
FLAG = re.compile(r"[01]")
ADDRESS = re.compile(r"https?://\S+")
DEADLINE = re.compile(r"\d{4}(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])([01]\d|2[0-3])[0-5]\d")
LOGO_PATTERN = re.compile(r"[a-z]+_01")
LANGUAGE = re.compile(r"ja|en|zh")
KANA = re.compile("[^\uff61-\uff9f]*")


def characters(text: str) -> int:
    """Length in characters."""
    return len(text)


def bytes_on_the_wire(text: str) -> int:
    """Length in Windows-31J bytes; what does not fit the character set counts two."""
    return len(text.encode("cp932", "replace"))


@dataclass(frozen=True)
class Field:
    """One field of the request, its section, its limits and the code for each breach."""

    section: str
    name: str
    limit: int
    too_long: str = UNNAMED
    missing: str | None = None
    shape: re.Pattern[str] | None = None
    misshapen: str = UNNAMED
    measure: Callable[[str], int] = characters


FIELDS = (
    Field("geturlparam", "GuideMailSendFlag", 1, shape=FLAG),
    Field("geturlparam", "ThanksMailSendFlag", 1, shape=FLAG),
    Field("geturlparam", "SendMailAddress", 256, measure=bytes_on_the_wire),
    Field("geturlparam", "BccSendMailAddress", 256, measure=bytes_on_the_wire),
    Field("geturlparam", "FromSendMailAddress", 256, measure=bytes_on_the_wire),
    Field("geturlparam", "FromSendMailName", 40),
    Field("geturlparam", "CustomerName", 40),
    Field("geturlparam", "SMSTelno", 15, shape=DIGITS),
    Field("transaction", "OrderID", 27, "EZ1003005", "EZ1003001", ORDER_ID, "EZ1003008"),
    Field("transaction", "Amount", 12, "EZ1004005", "EZ1004001", DIGITS, "EZ1004006"),
    Field("transaction", "Tax", 12, shape=DIGITS),
    Field("transaction", "ClientField1", 100, "EZ1006012", measure=bytes_on_the_wire),
    Field("transaction", "ClientField2", 100, "EZ1007012", measure=bytes_on_the_wire),
    Field("transaction", "ClientField3", 100, "EZ1008012", measure=bytes_on_the_wire),
    Field("transaction", "Overview", 64, "EZ1009012", measure=bytes_on_the_wire),
    Field("transaction", "Detail", 256, "EZ1010012"),
    Field("transaction", "RetUrl", 256, "EZ1012005", None, ADDRESS, "EZ1012005"),
    Field("transaction", "CompleteUrl", 256, "EZ1268005", None, ADDRESS, "EZ1268008"),
    Field("transaction", "CancelUrl", 256, "EZ1269005", None, ADDRESS, "EZ1269008"),
    Field("transaction", "NotifyMailaddress", 256),
    Field("transaction", "RetryMax", 2, shape=DIGITS),
    Field("transaction", "ExpireDays", 2, "EZ1015005", None, DIGITS, "EZ1015006"),
    Field("transaction", "PaymentExpireDate", 12, "EZ1216008", None, DEADLINE, "EZ1216008"),
    Field("transaction", "ResultSkipFlag", 1, shape=FLAG),
    Field("transaction", "ConfirmSkipFlag", 1, shape=FLAG),
    Field("transaction", "TranDetailShowFlag", 1, shape=FLAG),
    Field("customer", "MailAddress", 256),
    Field("customer", "CustomerName", 40, "EZ1037012", measure=bytes_on_the_wire),
    Field(
        "customer",
        "CustomerKana",
        40,
        "EZ1038012",
        None,
        KANA,
        "EZ1038008",
        bytes_on_the_wire,
    ),
    Field("customer", "TelNo", 13, "EZ1039005", None, re.compile(r"[\d-]+"), "EZ1039008"),
    Field("displaysetting", "TemplateID", 16),
    Field("displaysetting", "LogoUrl", 256),
    Field("displaysetting", "ShopName", 128),
    Field("displaysetting", "ColorPattern", 16, shape=LOGO_PATTERN),
    Field("displaysetting", "Lang", 2, shape=LANGUAGE),
    Field("credit", "JobCd", 8, shape=re.compile("CAPTURE|AUTH|CHECK")),
    Field("credit", "TdFlag", 1, shape=re.compile("[012]")),
    Field("credit", "Tds2Type", 1, shape=re.compile("[123]")),
    Field("cvs", "ReceiptsDisp11", 60, measure=bytes_on_the_wire),
    Field("cvs", "ReceiptsDisp12", 12, shape=re.compile(r"[\d-]+")),
    Field("cvs", "ReceiptsDisp13", 11, shape=re.compile(r"\d\d:\d\d-\d\d:\d\d")),
    Field("cvs", "PaymentTermDay", 2, "EZ1278006", None, DIGITS, "EZ1278006"),
)


def breaches(request: dict[str, Any]) -> Iterator[str]:
    """The codes of everything wrong with a link request, shop and password aside."""
    yield from _configid(str(request.get("configid", "")))
    for field in FIELDS:
        section = request.get(field.section)
        value = section.get(field.name, "") if isinstance(section, dict) else ""
        yield from _field(field, str(value))
    yield from _mail(request.get("geturlparam"))


def _field(field: Field, value: str) -> Iterator[str]:
    if not value:
        if field.missing:
            yield field.missing
        return
    if field.measure(value) > field.limit:
        yield field.too_long
    if field.shape and not field.shape.fullmatch(value):
        yield field.misshapen


def _configid(value: str) -> Iterator[str]:
    if not value:
        yield "EZ1001001"
    elif len(value) > 16:
        yield "EZ1001005"
    elif not re.fullmatch(r"[\w-]+", value, re.ASCII):
        yield "EZ1001008"


def _mail(section: Any) -> Iterator[str]:
    """Fields that become required by another one."""
    values = section if isinstance(section, dict) else {}
    if str(values.get("GuideMailSendFlag", "0")) == "1":
        needed = {
            "SendMailAddress": "EZ1109001",
            "CustomerName": "EZ1110001",
            "TemplateNo": "EZ1112001",
        }
        yield from (code for name, code in needed.items() if not values.get(name))
    if bool(values.get("FromSendMailAddress")) != bool(values.get("FromSendMailName")):
        yield "EZ1108001"
