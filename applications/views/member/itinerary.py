"""旅程: the timeline, and its items (member-portal.md M5)."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from applications.actions.itinerary import add_stay, change_reported_place, change_stay, delete_stay, end_reported_place
from applications.forms.reported_place import ReportedPlaceForm
from applications.forms.reported_place import initial_of as reported_values
from applications.forms.stays import StayForm, first_values, initial_of
from applications.queries import applications
from applications.queries import itinerary as plans
from applications.rules.deciding import refusal_to_open
from applications.timeline import as_items, warnings
from members.walls import member_only
from ossma.core.refusals import Refused
from ossma.core.requests import Request


def _closed(request: Request, pk: int, refused: Refused | None) -> HttpResponse | None:
    """The way back to the application, with the reason, while the itinerary is not open."""
    if refused is None:
        return None
    messages.warning(request, refused.message)
    return redirect("member:applications:detail", pk)


def _saved(form: StayForm, action: Callable[..., Any], **which: Any) -> bool:
    """Whether the item was in order and is now in the database; else the form says why not."""
    if not form.is_valid():
        return False
    try:
        action(entry=form.entry(), at=timezone.now(), **which)
    except Refused as refused:
        form.add_error(refused.field, refused.message)
        return False
    return True


@require_safe
@member_only
def itinerary(request: Request, pk: int) -> HttpResponse:
    """The timeline with the gaps and clashes of the travel period."""
    application = applications.application(request.viewer, pk)
    if closed := _closed(request, pk, refusal_to_open(application.state, application.payer)):
        return closed
    plan = plans.plan_of(application)
    context = {"application": application, "plan": plan, "items": as_items(application, plan, timezone.now()), "warnings": warnings(plan)}
    return render(request, "member/applications/itinerary.html", context)


@member_only
def stay_new(request: Request, pk: int) -> HttpResponse:
    """One more item."""
    application = applications.application(request.viewer, pk)
    if closed := _closed(request, pk, refusal_to_open(application.state, application.payer)):
        return closed
    form = StayForm(request.POST or None, application=application, initial=first_values(application))
    if _saved(form, add_stay, application_id=pk, actor=request.viewer):
        messages.success(request, _("Added to the itinerary."))
        return redirect("member:applications:itinerary", pk)
    return render(request, "member/applications/stay.html", {"application": application, "form": form})


@member_only
def stay_edit(request: Request, pk: int, stay_pk: int) -> HttpResponse:
    """Change an item."""
    application = applications.application(request.viewer, pk)
    stay = plans.stay(request.viewer, pk, stay_pk)
    if closed := _closed(request, pk, refusal_to_open(application.state, application.payer)):
        return closed
    form = StayForm(request.POST or None, application=application, initial=initial_of(stay))
    if _saved(form, change_stay, application_id=pk, stay_id=stay_pk, actor=request.viewer):
        messages.success(request, _("The itinerary was changed."))
        return redirect("member:applications:itinerary", pk)
    return render(request, "member/applications/stay.html", {"application": application, "form": form, "stay": stay})


@member_only
def stay_delete(request: Request, pk: int, stay_pk: int) -> HttpResponse:
    """Ask, then take the item out."""
    stay = plans.stay(request.viewer, pk, stay_pk)
    if request.method == "POST":
        try:
            delete_stay(application_id=pk, stay_id=stay_pk, actor=request.viewer, at=timezone.now())
        except Refused as refused:
            messages.error(request, refused.message)
        else:
            messages.success(request, _("Deleted from the itinerary."))
        return redirect("member:applications:itinerary", pk)
    return render(request, "member/applications/stay_delete.html", {"stay": stay})


@member_only
def reported_place(request: Request, report_pk: int) -> HttpResponse:
    """Where the member had said she is: change it, or say that she is there no longer."""
    at = timezone.now()
    stay = plans.reported(request.viewer, report_pk, at)
    if "gone" in request.POST:
        end_reported_place(stay_id=report_pk, actor=request.viewer, at=at)
        messages.success(request, _("Noted. Your itinerary counts again."))
        return redirect("home")
    form = ReportedPlaceForm(request.POST or None, initial=reported_values(stay))
    if request.method == "POST" and form.is_valid():
        try:
            change_reported_place(stay_id=report_pk, location=form.location, until=form.day(at), actor=request.viewer, at=at)
        except Refused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, refused.message)
        else:
            messages.success(request, _("Your place was changed."))
            return redirect("home")
    return render(request, "member/applications/reported_place.html", {"form": form, "stay": stay})
