"""A school's yes and no to a new travel period, where its contract wants to be asked."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from applications.actions.changes import approve_change, refuse_change
from applications.forms.school import RefusalForm
from applications.queries.changing import change_seen, plan_of
from applications.rules.changing import refusal_to_decide_change
from applications.summary_of_changes import plan_rows
from members.states import SchoolAct
from members.walls import school_only
from ossma.core.refusals import Refused
from ossma.core.requests import Request


@school_only(get=SchoolAct.MANAGE)
def approve(request: Request, pk: int, change_pk: int) -> HttpResponse:
    """What the new period costs whom, then the approval."""
    change = change_seen(request.viewer, pk, change_pk)
    if request.method == "POST":
        try:
            approve_change(change_id=change_pk, application_id=pk, actor=request.viewer, at=timezone.now())
        except Refused as refused:
            messages.error(request, refused.message)
        else:
            messages.success(request, _("The new period was approved. The member has been told."))
        return redirect("school:applications:detail", pk)
    plan = plan_of(change.application, (change.first_day, change.last_day), approved=True)
    context = {"change": change, "plan": plan, "rows": plan_rows(plan), "refused": refusal_to_decide_change(change.state)}
    return render(request, "school/applications/approve_change.html", context)


@school_only(get=SchoolAct.MANAGE)
def refuse(request: Request, pk: int, change_pk: int) -> HttpResponse:
    """The reason, then the refusal."""
    change = change_seen(request.viewer, pk, change_pk)
    form = RefusalForm(request.POST or None)
    if form.is_valid():
        try:
            refuse_change(change_id=change_pk, application_id=pk, reason=form.cleaned_data["reason"], actor=request.viewer, at=timezone.now())
        except Refused as refused:
            messages.error(request, refused.message)
        else:
            messages.success(request, _("The new period was refused. The member has been told."))
        return redirect("school:applications:detail", pk)
    context = {"change": change, "form": form, "refused": refusal_to_decide_change(change.state)}
    return render(request, "school/applications/refuse_change.html", context)
