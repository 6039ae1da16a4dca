"""The office's own accounts, the protection of anybody's account, and the table of duties (office.md, "Duties and roles")."""

from collections.abc import Callable

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from members import devices
from members.actions.office import create_office_user, reopen_account, secure_account, set_office_roles
from members.forms.office import AccountSearchForm, ColleagueForm, ReasonForm, RolesForm, SecureForm
from members.queries import accounts
from ossma.core.duties import DUTIES, Duty, OfficeRole
from ossma.core.refusals import Refused
from ossma.core.requests import Request


@require_safe
def roles(request: Request) -> HttpResponse:
    """Who may do what, as the code has it."""
    rows = [
        {"duty": duty, "marks": [*((role.label, role in DUTIES[duty]) for role in OfficeRole), (_("You"), request.viewer.may(duty))]} for duty in Duty
    ]
    return render(request, "office/members/roles.html", {"roles": list(OfficeRole), "rows": rows})


@require_safe
def index(request: Request) -> HttpResponse:
    """Colleagues with their roles; other people's accounts by a search."""
    form = AccountSearchForm(request.GET or None)
    text = form.cleaned_data["q"] if form.is_valid() else ""
    context = {"colleagues": accounts.colleagues(request.viewer), "form": form, "q": text, "found": accounts.found(request.viewer, text)}
    return render(request, "office/members/accounts.html", context)


@require_http_methods(["GET", "POST"])
def new(request: Request) -> HttpResponse:
    """A new account of the office; its owner gets a mail."""
    form = ColleagueForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            user = create_office_user(**form.cleaned_data, actor=request.viewer, at=timezone.now())
        except Refused as refused:
            form.add_error(refused.field, refused.message)
        else:
            messages.success(request, _("The account was made. Its owner has been told by mail how to log in."))
            return redirect("office:members:account", user.pk)
    return render(request, "office/members/account_new.html", {"form": form})


def _page(request: Request, user_id: int, *, status: int = 200, **forms: object) -> HttpResponse:
    found = accounts.account(request.viewer, user_id)
    named = [{"session": session, "name": devices.describe(session.user_agent)} for session in found.sessions]
    context = {
        "account": found,
        "devices": named,
        "is_self": found.user.pk == request.viewer.user_id,
        "roles_form": RolesForm(initial={"roles": found.roles}),
        "secure_form": SecureForm(),
        "reopen_form": ReasonForm(),
    }
    return render(request, "office/members/account.html", context | forms, status=status)


@require_safe
def account(request: Request, user_id: int) -> HttpResponse:
    """One account: roles, second step, where it is signed in, and what can be done to protect it."""
    return _page(request, user_id)


def _carry_out(request: Request, user_id: int, form: Form, act: Callable[..., object], done: str, name: str) -> HttpResponse:
    """Do what a form of the page asks for; what is refused is said at its field, and the page comes again as `name` with what was typed."""
    if form.is_valid():
        try:
            act(user_id=user_id, **form.cleaned_data, actor=request.viewer, at=timezone.now())
        except Refused as refused:
            form.add_error(refused.field, refused.message)
        else:
            messages.success(request, done)
            return redirect("office:members:account", user_id)
    return _page(request, user_id, status=422, **{name: form})


@require_http_methods(["POST"])
def set_roles(request: Request, user_id: int) -> HttpResponse:
    """Give and take roles."""
    done = _("The roles were saved. The owner of the account and the managers have been told by mail.")
    return _carry_out(request, user_id, RolesForm(request.POST), set_office_roles, done, "roles_form")


@require_http_methods(["POST"])
def secure(request: Request, user_id: int) -> HttpResponse:
    """End every session; close the account or remove its second step where asked."""
    done = _("Done: every session of this account has ended. Its owner has been told by mail.")
    return _carry_out(request, user_id, SecureForm(request.POST), secure_account, done, "secure_form")


@require_http_methods(["POST"])
def reopen(request: Request, user_id: int) -> HttpResponse:
    """Let a closed account log in again, with a new password."""
    done = _("The account is open again. Its owner chooses a new password by code.")
    return _carry_out(request, user_id, ReasonForm(request.POST), reopen_account, done, "reopen_form")
