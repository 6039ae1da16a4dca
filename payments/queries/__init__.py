"""Every read of money that crosses a wall or joins; the viewer comes first."""

from payments.queries.office import attempt_by_order, attempts_to_ask, notices_waiting, open_troubles
from payments.queries.payments import export_of, open_payments, payment, payments_about, payments_for, payments_of, slip_of

__all__ = [
    "attempt_by_order",
    "attempts_to_ask",
    "export_of",
    "notices_waiting",
    "open_payments",
    "open_troubles",
    "payment",
    "payments_about",
    "payments_for",
    "payments_of",
    "slip_of",
]
