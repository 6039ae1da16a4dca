"""A member's applications: the list, and one of them."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from applications.queries import applications, standing
from applications.queries.changing import changes_of, open_change
from applications.rules.applying import refusal_to_start
from applications.rules.deciding import refusal_to_cancel, refusal_to_change
from applications.rules.period import day_in_japan
from applications.summary import application_rows, chip_of, entries, fee_rows
from applications.summary_of_changes import change_chip
from members.walls import member_only
from ossma.core.registries import application_heads
from ossma.core.requests import Request
from payments.queries import payments_for
from payments.states import OPEN_STATES


@require_safe
@member_only
def listed(request: Request) -> HttpResponse:
    """The member's applications, newest first, and "+" or the reason why not."""
    rows = [(application, chip_of(application)) for application in applications.own_applications(request.viewer)]
    refused = refusal_to_start(standing.own_standing(request.viewer, day_in_japan(timezone.now())))
    return render(request, "member/applications/list.html", {"rows": rows, "refused": refused})


@require_safe
@member_only
def detail(request: Request, pk: int) -> HttpResponse:
    """One application with its entries; what is closed says why and what to do."""
    application = applications.application(request.viewer, pk)
    at = timezone.now()
    payments = payments_for(request.viewer, ("application", pk))
    owed = [payment for payment in payments if payment.state in OPEN_STATES]
    context = {
        "application": application,
        "chip": chip_of(application),
        "entries": entries(application),
        "payment": owed[0] if owed else None,
        "change": open_change(pk),
        # Only money that came can go back.
        "refunds": applications.refunds_of(request.viewer, pk) if any(payment.settled_at for payment in payments) else [],
        "heads": [{"template": template, "context": more} for template, more in (head(request.viewer, pk, at) for _key, head in application_heads)],
        "may_cancel": refusal_to_cancel(application.state, application.first_day, day_in_japan(at)) is None,
    }
    return render(request, "member/applications/detail.html", context)


@require_safe
@member_only
def details(request: Request, pk: int) -> HttpResponse:
    """申込詳細: everything that was applied for, and what was quoted."""
    application = applications.application(request.viewer, pk)
    quote = applications.quote_of(request.viewer, pk)
    context = {
        "application": application,
        "rows": application_rows(application),
        "quote": quote,
        "fee_rows": fee_rows(quote),
        "changes": [(change, change_chip(change)) for change in changes_of(application)],
        "quotes": applications.quotes_of(request.viewer, pk),
        "refunds": applications.refunds_of(request.viewer, pk),
        "may_change": refusal_to_change(application.state, application.last_day, day_in_japan(timezone.now())) is None,
    }
    return render(request, "member/applications/details.html", context)
