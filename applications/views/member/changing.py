"""編集: form → 編集内容を確認する → 変更する → はい (member-portal.md M2). What was typed travels from page to page."""

from typing import cast

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from applications.actions.changing import change_application
from applications.forms.applying import STOPS, BaseStopFormSet, StopFormSet, named, stops_of
from applications.forms.changing import ChangeForm, as_typed, change_from, typed_change
from applications.forms.places import country_choices
from applications.queries import applications
from applications.queries.places import Gazetteer
from applications.rules.deciding import refusal_to_change
from applications.rules.period import day_in_japan
from applications.summary import change_rows
from members.walls import member_only
from ossma.core.refusals import Refused
from ossma.core.requests import Request

# The steps after the form, by the button that was pressed; any other send shows the form again.
CHECK, ASK, YES = "check", "ask", "yes"


@member_only
def edit(request: Request, pk: int) -> HttpResponse:
    """Change destination, purpose and host."""
    application = applications.application(request.viewer, pk)
    refused = refusal_to_change(application.state, application.last_day, day_in_japan(timezone.now()))
    if refused:
        messages.warning(request, refused.message)
        return redirect("member:applications:details", pk)
    sent = typed_change(request.POST) if request.method == "POST" else None
    kept = sent or as_typed(application)
    kwargs = {"choices": country_choices(), "gazetteer": Gazetteer(named(kept))}
    form = ChangeForm(sent, initial=kept)
    stops = cast(BaseStopFormSet, StopFormSet(sent, initial=None if sent else stops_of(kept), prefix=STOPS, form_kwargs=kwargs))
    context = {"application": application, "form": form, "stops": stops}
    step = request.POST.get("step", "")
    valid = [form.is_valid(), stops.is_valid()] if sent else [False]
    if not all(valid) or step not in {CHECK, ASK, YES}:
        return render(request, "member/applications/edit.html", context)
    if step == YES:
        return _change(request, pk, form, stops)
    context |= {"rows": change_rows(change_from(form, stops), stops.country_names()), "sent": sent, "asking": step == ASK}
    return render(request, "member/applications/edit_confirm.html", context)


def _change(request: Request, pk: int, form: ChangeForm, stops: BaseStopFormSet) -> HttpResponse:
    try:
        change_application(application_id=pk, change=change_from(form, stops), actor=request.viewer, at=timezone.now())
    except Refused as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, _("The application was changed."))
    return redirect("member:applications:details", pk)
