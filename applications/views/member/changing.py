"""編集: form → 編集内容を確認する → 変更する → はい (member-portal.md M2). What was typed travels from page to page."""

from typing import cast

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from applications.actions.changes import withdraw_change
from applications.actions.changing import change_application
from applications.forms.applying import STOPS, BaseStopFormSet, StopFormSet, named, stops_of
from applications.forms.changing import ChangeForm, as_typed, change_from, typed_change
from applications.forms.places import country_choices
from applications.queries import applications
from applications.queries.changing import open_change
from applications.queries.places import Gazetteer
from applications.rules.cancelling import moved_on
from applications.rules.deciding import refusal_to_change
from applications.rules.period import day_in_japan
from applications.summary import change_rows
from applications.summary_of_changes import plan_rows
from members.walls import member_only
from ossma.core.refusals import Refused
from ossma.core.requests import Request

# The steps after the form, by the button that was pressed; any other send shows the form again.
CHECK, ASK, YES = "check", "ask", "yes"


@member_only
def edit(request: Request, pk: int) -> HttpResponse:
    """Change period, destination, purpose and host."""
    application = applications.application(request.viewer, pk)
    today = day_in_japan(timezone.now())
    refused = refusal_to_change(application.state, application.last_day, today)
    if refused:
        messages.warning(request, refused.message)
        return redirect("member:applications:details", pk)
    waiting = open_change(pk)
    sent = typed_change(request.POST) if request.method == "POST" else None
    kept = as_typed(application, waiting, today)
    kwargs = {"choices": country_choices(), "gazetteer": Gazetteer(named(sent or kept))}
    form = ChangeForm(sent, initial=kept, application=application, waiting=waiting, viewer=request.viewer, today=today)
    stops = cast(BaseStopFormSet, StopFormSet(sent, initial=None if sent else stops_of(kept), prefix=STOPS, form_kwargs=kwargs))
    context = {"application": application, "form": form, "stops": stops, "waiting": waiting}
    step = request.POST.get("step", "")
    valid = [form.is_valid(), stops.is_valid()] if sent else [False]
    if not all(valid) or step not in {CHECK, ASK, YES}:
        return render(request, "member/applications/edit.html", context)
    moved = step == YES and form.plan and form.plan.shown != request.POST.get("shown")
    if step == YES and not moved:
        return _change(request, pk, form, stops)
    if moved:
        messages.warning(request, moved_on().message)
    context |= {"rows": change_rows(change_from(form, stops), stops.country_names()), "sent": sent, "asking": step in {ASK, YES}}
    if form.plan:
        context |= {"plan": form.plan, "plan_rows": plan_rows(form.plan)}
    return render(request, "member/applications/edit_confirm.html", context)


def _change(request: Request, pk: int, form: ChangeForm, stops: BaseStopFormSet) -> HttpResponse:
    shown = request.POST.get("shown") or "nothing"
    try:
        change_application(application_id=pk, change=change_from(form, stops), actor=request.viewer, at=timezone.now(), shown=shown)
    except Refused as refused:
        messages.error(request, refused.message)
        return redirect("member:applications:details", pk)
    if waiting := open_change(pk):
        messages.info(request, _("The new period is noted. It holds as soon as what it waits for is done."))
        return redirect("member:payments:detail", waiting.payment_id) if waiting.payment_id else redirect("member:applications:detail", pk)
    messages.success(request, _("The application was changed."))
    return redirect("member:applications:details", pk)


@member_only
def withdraw(request: Request, pk: int) -> HttpResponse:
    """取りやめる: the change that waits, はい, and the old period stays."""
    application = applications.application(request.viewer, pk)
    waiting = open_change(pk)
    if request.method == "POST":
        withdraw_change(application_id=pk, actor=request.viewer, at=timezone.now())
        messages.success(request, _("The change was withdrawn. The period stays as it was."))
        return redirect("member:applications:detail", pk)
    if waiting is None:
        return redirect("member:applications:detail", pk)
    return render(request, "member/applications/withdraw.html", {"application": application, "change": waiting})
