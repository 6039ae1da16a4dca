"""States of money (money.md, "Payment") and the only moves between them."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Purpose(models.TextChoices):
    """What a payment is for."""

    MEMBERSHIP_FEE = "membership_fee", _("Membership fee")
    PERIOD_DIFFERENCE = "period_difference", _("Difference after a change of period")
    TOPUP_PREMIUM = "topup_premium", _("Top-up insurance premium (AIG)")
    PREMIUM_DIFFERENCE = "premium_difference", _("Premium difference")


class Method(models.TextChoices):
    """How a person can pay."""

    CARD = "card", _("Card")
    KONBINI = "konbini", _("Convenience store")


class PaymentState(models.TextChoices):
    """One thing owed."""

    OWED = "owed", pgettext_lazy("payment", "To be paid")
    STARTED = "started", pgettext_lazy("payment", "Payment started")
    AWAITING = "awaiting", pgettext_lazy("payment", "Waiting for payment at the store")
    SETTLED = "settled", pgettext_lazy("payment", "Paid")
    EXPIRED = "expired", pgettext_lazy("payment", "Expired")
    CANCELLED = "cancelled", pgettext_lazy("payment", "Cancelled")
    REFUND_REQUESTED = "refund_requested", pgettext_lazy("payment", "Refund requested")
    REFUNDED = "refunded", pgettext_lazy("payment", "Refunded")


PAYMENT_MOVES = {
    # Straight to settled: money that came for an attempt given up before, while nothing else is under way.
    PaymentState.OWED: {PaymentState.STARTED, PaymentState.SETTLED, PaymentState.EXPIRED, PaymentState.CANCELLED},
    PaymentState.STARTED: {PaymentState.OWED, PaymentState.AWAITING, PaymentState.SETTLED, PaymentState.EXPIRED, PaymentState.CANCELLED},
    PaymentState.AWAITING: {PaymentState.OWED, PaymentState.SETTLED, PaymentState.EXPIRED, PaymentState.CANCELLED},
    # Straight to settled: late money that the office accepts.
    PaymentState.EXPIRED: {PaymentState.STARTED, PaymentState.SETTLED, PaymentState.CANCELLED},
    PaymentState.SETTLED: {PaymentState.REFUND_REQUESTED},
    PaymentState.REFUND_REQUESTED: {PaymentState.SETTLED, PaymentState.REFUNDED},
    # A part was given back; another part may follow.
    PaymentState.REFUNDED: {PaymentState.REFUND_REQUESTED},
    PaymentState.CANCELLED: set(),
}
# Something was begun at the gateway and has not ended.
WAITING = {PaymentState.STARTED, PaymentState.AWAITING}
# What a member still has to deal with.
OPEN_STATES = {PaymentState.OWED, PaymentState.STARTED, PaymentState.AWAITING, PaymentState.EXPIRED}


class AttemptState(models.TextChoices):
    """One order at the gateway. `unknown`: the gateway did not answer, so it is asked again before anything else happens."""

    CREATED = "created", pgettext_lazy("attempt", "being made")
    UNKNOWN = "unknown", pgettext_lazy("attempt", "outcome unknown")
    OPEN = "open", pgettext_lazy("attempt", "link issued")
    AWAITING = "awaiting", pgettext_lazy("attempt", "slip issued")
    PAID = "paid", pgettext_lazy("attempt", "paid")
    FAILED = "failed", pgettext_lazy("attempt", "failed")
    EXPIRED = "expired", pgettext_lazy("attempt", "expired")
    VOIDED = "voided", pgettext_lazy("attempt", "voided")
    REFUNDED = "refunded", pgettext_lazy("attempt", "refunded")


LIVE = (AttemptState.CREATED, AttemptState.UNKNOWN, AttemptState.OPEN, AttemptState.AWAITING)
# Money came in on it: what the payer or a person at the gateway's own pages does to it later must be found.
PAID_ONCE = (AttemptState.PAID, AttemptState.REFUNDED)
_ENDS = {AttemptState.PAID, AttemptState.FAILED, AttemptState.EXPIRED, AttemptState.VOIDED}
ATTEMPT_MOVES = {
    AttemptState.CREATED: {AttemptState.OPEN, AttemptState.UNKNOWN, AttemptState.AWAITING} | _ENDS,
    AttemptState.UNKNOWN: {AttemptState.OPEN, AttemptState.AWAITING} | _ENDS,
    AttemptState.OPEN: {AttemptState.AWAITING, AttemptState.UNKNOWN} | _ENDS,
    AttemptState.AWAITING: set(_ENDS),
    # Money can still come for an attempt that was closed: a konbini number outlives our cancellation.
    AttemptState.FAILED: {AttemptState.PAID},
    AttemptState.EXPIRED: {AttemptState.PAID},
    AttemptState.VOIDED: {AttemptState.PAID},
    AttemptState.PAID: {AttemptState.REFUNDED},
    # By another method on the same page.
    AttemptState.REFUNDED: {AttemptState.PAID},
}


class NoticeState(models.TextChoices):
    """A gateway's notice: stored raw first, applied once after asking back."""

    STORED = "stored", pgettext_lazy("gateway notice", "stored")
    APPLIED = "applied", pgettext_lazy("gateway notice", "applied")
    IGNORED = "ignored", pgettext_lazy("gateway notice", "nothing to do")
    REVIEW = "review", pgettext_lazy("gateway notice", "needs review")


class TroubleKind(models.TextChoices):
    """Why money needs a person (office.md O1)."""

    UNKNOWN_ORDER = "unknown_order", _("Unknown order")
    AMOUNT_DIFFERS = "amount_differs", _("Amount or currency disagrees")
    NOT_PAYABLE = "not_payable", _("Money for a cancelled or lapsed payment")
    PAID_TWICE = "paid_twice", _("Money for a payment that is settled already")
    SHOP_DIFFERS = "shop_differs", _("Notice from another shop")
    REFUNDED_OUTSIDE = "refunded_outside", _("Given back at the gateway without us")
    UNANSWERED = "unanswered", _("Notice that could not be applied")
    REFUND_FAILED = "refund_failed", _("Refund that the gateway did not make")
    STUCK = "stuck", _("Order that the gateway neither settles nor closes")
    DISPUTED = "disputed", _("Charge that the payer disputes")


# While one of these is open nothing settles on that order, and the payment cannot be started again: money is there, or may be.
HOLDS = {TroubleKind.AMOUNT_DIFFERS, TroubleKind.NOT_PAYABLE}


class LedgerKind(models.TextChoices):
    """Lines of the ledger."""

    MONEY_IN = "money_in", _("Money received")
    REFUND = "refund", _("Refund")
    # Two lines on one order: what it holds stays the same, whose it is changes.
    ASSIGNED_OUT = "assigned_out", _("Booked over to another payment")
    ASSIGNED_IN = "assigned_in", _("Booked over from another payment")
    # A dispute was lost; and won after all.
    CHARGED_BACK = "charged_back", _("Charge-back")
    REINSTATED = "reinstated", _("Charge-back reversed")


CHARGE_BACKS = {LedgerKind.CHARGED_BACK, LedgerKind.REINSTATED}
MONEY_CAME = {LedgerKind.MONEY_IN, LedgerKind.ASSIGNED_IN}


class DisputeState(models.TextChoices):
    """What became of a dispute: the money is at stake, gone for good, or ours again."""

    OPEN = "open", pgettext_lazy("dispute", "open")
    LOST = "lost", pgettext_lazy("dispute", "lost")
    WON = "won", pgettext_lazy("dispute", "won, or closed without loss")


class RefundWay(models.TextChoices):
    """How money goes back: on the card by the gateway, else to a bank account by hand."""

    CARD = "card", pgettext_lazy("refund", "to the card")
    TRANSFER = "transfer", pgettext_lazy("refund", "bank transfer")


class RefundState(models.TextChoices):
    """A refund's way: requested → approved → done, or refused; another bank account takes it back to requested."""

    REQUESTED = "requested", pgettext_lazy("refund", "requested")
    APPROVED = "approved", pgettext_lazy("refund", "approved")
    DONE = "done", pgettext_lazy("refund", "done")
    REFUSED = "refused", pgettext_lazy("refund", "refused")


REFUND_MOVES = {
    RefundState.REQUESTED: {RefundState.APPROVED, RefundState.REFUSED},
    # Back to requested: the bank account was changed, so the first person looks again.
    RefundState.APPROVED: {RefundState.DONE, RefundState.REFUSED, RefundState.REQUESTED},
    RefundState.DONE: set(),
    RefundState.REFUSED: set(),
}


class TransferFileState(models.TextChoices):
    """A file of bank transfers: made → confirmed by somebody else → finished by the bank's result; or discarded."""

    MADE = "made", pgettext_lazy("transfer file", "to be confirmed")
    CONFIRMED = "confirmed", pgettext_lazy("transfer file", "confirmed, with the bank")
    FINISHED = "finished", pgettext_lazy("transfer file", "finished")
    DISCARDED = "discarded", pgettext_lazy("transfer file", "discarded")


TRANSFER_FILE_MOVES = {
    TransferFileState.MADE: {TransferFileState.CONFIRMED, TransferFileState.DISCARDED},
    # Discarded: it never went to the bank. With a part of it booked it is finished by discarding the rest.
    TransferFileState.CONFIRMED: {TransferFileState.FINISHED, TransferFileState.DISCARDED},
    TransferFileState.FINISHED: set(),
    TransferFileState.DISCARDED: set(),
}


class TransferLineState(models.TextChoices):
    """One transfer of a file; only one that waits holds its refund."""

    WAITING = "waiting", pgettext_lazy("transfer", "waiting")
    DONE = "done", pgettext_lazy("transfer", "transferred")
    RETURNED = "returned", pgettext_lazy("transfer", "not accepted by the bank")
    DROPPED = "dropped", pgettext_lazy("transfer", "taken out")
