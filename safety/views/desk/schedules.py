"""Checks that come again and again: list, form, a page with what comes next, start and pause."""

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ossma.core.refusals import Refused
from ossma.core.requests import Request
from safety import occasions, rules
from safety.actions import change_schedule, make_schedule, pause_schedule, start_schedule
from safety.forms.check import SendForm
from safety.forms.schedule import WEEKDAYS, RepeatForm, schedule_initial
from safety.queries import plans
from safety.queries.described import described
from safety.views.desk.faces import Desk, posted, put_refusal, show_page, tell_unused_words

NEXT_SHOWN = 5


@require_safe
def index(request: Request, desk: Desk) -> HttpResponse:
    """All schedules, with when they ask next."""
    at = timezone.now()
    rows = [{"row": row, "next": next(iter(occasions.next_days(row, at, 1)), None)} for row in plans.schedules(request.viewer)]
    return show_page(request, desk, "schedules", {"rows": rows})


def _form_page(request: Request, desk: Desk, form: RepeatForm, *, of: int | None = None) -> HttpResponse:
    return show_page(request, desk, "repeat", {"form": form, "of": of}, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: Request, desk: Desk) -> HttpResponse:
    """A new schedule. It rests until it is started on its page."""
    at = timezone.now()
    initial = {"starts_on": timezone.localdate(at), "local_time": "09:00", "weekday": 0}
    form = RepeatForm(posted(request), request.FILES or None, viewer=request.viewer, at=at, initial=initial)
    tell_unused_words(request, form)
    if request.method == "POST" and not form.is_growing and form.is_valid():
        try:
            row = make_schedule(actor=request.viewer, at=at, school_id=request.viewer.school_id, **form.content())
            return redirect(desk.url("repeat", row.pk))
        except Refused as refused:
            put_refusal(form, refused)
    return _form_page(request, desk, form)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: Request, desk: Desk, s: int) -> HttpResponse:
    """Change a schedule. It rests until it is started again."""
    at = timezone.now()
    row = plans.schedule_of(request.viewer, s)
    form = RepeatForm(posted(request), request.FILES or None, viewer=request.viewer, at=at, initial=schedule_initial(request.viewer, row))
    tell_unused_words(request, form)
    if request.method == "POST" and not form.is_growing and form.is_valid():
        try:
            change_schedule(actor=request.viewer, at=at, schedule_id=s, **form.content())
            return redirect(desk.url("repeat", s))
        except Refused as refused:
            put_refusal(form, refused)
    return _form_page(request, desk, form, of=s)


@require_http_methods(["GET", "HEAD", "POST"])
def show(request: Request, desk: Desk, s: int) -> HttpResponse:
    """What comes next, what became of the last days, whom it would ask today. Posting starts it."""
    at = timezone.now()
    row = plans.schedule_of(request.viewer, s)
    found = plans.preview_of_schedule(request.viewer, row, at)
    form: forms.Form = SendForm(posted(request), needs_number=rules.needs_typed(row.kind, found.count), count=found.count)
    if request.method == "POST" and form.is_valid():
        try:
            start_schedule(actor=request.viewer, at=at, schedule_id=s, typed_count=form.cleaned_data.get("typed_count"))
        except Refused as refused:
            put_refusal(form, refused)
        else:
            messages.success(request, _("Started. It asks by itself from now on; you can pause it at any time."))
            return redirect(desk.url("repeat", s))
    context = {
        "row": row,
        "drill": row.kind == "drill",
        "found": found,
        "form": form,
        "left_out_counts": [(reason.label, n) for reason, n in found.left_out_counts.items()],
        "described": described(request.viewer, row.audience),
        "weekday": dict(WEEKDAYS).get(str(row.weekday), ""),
        "next_days": occasions.next_days(row, at, NEXT_SHOWN),
        "past": plans.past_occasions(request.viewer, row),
        "reminder_hours": [f"{minutes / 60:g}" for minutes in row.reminders],
    }
    return show_page(request, desk, "repeating", context, status=422 if form.errors else 200)


@require_POST
def pause(request: Request, desk: Desk, s: int) -> HttpResponse:
    """Let it rest; pressed twice it rests once."""
    pause_schedule(actor=request.viewer, at=timezone.now(), schedule_id=s)
    messages.success(request, _("Paused. It asks nobody until you start it again. Checks that are out go on."))
    return redirect(desk.url("repeat", s))
