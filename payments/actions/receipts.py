"""Receipts: issued once the money is there; every further one is marked as issued again (money.md, "Payment")."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from ossma.core import audit, documents
from ossma.core.duties import not_for_office
from ossma.core.models import IssuedDocument
from ossma.core.refusals import Refused
from ossma.core.viewer import Viewer
from payments.models import LedgerLine, Payment
from payments.queries.locking import lock_payment
from payments.queries.settling import came_in, given_back
from payments.rules import TaxShare, has_honorific, has_receipt, tax_shares


@dataclass(frozen=True, slots=True)
class Receipt:
    """What stands on a receipt. `received`: what was paid less what was given back, in yen; `came_in`: when it had been paid for something else.

    `taxes`: what of it bears which rate. `titled`: the addressee is written with a title, so none is added.
    """

    payment: Payment
    addressee: str
    number: str
    version: int
    issued_at: datetime
    received: int
    given_back: int
    came_in: LedgerLine | None
    taxes: list[TaxShare]

    @property
    def titled(self) -> bool:
        """Whether the addressee ends with a title."""
        return has_honorific(self.addressee)


@not_for_office
def issue_receipt(*, payment_id: int, addressee: str, press: Callable[[Receipt], bytes], actor: Viewer, at: datetime) -> IssuedDocument:
    """Issue a receipt made out to `addressee`; `press` makes the document. Raises Refused while nothing was received, or all was given back."""
    name = " ".join(addressee.split())
    if not name:
        raise Refused(_("Enter a name."), field="addressee")
    with transaction.atomic():
        payment = lock_payment(payment_id)
        # What was paid beyond the sum has no place on the receipt.
        back = given_back(payment)
        if not has_receipt(state=payment.state, total=payment.total, given_back=back):
            raise Refused(_("There is no receipt for this payment."))

        taxes = tax_shares(payment.lines.values_list("tax_rate", "amount"), given_back=back)

        def made(number: str, version: int) -> bytes:
            return press(Receipt(payment, name, number, version, at, payment.total - back, back, came_in(payment), taxes))

        facts = {"total": payment.total, "given_back": back, "addressee": name, "tax": sum(share.tax for share in taxes)}
        document = documents.issue(
            kind="receipt", prefix="REC", subject=("payment", payment.pk), content=made, made_from=facts, at=at, member_id=payment.member_id
        )  # fmt: skip
        detail = {"number": document.number, "version": document.version}
        audit.record(actor=actor, at=at, action="receipt.issued", subject=("payment", payment.pk), member_id=payment.member_id, detail=detail)
    return document
