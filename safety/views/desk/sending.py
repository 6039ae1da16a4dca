"""The preview of a check: who would be asked, and the two ways on from there."""

from datetime import datetime

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from ossma.core.refusals import Refused
from ossma.core.requests import Request
from safety import rules
from safety.actions import schedule_check, send_check
from safety.forms.check import ScheduleForm, SendForm
from safety.queries.dashboard import SafetyCheck
from safety.queries.described import described
from safety.queries.recipients import Preview, preview_of
from safety.states import CheckState, LeftOut
from safety.views.desk.drafting import UNSENT, own_check
from safety.views.desk.faces import Desk, posted, put_refusal, show_page
from safety.views.desk.looks import note_looks


def _looked_up(request: Request, check: SafetyCheck, at: datetime) -> Preview:
    """Who would be asked now; those left out are shown by name, so the look is on record."""
    found = preview_of(request.viewer, check, at)
    left_out = [left.member_id for left in found.left_out]
    note_looks(request, action="safety.preview_seen", subject=f"preview:{check.pk}", member_ids=left_out, at=at)
    return found


def _page(request: Request, desk: Desk, name: str, check: SafetyCheck, found: Preview, form: forms.Form) -> HttpResponse:
    context = {
        "check": check,
        "found": found,
        "form": form,
        "described": described(request.viewer, check.audience),
        "left_out_counts": [(LeftOut(reason).label, n) for reason, n in found.left_out_counts.items()],
        "reminder_hours": [f"{minutes / 60:g}" for minutes in check.reminders],
        "drill_words": check.kind == "drill",
    }
    return show_page(request, desk, name, context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def preview(request: Request, desk: Desk, n: int) -> HttpResponse:
    """Who would be asked, who is left out and why; 送信する sends. Pressed twice it is sent once."""
    check = own_check(request, n)
    if check.state not in UNSENT:
        return redirect(desk.url("show", n))
    at = timezone.now()
    found = _looked_up(request, check, at)
    form = SendForm(posted(request), needs_number=rules.needs_typed(check.kind, found.count), count=found.count)
    if request.method == "POST" and form.is_valid():
        try:
            sent = send_check(actor=request.viewer, at=at, check_id=n, typed_count=form.cleaned_data.get("typed_count"))
        except Refused as refused:
            put_refusal(form, refused)
        else:
            done = _("Sending has begun: %(count)d people are asked. Answers appear here as they come.")
            messages.success(request, done % {"count": sent.recipient_count})
            return redirect(desk.url("show", n))
    return _page(request, desk, "preview", check, found, form)


@require_http_methods(["GET", "HEAD", "POST"])
def schedule(request: Request, desk: Desk, n: int) -> HttpResponse:
    """Let a check send itself at a time."""
    check = own_check(request, n)
    if check.state != CheckState.DRAFT:
        return redirect(desk.url("show", n))
    at = timezone.now()
    found = _looked_up(request, check, at)
    form = ScheduleForm(posted(request), at=at, needs_number=rules.needs_typed(check.kind, found.count), count=found.count)
    if request.method == "POST" and form.is_valid():
        try:
            data = form.cleaned_data
            schedule_check(actor=request.viewer, at=at, check_id=n, scheduled_for=data["moment"], typed_count=data.get("typed_count"))
        except Refused as refused:
            put_refusal(form, refused)
        else:
            messages.success(request, _("Scheduled. Until then it can be changed or cancelled; who is asked is settled when it is sent."))
            return redirect(desk.url("preview", n))
    return _page(request, desk, "schedule", check, found, form)
