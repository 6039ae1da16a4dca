"""GMO's error codes by what can be done about them (reference part 5)."""

from payments.gateways.base import (
    GatewayError,
    GatewayMisconfigured,
    GatewayRefused,
    GatewayUnknown,
    Hint,
    Reason,
)

CREDENTIALS = ("E01010001", "E01010008", "E01010010", "E01020001", "E01020008", "E01030002", "M01002002")
CONTRACT = ("EZ1001001", "EZ1001005", "EZ1001008", "EZ1011008", "EZ1011016", "EZ1066001", "EZ1067001", "EZ1068001", "E61", "E91099997")
MISCONFIGURED = (*CREDENTIALS, *CONTRACT)
OUTCOME_UNKNOWN = ("E91", "42C", "E90010001", "M01004014", "EZ9", "E11010001")
TRADE_STATE = ("E01050004", "M01054004", "E11010002", "E11010003", "E01110010", "E01090", "E01100")
# [A] The card network did not answer about this charge.
IN_DOUBT = ("42C", "E91")
LINK_STATE = ("EZ2278010", "EZ2001010", "EZ2001011", "EZ2001012", "EZ2001014", "EZ2003010", "EZ2002014")
REASONS = {
    Reason.ORDER_USED: ("EZ1070014", "E01040010", "M01004010"),
    Reason.NOT_FOUND: ("M01004002", "E01110002", "EZ2278002", "EZ2001002"),
    Reason.WRONG_STATE: (*TRADE_STATE, *LINK_STATE),
    Reason.WRONG_AMOUNT: ("E01060", "EZ1004", "M01005011"),
    Reason.TOO_OLD: ("E11010010", "E11010011"),
    Reason.LINK_OVER: ("EZ1216015", "EZ1043015", "EZ2001013", "EZ1042009", "E11310003"),
    Reason.BAD_TEXT: ("EZ1037", "EZ1038", "EZ1039", "M01010013", "M01011013"),
    Reason.DECLINED: ("42G", "E21010", "E21020", "E41170"),
    Reason.STORE_CLOSED: ("EZ24000",),
    Reason.BUSY: ("E92",),
    Reason.BAD_REQUEST: ("EZ1", "E01", "M01"),
}


def hint_of(codes: tuple[str, ...]) -> Hint:
    """What the codes of one try at paying say about it; doubt outweighs a refusal."""
    if any(code.startswith(IN_DOUBT) for code in codes):
        return Hint.IN_DOUBT
    if any(code.startswith(REASONS[Reason.LINK_OVER]) for code in codes):
        return Hint.LINK_OVER
    return Hint.UNPAID if any(code.startswith(REASONS[Reason.DECLINED]) for code in codes) else Hint.NONE


def error_for(codes: tuple[str, ...]) -> GatewayError:
    """The error to raise for codes that came together; the gravest decides."""
    if any(code.startswith(MISCONFIGURED) for code in codes):
        return GatewayMisconfigured(f"GMO refuses our settings: {' '.join(codes)}")
    if any(code.startswith(OUTCOME_UNKNOWN) for code in codes):
        return GatewayUnknown(" ".join(codes))
    for reason, prefixes in REASONS.items():
        if any(code.startswith(prefixes) for code in codes):
            return GatewayRefused(codes, reason)
    return GatewayRefused(codes, Reason.OTHER)
