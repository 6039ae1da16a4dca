"""Calling an application off: what it means by the rule of the day, 取り消す → はい, what happened (member-portal.md M2)."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from applications.actions.cancelling import cancel_application
from applications.queries import applications
from applications.queries.cancelling import offer_of
from applications.queries.money import payments_of
from applications.rules.cancelling import no_rule
from applications.rules.deciding import refusal_to_cancel
from applications.rules.period import day_in_japan
from applications.states import ApplicationState
from applications.summary_of_changes import cancelled_context, offer_rows, rule_lines
from members.walls import member_only
from ossma.core.refusals import Refused
from ossma.core.requests import Request
from payments.queries import is_any_in_doubt


@member_only
def cancel(request: Request, pk: int) -> HttpResponse:
    """The rules with the one of today, what goes back and what does not; はい calls it off; then what happened."""
    if request.method == "POST":
        try:
            cancel_application(application_id=pk, actor=request.viewer, at=timezone.now(), shown=request.POST.get("shown") or "nothing")
        except Refused as refused:
            messages.error(request, refused.message)
        return redirect("member:applications:cancel", pk)
    application = applications.application(request.viewer, pk)
    if application.state == ApplicationState.CANCELLED:
        return render(request, "member/applications/cancelled.html", cancelled_context(request.viewer, application))
    today = day_in_japan(timezone.now())
    offer = offer_of(application, today)
    refusal = refusal_to_cancel(application.state, application.first_day, today)
    if refusal is None and offer and offer.table is None:
        refusal = no_rule()
    context = {
        "application": application,
        "refused": refusal,
        "offer": offer,
        "lines": rule_lines(offer) if offer else [],
        "rows": offer_rows(offer),
        "asking": "ask" in request.GET,
        "in_doubt": is_any_in_doubt(request.viewer, payments_of(pk).values_list("pk", flat=True)),
    }
    return render(request, "member/applications/cancel.html", context)
