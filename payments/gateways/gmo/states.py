"""GMO's status words as ours. JobCd is what was asked and says nothing about what happened."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

from payments.gateways.base import GatewayState, Method, Slip, Status

JST = timezone(timedelta(hours=9), "JST")
SECRET = frozenset({"shoppass", "accesspass", "cardno", "expire"})
METHODS = {"0": Method.CARD, "3": Method.KONBINI}
PAY_TYPES = {method: pay_type for pay_type, method in METHODS.items()}

OPEN = {
    "UNPROCESSED": Status.STARTED,
    "AUTHENTICATED": Status.STARTED,
    "CHECK": Status.STARTED,
    "TRADING": Status.STARTED,
}
CARD = OPEN | {
    "AUTH": Status.STARTED,
    "SAUTH": Status.STARTED,
    "CAPTURE": Status.PAID,
    "SALES": Status.PAID,
    "VOID": Status.REFUNDED,
    "RETURN": Status.REFUNDED,
    "RETURNX": Status.REFUNDED,
    "CANCEL": Status.REFUNDED,
}
KONBINI = OPEN | {
    "REQSUCCESS": Status.AWAITING,
    "PAYSUCCESS": Status.PAID,
    "PAYFAIL": Status.FAILED,
    "EXPIRED": Status.EXPIRED,
    "STOP": Status.CANCELLED,
    "CANCEL": Status.CANCELLED,
}
WORDS = {"0": CARD, "3": KONBINI}
# Two methods can have been tried on one order: what matters most is reported.
WEIGHT = (
    Status.PAID,
    Status.AWAITING,
    Status.UNKNOWN,
    Status.REFUNDED,
    Status.STARTED,
    Status.FAILED,
    Status.EXPIRED,
    Status.CANCELLED,
    Status.NOT_STARTED,
)


def status_of(pay_type: str, word: str, error_codes: tuple[str, ...] = ()) -> Status:
    """What a status word means for this method; a success that names errors is none."""
    status = WORDS.get(pay_type, {}).get(word, Status.UNKNOWN)
    return Status.STARTED if status is Status.PAID and error_codes else status


def state_of(order_id: str, pay_type: str, reply: Mapping[str, str]) -> GatewayState:
    """A search reply as ours."""
    method = METHODS.get(pay_type)
    amount, tax = yen(reply.get("Amount")), yen(reply.get("Tax"))
    status = status_of(pay_type, reply.get("Status", ""))
    if status is Status.REFUNDED:
        # VOID, RETURN and RETURNX leave the sum of the charge in the reply; nothing of it is held any more.
        amount = tax = 0
    return GatewayState(
        order_id=order_id,
        status=status,
        amount=None if amount is None else amount + (tax or 0),
        currency=reply.get("Currency") or "JPN",
        method=method,
        at=moment(reply.get("FinishDate")) or moment(reply.get("ProcessDate")),
        slip=_slip(reply) if method is Method.KONBINI else None,
        access_id=reply.get("AccessID", ""),
        access_pass=reply.get("AccessPass", ""),
        raw=masked(reply),
    )


def together(states: Sequence[GatewayState]) -> GatewayState:
    """One order over all its methods. Paid by two of them, it holds the sum of both: whoever counts must see all of it."""
    first = min(states, key=lambda state: WEIGHT.index(state.status))
    paid = [state for state in states if state.status is Status.PAID]
    if len(paid) > 1:
        also = {f"{name}Also": value for state in paid if state is not first for name, value in state.raw.items()}
        parts = tuple(state.amount or 0 for state in paid)
        first = replace(first, amount=sum(parts), parts=parts, raw={**first.raw, **also})
    return replace(first, loose=bool(paid) and any(state.status is Status.AWAITING for state in states))


def yen(text: str | None) -> int | None:
    """Whole yen, or None when it is not plain digits."""
    text = (text or "").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 12 else None


def moment(text: str | None) -> datetime | None:
    """`yyyyMMddHHmmss` in Japan as UTC."""
    try:
        parsed = datetime.strptime((text or "").strip(), "%Y%m%d%H%M%S").replace(tzinfo=JST)
    except ValueError:
        return None
    return parsed.astimezone(UTC)


def masked(fields: Mapping[str, str]) -> dict[str, str]:
    """The fields without what must never be stored in clear or logged."""
    return {name: "*" * 8 if value and name.lower() in SECRET else value for name, value in fields.items()}


def _slip(reply: Mapping[str, str]) -> Slip | None:
    if not reply.get("CvsCode"):
        return None
    return Slip(
        store=reply["CvsCode"],
        confirmation_number=reply.get("CvsConfNo", ""),
        receipt_number=reply.get("CvsReceiptNo", ""),
        pay_by=moment(reply.get("PaymentTerm")),
    )
