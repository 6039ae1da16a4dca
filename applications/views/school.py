"""Applications of a school's members (school-portal.md P3)."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from applications.actions import deciding
from applications.forms.school import FilterForm, RefusalForm
from applications.queries import applications
from applications.queries.changing import changes_of
from applications.rules.changing import refusal_to_decide_change
from applications.rules.deciding import refusal_to_decide
from applications.summary import application_rows, chip_of, fee_rows
from applications.summary_of_changes import change_chip
from members.states import SchoolAct
from members.walls import school_only
from ossma.core import audit
from ossma.core.refusals import Refused
from ossma.core.requests import Request

PAGE = 50


@require_safe
@school_only
def listed(request: Request) -> HttpResponse:
    """All applications of the school's members, by filter and page; whose data were seen is on record."""
    form = FilterForm(request.GET)
    wanted = form.wanted()
    # What cannot be looked for is said at its field; nobody is shown everybody instead.
    found = applications.school_list(request.viewer, **wanted)
    found = found.none() if "name" in form.errors else found
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    rows = [(application, chip_of(application)) for application in page]
    audit.record_looks(
        actor=request.viewer, at=timezone.now(), action="applications.listed", member_ids=[application.member_id for application, _chip in rows]
    )
    query = urlencode({name: value for name, value in wanted.items() if value})
    context = {"form": form, "page": page, "rows": rows, "query": f"{query}&" if query else ""}
    return render(request, "school/applications/list.html", context)


@require_safe
@school_only
def detail(request: Request, pk: int) -> HttpResponse:
    """One application, and the decision while it is the school's to make."""
    application = applications.application(request.viewer, pk)
    audit.record_looks(actor=request.viewer, at=timezone.now(), action="application.seen", member_ids=[application.member_id])
    quote = applications.quote_of(request.viewer, pk)
    context = {
        "application": application,
        "chip": chip_of(application),
        "rows": application_rows(application),
        "quote": quote,
        "fee_rows": fee_rows(quote),
        "may_decide": refusal_to_decide(application.state) is None,
        "changes": [(change, change_chip(change), refusal_to_decide_change(change.state) is None) for change in changes_of(application)],
    }
    return render(request, "school/applications/detail.html", context)


@school_only(get=SchoolAct.MANAGE)
def approve(request: Request, pk: int) -> HttpResponse:
    """What an approval sets going, then the approval."""
    application = applications.application(request.viewer, pk)
    if request.method == "POST":
        try:
            deciding.approve(application_id=pk, actor=request.viewer, at=timezone.now())
        except Refused as refused:
            messages.error(request, refused.message)
        else:
            messages.success(request, _("The application was approved. The member has been told."))
        return redirect("school:applications:detail", pk)
    return render(request, "school/applications/approve.html", {"application": application, "refused": refusal_to_decide(application.state)})


@school_only(get=SchoolAct.MANAGE)
def refuse(request: Request, pk: int) -> HttpResponse:
    """The reason, then the refusal."""
    application = applications.application(request.viewer, pk)
    form = RefusalForm(request.POST or None)
    if form.is_valid():
        try:
            deciding.refuse(application_id=pk, reason=form.cleaned_data["reason"], actor=request.viewer, at=timezone.now())
        except Refused as refused:
            messages.error(request, refused.message)
        else:
            messages.success(request, _("The application was refused. The member has been told."))
        return redirect("school:applications:detail", pk)
    context = {"application": application, "form": form, "refused": refusal_to_decide(application.state)}
    return render(request, "school/applications/refuse.html", context)
