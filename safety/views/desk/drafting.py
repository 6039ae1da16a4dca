"""Writing a check, looking at who would be asked, sending or scheduling it."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from notices.queries import advisory as advisory_of
from ossma.core.refusals import NotFound, Refused
from ossma.core.requests import Request
from safety.actions import change_check, draft_check, draft_from_advisory
from safety.forms.check import CheckForm, check_initial
from safety.forms.words import words_initial
from safety.queries import dashboard, plans
from safety.queries.dashboard import SafetyCheck
from safety.states import CheckState
from safety.views.desk.faces import Desk, posted, put_refusal, show_page, tell_unused_words

UNSENT = (CheckState.DRAFT, CheckState.SCHEDULED)


def own_check(request: Request, n: int) -> SafetyCheck:
    """The check, if this viewer runs it. Raises NotFound."""
    check = dashboard.check_of(request.viewer, n)
    if not dashboard.owns(request.viewer, check):
        raise NotFound
    return check


def _prepared(request: Request) -> dict[str, Any]:
    """What the form of a new check begins with: the words of a template, the event of a wave."""
    chosen: dict[str, Any] = {}
    if request.GET.get("template", "").isdecimal():
        chosen |= words_initial(plans.template_of(request.viewer, int(request.GET["template"])))
    if request.GET.get("incident", "").isdecimal():
        chosen["incident"] = int(request.GET["incident"])
    return chosen


def _show_form(request: Request, desk: Desk, form: CheckForm, check: SafetyCheck | None = None) -> HttpResponse:
    context: dict[str, Any] = {"form": form, "templates": [] if check else plans.templates(request.viewer)}
    if check is not None:
        context["check"] = check
    return show_page(request, desk, "form", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: Request, desk: Desk) -> HttpResponse:
    """A new check. It is saved as a draft; nothing goes out before the preview. From an advisory the first step is its draft."""
    if request.method != "POST" and request.GET.get("advisory", "").isdecimal():
        context = {"advisory": advisory_of(int(request.GET["advisory"]))}
        return show_page(request, desk, "from_advisory", context)
    at = timezone.now()
    form = CheckForm(posted(request), request.FILES or None, viewer=request.viewer, at=at, initial=_prepared(request))
    tell_unused_words(request, form)
    if request.method == "POST" and not form.is_growing and form.is_valid():
        try:
            check = draft_check(actor=request.viewer, at=at, school_id=request.viewer.school_id, **form.content())
            return redirect(desk.url("preview", check.pk))
        except Refused as refused:
            put_refusal(form, refused)
    return _show_form(request, desk, form)


@require_POST
def from_advisory(request: Request, desk: Desk, n: int) -> HttpResponse:
    """Make the draft of an advisory, or find the one that was made before, and open it for changes."""
    check = draft_from_advisory(actor=request.viewer, at=timezone.now(), advisory_id=n, school_id=request.viewer.school_id)
    messages.success(request, _("A draft was made from the advisory. Nothing has been sent: look through it, change it, then go on to the preview."))
    return redirect(desk.url("edit", check.pk))


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: Request, desk: Desk, n: int) -> HttpResponse:
    """Change a draft. A scheduled check becomes a draft again."""
    check = own_check(request, n)
    if check.state not in UNSENT:
        return redirect(desk.url("show", n))
    at = timezone.now()
    form = CheckForm(posted(request), request.FILES or None, viewer=request.viewer, at=at, initial=check_initial(request.viewer, check))
    tell_unused_words(request, form)
    if request.method == "POST" and not form.is_growing and form.is_valid():
        try:
            change_check(actor=request.viewer, at=at, check_id=n, **form.content())
            return redirect(desk.url("preview", n))
        except Refused as refused:
            put_refusal(form, refused)
    return _show_form(request, desk, form, check)
