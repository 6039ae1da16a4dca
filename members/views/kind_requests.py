"""Requests for another member kind: the member withdraws, school and office decide."""

from collections.abc import Callable
from functools import partial

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from members.actions import kind_requests as actions
from members.forms.office import RefusalForm
from members.queries import kind_requests
from members.walls import member_only
from ossma.core.refusals import Refused
from ossma.core.requests import Request


@member_only
@require_POST
def withdraw(request: Request, request_id: int) -> HttpResponse:
    """The member takes the request back."""
    try:
        actions.withdraw_kind_request(request_id=request_id, actor=request.viewer, at=timezone.now())
        messages.success(request, _("The request has been withdrawn. Your member kind stays as it is."))
    except Refused as refused:
        messages.warning(request, refused.message)
    return redirect("member:members:index")


@require_safe
def index(request: Request, desk: str) -> HttpResponse:
    """Everything that waits for a decision."""
    context = {"desk": desk, "base": f"{desk}/base.html", "rows": kind_requests.waiting(request.viewer)}
    return render(request, "school/members/kind_requests.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def show(request: Request, desk: str, request_id: int) -> HttpResponse:
    """One request; POST approves it."""
    return _decided(request, desk, request_id, partial(actions.approve_kind, request_id=request_id), None)


@require_POST
def refuse(request: Request, desk: str, request_id: int) -> HttpResponse:
    """Refuse it, with a reason that the member reads."""
    form = RefusalForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    return _decided(request, desk, request_id, partial(actions.refuse_kind, request_id=request_id, reason=reason), form)


Act = Callable[..., object]


def _decided(request: Request, desk: str, request_id: int, act: Act, form: RefusalForm | None) -> HttpResponse:
    row = kind_requests.one(request.viewer, request_id)
    refusal = ""
    if request.method == "POST" and (form is None or form.is_valid()):
        try:
            act(actor=request.viewer, at=timezone.now())
        except Refused as refused:
            refusal = refused.message
        else:
            messages.success(request, _("Decided. The member has been told by mail."))
            return redirect(f"{desk}:members:kind_requests")
    context = {"desk": desk, "base": f"{desk}/base.html", "row": row, "form": form or RefusalForm(), "refusal": refusal}
    status = 422 if refusal or (form is not None and form.errors) else 200
    return render(request, "school/members/kind_request.html", context, status=status)
