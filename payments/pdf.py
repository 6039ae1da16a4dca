"""Documents of this room."""

from collections.abc import Callable

from django.conf import settings

from ossma.core.pdf import render_pdf
from payments.actions.receipts import Receipt


def receipt_in(language: str) -> Callable[[Receipt], bytes]:
    """Makes receipts in one language (ja, en)."""

    def press(receipt: Receipt) -> bytes:
        context = {
            "receipt": receipt,
            "payment": receipt.payment,
            "lines": receipt.payment.lines.all(),
            "office_name": settings.OFFICE_NAME,
            "office_address": settings.OFFICE_ADDRESS,
            "registration": settings.OFFICE_INVOICE_NUMBER,
        }
        return render_pdf("payments/receipt", context, language=language)

    return press
