"""Every write of money."""

from payments.actions.attempts import begin_attempt, close_attempt, give_link, mark_unknown, note_doubt, note_link_over, note_stuck
from payments.actions.notices import finish_notice, lease_notices, postpone_notice, store_notice
from payments.actions.outcomes import apply_found
from payments.actions.owing import cancel, owe
from payments.actions.proposals import ask_again, propose_goodwill
from payments.actions.receipts import issue_receipt
from payments.actions.refund_runs import change_to_transfer, finish_card_refund, lease_refunds, postpone_refund
from payments.actions.refunds import approve_refund, refuse_refund, request_refund
from payments.actions.terms import expire_overdue, remind_due
from payments.actions.transfer_files import (
    confirm_transfer_file,
    discard_transfer_file,
    import_transfer_results,
    make_transfer_file,
    take_transfer_file,
)
from payments.actions.transfers import confirm_transfer, forget_accounts, give_account
from payments.actions.troubles import resolve_trouble
from payments.actions.ways_out import abandon, assign, book_outside, decide_charged_back, give_back, reinstate

__all__ = [
    "abandon",
    "apply_found",
    "approve_refund",
    "ask_again",
    "assign",
    "begin_attempt",
    "book_outside",
    "cancel",
    "change_to_transfer",
    "close_attempt",
    "confirm_transfer",
    "confirm_transfer_file",
    "decide_charged_back",
    "discard_transfer_file",
    "expire_overdue",
    "finish_card_refund",
    "finish_notice",
    "forget_accounts",
    "give_account",
    "give_back",
    "give_link",
    "import_transfer_results",
    "issue_receipt",
    "lease_notices",
    "lease_refunds",
    "make_transfer_file",
    "mark_unknown",
    "note_doubt",
    "note_link_over",
    "note_stuck",
    "owe",
    "postpone_notice",
    "postpone_refund",
    "propose_goodwill",
    "refuse_refund",
    "reinstate",
    "remind_due",
    "request_refund",
    "resolve_trouble",
    "store_notice",
    "take_transfer_file",
]
