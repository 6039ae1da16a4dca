"""安否報告: a member's own report, and the questions they were asked."""

from uuid import uuid4

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from helpline.queries import call_number, present_country
from members.walls import member_only
from ossma.core.refusals import NotFound
from ossma.core.requests import Request
from safety import actions
from safety.actions.calls import set_call_back
from safety.actions.watching import settle_reported
from safety.forms.answer import CallBackForm, ReportForm
from safety.queries.answering import own_record
from safety.queries.echo import Echo, echo_of
from safety.states import AnswerKind
from safety.views.onward import onward


@member_only
def report(request: Request) -> HttpResponse:
    """The report at any time, and below it what was asked and answered so far."""
    now = timezone.now()
    country = present_country(request.viewer, now)
    initial = {"key": uuid4(), "country": country.pk if country else ""}
    if request.method == "POST":
        form = ReportForm(request.POST, initial=initial)
        if form.is_valid():
            need = form.cleaned_data["need"] if form.kind is AnswerKind.HELP else ""
            actions.report_own(actor=request.viewer, at=now, said=form.said(form.kind, need=need, **form.details(now)))
            settle_reported(actor=request.viewer, at=now, member_id=request.viewer.member_id)
            return onward(request, reverse("member:safety:done"))
    else:
        form = ReportForm(initial=initial)
    number = call_number(country.pk if country else None)
    context = {"form": form, "record": own_record(request.viewer), "echo": _echo(request), "number": number}
    return render(request, "member/safety/report.html", context, status=400 if form.errors else 200)


@require_safe
@member_only
def done(request: Request) -> HttpResponse:
    """What the school and the office now see, and whom to call."""
    country = present_country(request.viewer, timezone.now())
    context = {"record": own_record(request.viewer), "number": call_number(country.pk if country else None), "echo": _echo(request)}
    return render(request, "member/safety/done.html", context)


@require_safe
@member_only
def case(request: Request) -> HttpResponse:
    """The piece of the page that says who has read a call for help and who is calling."""
    echo = _echo(request)
    if echo is None:
        raise NotFound
    places = {"echo_url": reverse("member:safety:case"), "echo_page": reverse("member:safety:report")}
    return render(request, "public/safety/echo.html", {"echo": echo, **places})


@require_POST
@member_only
def call_back(request: Request) -> HttpResponse:
    """The number on which the member wants to be called back."""
    form = CallBackForm(request.POST)
    if form.is_valid():
        set_call_back(actor=request.viewer, at=timezone.now(), number=form.cleaned_data["number"])
        messages.success(request, _("Saved. You will be called on this number."))
    return redirect("member:safety:report")


def _echo(request: Request) -> Echo | None:
    return echo_of(request.viewer.member_id or 0, timezone.now())
