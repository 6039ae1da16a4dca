"""One person in one check: why asked, where believed, what was said, what was sent; answering for them, and their help case."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from ossma.core.refusals import Refused
from ossma.core.requests import Request
from safety.actions import answer_by_proxy
from safety.actions.calls import take_person
from safety.forms.follow import ProxyForm
from safety.queries import dashboard, people
from safety.queries.tried import story
from safety.views.desk.faces import Desk, put_refusal, show_page
from safety.views.desk.looks import note_looks


def _page(request: Request, desk: Desk, n: int, r: int, form: ProxyForm) -> HttpResponse:
    at = timezone.now()
    check = dashboard.check_of(request.viewer, n)
    person = people.person(request.viewer, check, r, at)
    note_looks(request, action="safety.person_seen", subject=f"person:{r}", member_ids=[person.row.member_id], at=at)
    context = {
        "check": check,
        "person": person,
        "row": person.row,
        "case": person.case,
        "form": form,
        "now": at,
        "events": story(person.row, person.case),
    }
    return show_page(request, desk, "person", context, status=422 if form.errors else 200)


@require_safe
def person(request: Request, desk: Desk, n: int, r: int) -> HttpResponse:
    """All that is known of one recipient."""
    return _page(request, desk, n, r, ProxyForm())


@require_http_methods(["POST"])
def proxy(request: Request, desk: Desk, n: int, r: int) -> HttpResponse:
    """Record what a named person knows about somebody."""
    check = dashboard.check_of(request.viewer, n)
    at = timezone.now()
    known = people.person(request.viewer, check, r, at)
    form = ProxyForm(request.POST)
    if form.is_valid():
        try:
            answer_by_proxy(actor=request.viewer, at=at, recipient_id=known.row.pk, **form.cleaned_data)
        except Refused as refused:
            put_refusal(form, refused)
        else:
            messages.success(request, _("Recorded, with your name as the source."))
            return redirect(desk.url("person", n, r))
    return _page(request, desk, n, r, form)


@require_http_methods(["POST"])
def take(request: Request, desk: Desk, n: int, r: int) -> HttpResponse:
    """Take a silent person: from now on this colleague follows them up."""
    check = dashboard.check_of(request.viewer, n)
    at = timezone.now()
    known = people.person(request.viewer, check, r, at)
    try:
        case = take_person(actor=request.viewer, at=at, recipient_id=known.row.pk)
    except Refused as refused:
        messages.error(request, refused.message)
        return redirect(desk.url("person", n, r))
    return redirect(desk.url("case", case.pk))
