"""Every read of money that crosses a wall or joins; the viewer comes first."""

from payments.queries.disputes import is_disputed
from payments.queries.holdings import Holding, holdings
from payments.queries.office import (
    attempt_by_intent,
    attempt_by_order,
    attempts_to_ask,
    attempts_to_close,
    late_slips,
    live_attempt,
    notices_waiting,
    open_troubles,
    paid_attempts_to_ask,
)
from payments.queries.payments import (
    export_of,
    has_money,
    has_receipt,
    is_any_in_doubt,
    payment,
    payments_about,
    payments_for,
    payments_of,
    payments_to_deal_with,
    slip_of,
)
from payments.queries.refunds import is_in_file, old_accounts, refund_waiting_for_account, refunds_of, refunds_waiting
from payments.queries.settling import expected_totals
from payments.queries.stories import Happening, story_of
from payments.queries.ways_out import WaysOut, ways_out

__all__ = [
    "Happening",
    "Holding",
    "WaysOut",
    "attempt_by_intent",
    "attempt_by_order",
    "attempts_to_ask",
    "attempts_to_close",
    "expected_totals",
    "export_of",
    "has_money",
    "has_receipt",
    "holdings",
    "is_any_in_doubt",
    "is_disputed",
    "is_in_file",
    "late_slips",
    "live_attempt",
    "notices_waiting",
    "old_accounts",
    "open_troubles",
    "paid_attempts_to_ask",
    "payment",
    "payments_about",
    "payments_for",
    "payments_of",
    "payments_to_deal_with",
    "refund_waiting_for_account",
    "refunds_of",
    "refunds_waiting",
    "slip_of",
    "story_of",
    "ways_out",
]
