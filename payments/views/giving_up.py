"""Ending what is under way at the gateway, to pay another way (money.md, "Payment": a new attempt voids the old)."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from members.walls import member_only
from ossma.core import limits
from ossma.core.requests import Request
from payments import queries
from payments.gateways import desk
from payments.gateways.base import GatewayError
from payments.rules import Verdict
from payments.views.member import explain, too_often

ENDED = {Verdict.VOID, Verdict.EXPIRE, Verdict.FAIL}


@require_POST
@member_only
def give_up(request: Request, payment_id: int) -> HttpResponse:
    """The page or the number stops working; then another way can be chosen. Money that was faster counts."""
    payment = queries.payment(request.viewer, payment_id)
    now = timezone.now()
    back = redirect("member:payments:detail", payment_id)
    if too_often(request, limits.PAYMENT_START, payment.member_id, now):
        return back
    try:
        verdict = desk.give_up(payment_id=payment_id, cause="member", actor=request.viewer, at=now)
    except GatewayError as error:
        messages.error(request, explain(error))
        return back
    if verdict in ENDED:
        messages.success(request, _("It can no longer be paid that way. Now you can choose another."))
    elif verdict is Verdict.SETTLE:
        messages.success(request, _("The payment had arrived already."))
    else:
        messages.warning(request, _number_stays() if payment.slip_until else still_under_way())  # type: ignore[attr-defined]
    return back


def _number_stays() -> str:
    """Some gateways withdraw no number that they have issued."""
    return _(
        "The payment company does not withdraw the number for the store. Please pay with it, or let it run out: after its term you can begin anew."
    )


def still_under_way() -> str:
    """Why it could not be ended, and what to do."""
    return _(
        "The payment company is still dealing with this payment. "
        "Look at this page again in half an hour: if nothing was paid, you can then begin anew."
    )
