"""The page behind an invitation's link: which school, which role, who invited; one's own login, then yes or no (contracts.md A1)."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from members import second_factor
from members.actions import consent
from members.forms.staff import InvitedAccountForm
from members.queries import staff
from members.sign_in import sign_in
from members.states import InvitationState
from members.views.second_step import second_step_for
from members.walls import account_of
from ossma.core.refusals import NotFound, Refused
from ossma.core.requests import Request

GONE = 410


def _render(request: Request, invitation: Any, stage: str, *, status: int = 200, **context: Any) -> HttpResponse:
    frame = "account/frame.html" if request.user.is_authenticated else "public/base.html"
    return render(request, "public/members/invitation.html", context | {"invitation": invitation, "stage": stage, "frame": frame}, status=status)


def _wrong_link(request: Request) -> HttpResponse:
    frame = "account/frame.html" if request.user.is_authenticated else "public/base.html"
    return render(request, "public/members/invitation_wrong.html", {"frame": frame}, status=404)


def _answered(request: Request, invitation: Any) -> HttpResponse | None:
    """The page of an invitation that can no longer be answered; None for an open one."""
    own = request.user.is_authenticated and invitation.accepted_by_id == request.user.pk
    match invitation.state:
        case InvitationState.ACCEPTED if own:
            return _render(request, invitation, "accepted", needs_factor=not second_factor.is_set_up(request))
        case InvitationState.WAITING if own:
            return _render(request, invitation, "waiting")
        case InvitationState.OPEN:
            return _render(request, invitation, "expired", status=GONE) if invitation.is_expired(timezone.now()) else None
        case InvitationState.DECLINED:
            return _render(request, invitation, "declined", status=GONE)
    return _render(request, invitation, "over", status=GONE)


@never_cache
def invitation(request: Request, token: str) -> HttpResponse:
    """Read, and answer. Opening the link changes nothing: mail scanners open links, too."""
    try:
        found = staff.by_token(token)
    except NotFound:
        return _wrong_link(request)
    answered = _answered(request, found)
    if answered:
        return answered
    if not request.user.is_authenticated:
        form = None if staff.has_account(found) else _account_form(request, found)
        return _render(request, found, "stranger", form=form, login_url=f"{reverse('account_login')}?{urlencode({'next': request.path})}")
    if not staff.is_for(found, account_of(request).pk):
        return _render(request, found, "other_account", status=403)
    return _render(request, found, "own")


def _account_form(request: Request, found: Any) -> InvitedAccountForm:
    data = request.POST if request.method == "POST" else None
    return InvitedAccountForm(data, email=found.email, initial={"name": found.name})


@require_POST
@never_cache
def open_account(request: Request, token: str) -> HttpResponse:
    """Make the account for an address that has none, log in, and come back to the question."""
    try:
        found = staff.by_token(token)
    except NotFound:
        return _wrong_link(request)
    back = redirect("public:members:invitation", token)
    if request.user.is_authenticated or _answered(request, found):
        return back
    form = _account_form(request, found)
    if not form.is_valid():
        return _render(request, found, "stranger", form=form)
    try:
        user = consent.open_invited_account(
            token=token, name=form.cleaned_data["name"], password=form.cleaned_data["password"], language=request.LANGUAGE_CODE,
            actor=request.viewer, at=timezone.now(),
        )  # fmt: skip
    except Refused as refusal:
        messages.warning(request, refusal.message)
        return back
    return sign_in(request, user, back["Location"])


@require_POST
@never_cache
def accept(request: Request, token: str) -> HttpResponse:
    """Yes; whoever is not logged in any more finds the way on the page of the link."""
    if not request.user.is_authenticated:
        return redirect("public:members:invitation", token)
    try:
        consent.accept_invitation(token=token, actor=request.viewer, at=timezone.now())
    except NotFound:
        return _wrong_link(request)
    except Refused as refusal:
        messages.warning(request, refusal.message)
    return redirect("public:members:invitation", token)


@require_POST
@never_cache
def decline(request: Request, token: str) -> HttpResponse:
    """No; the link alone is enough, so a program that reads the mail must not give it."""
    at = timezone.now()
    try:
        found = staff.by_token(token)
        mail = f"invitation:{found.pk}:"
        if asked := second_step_for(request, mail, actor=request.viewer, subject=("invitation", found.pk), at=at):
            return asked
        consent.decline_invitation(token=token, actor=request.viewer, at=at)
    except NotFound:
        return _wrong_link(request)
    except Refused as refusal:
        messages.warning(request, refusal.message)
    return redirect("public:members:invitation", token)
