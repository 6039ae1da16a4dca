"""Stripe's objects as ours. Only what Stripe says is paid is money; a completed session may still wait for a till."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from payments.disputes import Dispute
from payments.gateways.base import GatewayState, Method, Slip, Status
from payments.states import DisputeState

# What a payment intent waits for when nothing has been paid.
TRYING = {"requires_confirmation", "requires_action", "processing"}
# How a dispute ends; every other word, one that comes later too, says that it goes on. `warning_…` are inquiries, which take no money yet.
DISPUTES = {"lost": DisputeState.LOST, "won": DisputeState.WON, "warning_closed": DisputeState.WON, "prevented": DisputeState.WON}


def is_disputed(session: Mapping[str, Any]) -> bool:
    """Whether the charge was ever disputed: then its disputes have to be read too."""
    intent: Mapping[str, Any] = session.get("payment_intent") or {}
    return bool((intent.get("latest_charge") or {}).get("disputed"))


def dispute_of(dispute: Mapping[str, Any]) -> Dispute:
    """A dispute as ours."""
    status = str(dispute.get("status") or "")
    return Dispute(
        reference=str(dispute["id"]),
        amount=int(dispute.get("amount") or 0),
        state=DISPUTES.get(status, DisputeState.OPEN),
        reason=str(dispute.get("reason") or ""),
        status=status,
        due_at=moment((dispute.get("evidence_details") or {}).get("due_by")),
    )


def state_of(order_id: str, session: Mapping[str, Any], disputes: tuple[Dispute, ...] = ()) -> GatewayState:
    """A checkout session, its payment intent and latest charge expanded, and the disputes of that charge."""
    intent: Mapping[str, Any] = session.get("payment_intent") or {}
    charge: Mapping[str, Any] = intent.get("latest_charge") or {}
    status = _status(session, intent, charge)
    amount = session.get("amount_total")
    lost = sum(dispute.amount for dispute in disputes if dispute.state is DisputeState.LOST)
    if status in {Status.PAID, Status.REFUNDED} and amount is not None:
        amount = max(0, amount - charge.get("amount_refunded", 0) - lost)
        status = Status.PAID if amount else Status.REFUNDED
    method = _method(intent, charge)
    return GatewayState(
        order_id=order_id,
        status=status,
        amount=amount,
        currency=str(session.get("currency", "")).upper(),
        method=method,
        at=moment(charge.get("created") or session.get("created")),
        slip=_slip(intent) if status is Status.AWAITING else None,
        access_id=str(intent.get("id", "")),
        intent=str(intent.get("id", "")),
        disputes=disputes,
        raw={
            "session": str(session.get("id", "")), "status": str(session.get("status", "")), "payment_status": str(session.get("payment_status", "")),
            "intent": str(intent.get("status", "")), "refunded": str(charge.get("amount_refunded", "")),
        },
    )  # fmt: skip


def _status(session: Mapping[str, Any], intent: Mapping[str, Any], charge: Mapping[str, Any]) -> Status:
    match session.get("status"):
        case "expired":
            return Status.EXPIRED
        case "open":
            return Status.STARTED if intent.get("status") in TRYING or charge else Status.NOT_STARTED
        case "complete":
            if session.get("payment_status") == "paid":
                whole = charge.get("amount_refunded", 0) >= (session.get("amount_total") or 0)
                return Status.REFUNDED if whole else Status.PAID
            return _unpaid(intent)
    return Status.UNKNOWN


def _unpaid(intent: Mapping[str, Any]) -> Status:
    """A number for a store was issued: still waiting, or over."""
    match intent.get("status"):
        case "requires_action" | "processing":
            return Status.AWAITING
        case "canceled":
            return Status.CANCELLED
        case "requires_payment_method":
            return Status.EXPIRED
    return Status.UNKNOWN


def _method(intent: Mapping[str, Any], charge: Mapping[str, Any]) -> Method | None:
    kind = (charge.get("payment_method_details") or {}).get("type")
    if (intent.get("next_action") or {}).get("konbini_display_details"):
        kind = "konbini"
    return Method(kind) if kind in {Method.CARD, Method.KONBINI} else None


def _slip(intent: Mapping[str, Any]) -> Slip | None:
    """The number is good at four chains and has another form at each: the voucher page shows all of them."""
    details = (intent.get("next_action") or {}).get("konbini_display_details")
    if not details:
        return None
    numbers = (details.get("stores") or {}).get("familymart") or {}
    return Slip(
        store="stripe",
        confirmation_number=str(numbers.get("confirmation_number") or ""),
        receipt_number=str(numbers.get("payment_code") or ""),
        pay_by=moment(details.get("expires_at")),
        url=str(details.get("hosted_voucher_url") or ""),
    )


def moment(seconds: object) -> datetime | None:
    """Seconds since 1970 as UTC."""
    return datetime.fromtimestamp(seconds, UTC) if isinstance(seconds, int) else None
