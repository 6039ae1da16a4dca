"""Help cases: all that are open, one with its clock, and its steps."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from ossma.core.refusals import NotFound, Refused
from ossma.core.requests import Request
from safety.actions import contact_case, hand_over_case, reopen_case, resolve_case, take_case
from safety.forms.follow import ResolveForm
from safety.queries import following
from safety.queries.following import SafetyCase
from safety.views.desk.faces import Desk, put_refusal, show_page
from safety.views.desk.looks import note_looks

VERBS: dict[str, tuple[Callable[..., SafetyCase], Any]] = {
    "take": (take_case, _("You are in charge of this case now.")),
    "contact": (contact_case, _("Noted: somebody has reached the member. The clock has stopped.")),
    "helpline": (hand_over_case, _("Handed to the helpline.")),
    "reopen": (reopen_case, _("The case is open again.")),
}


def _page(request: Request, desk: Desk, c: int, form: ResolveForm) -> HttpResponse:
    at = timezone.now()
    case = following.case_of(request.viewer, c)
    note_looks(request, action="safety.case_seen", subject=f"case:{c}", member_ids=[case.member_id], at=at)
    return show_page(request, desk, "case", {"case": case, "form": form, "now": at, "drill": case.is_drill}, status=422 if form.errors else 200)


@require_safe
def index(request: Request, desk: Desk) -> HttpResponse:
    """Everybody who needs help now, the longest waiting first."""
    at = timezone.now()
    rows = following.open_cases(request.viewer)
    note_looks(request, action="safety.cases_seen", subject="cases", member_ids=[case.member_id for case in rows], at=at)
    return show_page(request, desk, "cases", {"cases": rows, "now": at})


@require_safe
def show(request: Request, desk: Desk, c: int) -> HttpResponse:
    """One case: who, where, since when, whom to call, what was done."""
    return _page(request, desk, c, ResolveForm())


@require_POST
def act(request: Request, desk: Desk, c: int, verb: str) -> HttpResponse:
    """Take it, note the first contact, hand it over, open it again. Pressed twice it is done once."""
    if verb not in VERBS:
        raise NotFound
    do, done = VERBS[verb]
    try:
        do(actor=request.viewer, at=timezone.now(), case_id=c)
        messages.success(request, done)
    except Refused as refused:
        messages.error(request, refused.message)
    return redirect(desk.url("case", c))


@require_POST
def resolve(request: Request, desk: Desk, c: int) -> HttpResponse:
    """End a case, saying how it ended."""
    form = ResolveForm(request.POST)
    if form.is_valid():
        try:
            resolve_case(actor=request.viewer, at=timezone.now(), case_id=c, **form.cleaned_data)
        except Refused as refused:
            put_refusal(form, refused)
        else:
            messages.success(request, _("The case is resolved. The member's own answer stays as it is."))
            return redirect(desk.url("case", c))
    return _page(request, desk, c, form)
