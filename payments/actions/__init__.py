"""Every write of money."""

from payments.actions.attempts import begin_attempt, close_attempt, give_link, mark_unknown
from payments.actions.notices import finish_notice, lease_notices, postpone_notice, store_notice
from payments.actions.outcomes import apply_found
from payments.actions.owing import cancel, owe
from payments.actions.terms import expire_overdue, remind_due
from payments.actions.troubles import resolve_trouble

__all__ = [
    "apply_found",
    "begin_attempt",
    "cancel",
    "close_attempt",
    "expire_overdue",
    "finish_notice",
    "give_link",
    "lease_notices",
    "mark_unknown",
    "owe",
    "postpone_notice",
    "remind_due",
    "resolve_trouble",
    "store_notice",
]
