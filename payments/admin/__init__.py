"""Money in the office: everything can be read, nothing edited; trouble is resolved with a reason (office.md O1, O3)."""

from payments.admin.notices import GatewayNoticeAdmin
from payments.admin.payments import PaymentAdmin
from payments.admin.refunds import RefundAdmin
from payments.admin.transfers import TransferFileAdmin
from payments.admin.troubles import TroubleAdmin

__all__ = ["GatewayNoticeAdmin", "PaymentAdmin", "RefundAdmin", "TransferFileAdmin", "TroubleAdmin"]
