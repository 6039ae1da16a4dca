"""安否報告: a member's own report, and the questions they were asked."""

from uuid import uuid4

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from helpline.queries import call_number, present_country
from members.walls import member_only
from ossma.core.requests import Request
from safety import actions
from safety.forms.answer import ReportForm
from safety.queries.answering import own_record
from safety.states import AnswerKind
from safety.views.onward import onward


@member_only
def report(request: Request) -> HttpResponse:
    """The report at any time, and below it what was asked and answered so far."""
    now = timezone.now()
    if request.method == "POST":
        form = ReportForm(request.POST)
        if form.is_valid():
            need = form.cleaned_data["need"] if form.kind is AnswerKind.HELP else ""
            actions.report_own(actor=request.viewer, at=now, said=form.said(form.kind, need=need, **form.details(now)))
            return onward(request, reverse("member:safety:done"))
    else:
        country = present_country(request.viewer, now)
        form = ReportForm(initial={"key": uuid4(), "country": country.pk if country else ""})
    return render(request, "member/safety/report.html", {"form": form, "record": own_record(request.viewer)}, status=400 if form.errors else 200)


@require_safe
@member_only
def done(request: Request) -> HttpResponse:
    """What the school and the office now see, and whom to call."""
    country = present_country(request.viewer, timezone.now())
    context = {"record": own_record(request.viewer), "number": call_number(country.pk if country else None)}
    return render(request, "member/safety/done.html", context)
