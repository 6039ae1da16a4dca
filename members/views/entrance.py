"""The way in: registration's first two steps, login, and a new password by code. allauth's views in our flow."""

from datetime import timedelta
from typing import Any

from allauth.account import views as allauth_views
from allauth.account.internal.flows.code_verification import AbstractCodeVerificationProcess
from allauth.account.internal.flows.email_verification_by_code import EMAIL_VERIFICATION_CODE_SESSION_KEY
from allauth.account.stages import LoginStage
from allauth.mfa.base import views as mfa_views
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.forms import Form
from django.http import HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET
from django.views.generic.base import TemplateResponseMixin
from django.views.generic.edit import FormMixin

from members import known_devices, openings, proofs
from members.actions import accounts
from members.forms.entrance import SignupForm
from members.queries import legal
from members.steps import registration_steps
from ossma.core.net import client_address
from ossma.core.ratelimit import ZERO, TooMany
from ossma.core.requests import Request
from ossma.core.retry_after import with_wait
from ossma.core.viewer import Viewer


def _documents(request: Request) -> list[dict[str, Any]]:
    """Both documents with whether this visitor has opened them."""
    opened = openings.opened(request)
    return [{"document": document, "opened": document.pk in opened} for document in legal.all_in_effect(timezone.localdate())]


@require_GET
def signup_opened(request: Request) -> JsonResponse:
    """Which documents have been opened; the page asks when the reader comes back from one."""
    return JsonResponse({"opened": [state["document"].kind for state in _documents(request) if state["opened"]]})


class Waiting(TemplateResponseMixin, FormMixin):
    """A form whose sender may have to wait: the same page again with what was typed, how long, and the ways that need no waiting."""

    request: Request

    def render_to_response(self, context: dict[str, Any], **kwargs: Any) -> HttpResponse:
        """429 and Retry-After while one has to wait."""
        form = context["form"]
        wait = proofs.wait_of(form) if form is not None and form.is_bound else ZERO
        response = super().render_to_response(context | {"wait": wait}, **kwargs)
        return with_wait(response, wait) if wait else response


class LoginView(Waiting, allauth_views.LoginView):
    """Address and password. Opens always, also while a registration waits for its code in this browser."""

    def _redirect_to_pending_stage(self, request: Request, stage: LoginStage) -> None:
        """Whoever opens the login wants to log in; what waits is a link on the page."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Whether a registration waits for its code."""
        return super().get_context_data(**kwargs) | {"code_waits": EMAIL_VERIFICATION_CODE_SESSION_KEY in self.request.session}


class SecondStepView(mfa_views.AuthenticateView):
    """The second factor of a login: the code of the app, or the passkey, after the password."""

    def form_invalid(self, form: Form) -> HttpResponse:
        """The page again; a wrong code or passkey is on record, one that was not even looked at is not."""
        if not proofs.wait_of(form):
            actor = Viewer(address=client_address(self.request))
            accounts.note_factor_failed(user_id=self.stage.login.user.pk, actor=actor, at=timezone.now())
        return super().form_invalid(form)

    def render_to_response(self, context: dict[str, Any], **kwargs: Any) -> HttpResponse:
        """As with the password."""
        wait = proofs.wait_of(self.auth_form) if self.auth_form.is_bound else ZERO
        response = super().render_to_response(context | {"wait": wait}, **kwargs)
        return with_wait(response, wait) if wait else response


class SignupView(Waiting, allauth_views.SignupView):
    """Step 1: address and password."""

    template_name = "public/members/signup.html"
    form_class = SignupForm

    def post(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        """Send; or, without script, look again whether both documents have been opened, keeping the address."""
        if "again" in request.POST:
            self._cached_form = SignupForm(request=request, initial={"email": request.POST.get("email", "")[:254]})
            return self.render_to_response(self.get_context_data(form=self._cached_form))
        return super().post(request, *args, **kwargs)

    def get_form_kwargs(self) -> dict[str, Any]:
        """The form asks the session about the openings."""
        return super().get_form_kwargs() | {"request": self.request}

    def form_valid(self, form: SignupForm) -> HttpResponse:
        """Account, acceptance and promised mail in one transaction. Two windows with one address make one account."""
        try:
            with transaction.atomic():
                return super().form_valid(form)
        except IntegrityError:
            form.account_already_exists = True
            return super().form_valid(form)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The documents and where one is in the registration."""
        documents = _documents(self.request)
        ready = all(state["opened"] for state in documents)
        return super().get_context_data(**kwargs) | {"documents": documents, "ready": ready, "steps": registration_steps(), "step": 1}


def _spent(process: AbstractCodeVerificationProcess) -> timedelta:
    """Count a try of the code that is waited for: exact over sessions and over many at once. How long to wait; zero where it may be tried."""
    try:
        proofs.try_code(process.state["email"], process.state["at"], at=timezone.now())
    except TooMany as refused:
        process.abort()
        return refused.wait
    return ZERO


class CodeView(allauth_views.ConfirmEmailVerificationCodeView):
    """Step 2: the six digits; also the way to confirm a changed address."""

    template_name = "public/members/signup_code.html"

    def dispatch(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Without a code that is still good, say so on a page of its own instead of showing the login form."""
        response = super().dispatch(request, *args, **kwargs)
        if response.status_code == 302 and response["Location"] in self._nowhere():
            return self._code_spent()
        return response

    def post(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        """One of five tries, whatever comes at the same time."""
        if self._action == "verify" and _spent(self._process):
            return self._code_spent()
        return super().post(request, *args, **kwargs)

    def _code_spent(self) -> HttpResponse:
        context = {"signed_in": self.request.user.is_authenticated}
        return render(self.request, "public/members/code_spent.html", context, status=410)

    def _nowhere(self) -> set[str]:
        """Where allauth sends people who have no code to confirm; after a confirmed change of address it is a success."""
        return {reverse("account_login")} | (set() if self._process else {reverse("account_email")})

    def _resend_form_valid(self, form: Form) -> HttpResponse:
        """Another code, after a while; the code before it stops working."""
        try:
            proofs.ask_for_code(self.request, self._process.email, at=timezone.now())
        except ValidationError as refused:
            messages.warning(self.request, refused.messages[0])
        else:
            self._process.resend()
            messages.success(self.request, _("A new code is on its way. The one before no longer works."))
        return redirect("account_email_verification_sent")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Where one is in the registration."""
        changing = self.request.user.is_authenticated
        return super().get_context_data(**kwargs) | {"changing": changing, "steps": registration_steps(), "step": 2}


class ResetRequestView(Waiting, allauth_views.PasswordResetView):
    """Where the code for a new password goes."""


class ResetCodeView(allauth_views.ConfirmPasswordResetCodeView):
    """The code for a new password."""

    def dispatch(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """A code that was spent, or is older than a quarter of an hour, gets a page that says what to do."""
        response = super().dispatch(request, *args, **kwargs)
        if response.status_code == 302 and response["Location"] == reverse("account_login"):
            return render(request, "public/members/reset_code_spent.html", status=410)
        return response

    def post(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        """One of five tries, whatever comes at the same time."""
        if _spent(self._process):
            return render(request, "public/members/reset_code_spent.html", status=410)
        return super().post(request, *args, **kwargs)


class ResetPasswordView(allauth_views.CompletePasswordResetView):
    """The new password after the code."""

    def form_valid(self, form: Form) -> HttpResponse:
        """Whoever has read the mail in this browser need not wait at the login because of what others tried."""
        user = self._process.user
        response = super().form_valid(form)
        user.refresh_from_db()
        known_devices.remember(self.request, response, user)
        return response


signup = SignupView.as_view()
signup_code = CodeView.as_view()
login = LoginView.as_view()
second_step = SecondStepView.as_view()
logout = allauth_views.logout
closed = allauth_views.account_inactive
password_reset = ResetRequestView.as_view()
password_reset_code = ResetCodeView.as_view()
password_reset_new = ResetPasswordView.as_view()
password_reset_done = allauth_views.password_reset_from_key_done
