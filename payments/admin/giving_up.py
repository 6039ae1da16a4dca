"""The office ends what is under way at the gateway for a payment, when the member cannot."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _

from ossma.core import audit
from ossma.core.duties import Duty
from ossma.core.office_admin import OfficeAdmin
from ossma.core.refusals import NotFound, first_or_404
from ossma.core.requests import Request
from payments.gateways import desk
from payments.gateways.base import GatewayError
from payments.models import Payment
from payments.views.giving_up import ENDED, still_under_way


class GivingUpPage(OfficeAdmin):
    """One more address of a payment, for its button."""

    def get_urls(self) -> list[URLPattern]:
        """The address beside those of the library."""
        return [path("<int:pk>/give-up/", self.admin_site.admin_view(self.give_up), name="payments_payment_give_up"), *super().get_urls()]

    def give_up(self, request: Request, pk: int) -> HttpResponse:
        """End it, and say what came of that."""
        if request.method != "POST" or not request.viewer.may(Duty.HANDLE_PAYMENTS):
            raise NotFound
        payment = first_or_404(Payment.objects.filter(pk=pk)[:1])
        at = timezone.now()
        audit.record(actor=request.viewer, at=at, action="payment.given_up", subject=("payment", pk), member_id=payment.member_id)
        try:
            verdict = desk.give_up(payment_id=pk, cause="office", actor=request.viewer, at=at)
        except GatewayError as error:
            messages.error(request, _("The payment company does not answer: %(error)s") % {"error": error})
        else:
            if verdict in ENDED:
                messages.success(request, _("It can no longer be paid that way. The member can begin anew."))
            else:
                messages.warning(request, still_under_way())
        return redirect("admin:payments_payment_change", pk)
