"""Goodwill: the office proposes to give money back although no rule says so.

Somebody else approves it on the page of the refund.
"""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _

from ossma.core import audit
from ossma.core.duties import Duty
from ossma.core.office_admin import OfficeAdmin
from ossma.core.refusals import NotFound, Refused, first_or_404
from ossma.core.requests import Request
from payments import actions, queries
from payments.forms.office import GoodwillForm
from payments.models import Payment


def held_of(payment: Payment) -> int:
    """What of a settled payment can still be given back, in yen; what is promised back has gone."""
    return sum(holding.amount for holding in queries.holdings([payment.pk]))


class GoodwillPage(OfficeAdmin):
    """One more page of a payment: how much, and why."""

    def get_urls(self) -> list[URLPattern]:
        """The address beside those of the library."""
        return [
            path("<int:pk>/goodwill/", self.admin_site.admin_view(self.goodwill), name="payments_payment_goodwill"),
            *super().get_urls(),
        ]

    def goodwill(self, request: Request, pk: int) -> HttpResponse:
        """What is held, and the proposal."""
        if not request.viewer.may(Duty.HANDLE_PAYMENTS):
            raise NotFound
        payment, at = first_or_404(Payment.objects.filter(pk=pk).select_related("member")[:1]), timezone.now()
        audit.record_looks(actor=request.viewer, at=at, action="payment.seen", member_ids=[payment.member_id])
        form = GoodwillForm(request.POST if request.method == "POST" else None)
        if form.is_valid():
            try:
                refund = actions.propose_goodwill(payment_id=pk, actor=request.viewer, at=at, **form.cleaned_data)
            except Refused as refused:
                form.add_error(refused.field, refused.message)
            else:
                messages.success(request, _("The refund is proposed. Somebody else approves or refuses it."))
                return redirect("admin:payments_refund_change", refund.pk)
        context: dict[str, Any] = {"payment": payment, "held": held_of(payment), "form": form, "opts": self.opts}
        return TemplateResponse(request, "office/payments/goodwill.html", self.admin_site.each_context(request) | context)
