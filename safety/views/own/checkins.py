"""A member's check-ins: those that run, a new one, and the taps on one (safety.md S4)."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from helpline.queries import present_country
from members.walls import member_only
from ossma.core.refusals import Refused
from ossma.core.requests import Request
from safety.actions.checkins import CheckIn, cancel_check_in, extend_check_in, plan_check_in, report_check_in
from safety.forms.checkin import CheckInForm, TapForm
from safety.queries.checkins import check_in, contacts_of, own_check_ins
from safety.views.desk.faces import posted, put_refusal
from safety.views.onward import onward

TAPS: dict[str, tuple[Callable[..., CheckIn], Any]] = {
    "safe": (report_check_in, _("Reported. Your school sees that you are safe.")),
    "later": (extend_check_in, _("Put off by an hour.")),
    "cancel": (cancel_check_in, _("Called off. Nothing is waited for any more.")),
}


@require_safe
@member_only
def index(request: Request) -> HttpResponse:
    """What runs, with its taps, and what is over."""
    return render(request, "member/safety/checkins.html", {"rows": own_check_ins(request.viewer), "sure": request.GET.get("sure", "")})


@member_only
def new(request: Request) -> HttpResponse:
    """Set a check-in."""
    contacts = contacts_of(request.viewer)
    now = timezone.now()
    country = present_country(request.viewer, now) if request.method != "POST" else None
    initial = {"key": uuid4(), "country": country.pk if country else "", "told": [contact.position for contact in contacts]}
    form = CheckInForm(posted(request), contacts=contacts, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            plan_check_in(actor=request.viewer, at=now, plan=form.plan())
        except Refused as refused:
            put_refusal(form, refused)
        else:
            messages.success(request, _("The check-in is set. Report with one tap when you are there."))
            return redirect("member:safety:check_ins")
    return render(request, "member/safety/checkin_new.html", {"form": form}, status=400 if form.errors else 200)


@require_POST
@member_only
def act(request: Request, i: int) -> HttpResponse:
    """One tap: safe, an hour more, or called off."""
    check_in(request.viewer, i)
    form = TapForm(request.POST)
    if form.is_valid():
        tap = form.cleaned_data["tap"]
        do, done = TAPS[tap]
        more = {} if tap == "cancel" else {"said_at": form.cleaned_data["said_at"]}
        more |= {"sure": form.cleaned_data["sure"]} if tap == "safe" else {}
        more |= {"seen_due": form.cleaned_data["due"]} if tap == "later" else {}
        try:
            do(actor=request.viewer, at=timezone.now(), check_in_id=i, **more)
            messages.success(request, done)
        except Refused as refused:
            messages.error(request, refused.message)
            if refused.code == "open_call":
                return redirect(f"{reverse('member:safety:check_ins')}?sure={i}")
    return onward(request, reverse("member:safety:check_ins"))
