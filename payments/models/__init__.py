"""Tables of money: separate nouns for what is owed, tried, reported, moved and given back."""

from payments.models.gateway import Attempt, GatewayNotice, LedgerLine, Trouble
from payments.models.payment import Payment, PaymentLine, PaymentMove
from payments.models.refund import Refund
from payments.models.transfer import TransferFile, TransferLine

__all__ = ["Attempt", "GatewayNotice", "LedgerLine", "Payment", "PaymentLine", "PaymentMove", "Refund", "TransferFile", "TransferLine", "Trouble"]
