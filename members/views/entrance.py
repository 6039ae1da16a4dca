"""The way in: registration's first two steps, login, and a new password by code. allauth's views in our flow."""

from typing import Any

from allauth.account import views as allauth_views
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.decorators import rate_limit
from allauth.mfa.base import views as mfa_views
from django.contrib import messages
from django.db import IntegrityError, transaction
from django.forms import Form
from django.http import HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from members import openings
from members.actions import accounts
from members.forms.entrance import SignupForm
from members.queries import legal
from members.steps import registration_steps
from ossma.core.net import client_address
from ossma.core.requests import Request
from ossma.core.viewer import Viewer


def _documents(request: Request) -> list[dict[str, Any]]:
    """Both documents with whether this visitor has opened them."""
    opened = openings.opened(request)
    return [{"document": document, "opened": document.pk in opened} for document in legal.all_in_effect(timezone.localdate())]


@require_GET
def signup_opened(request: Request) -> JsonResponse:
    """Which documents have been opened; the page asks when the reader comes back from one."""
    return JsonResponse({"opened": [state["document"].kind for state in _documents(request) if state["opened"]]})


class SignupView(allauth_views.SignupView):
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


class CodeView(allauth_views.ConfirmEmailVerificationCodeView):
    """Step 2: the six digits; also the way to confirm a changed address."""

    template_name = "public/members/signup_code.html"

    def dispatch(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Without a code that is still good, say so on a page of its own instead of showing the login form."""
        response = super().dispatch(request, *args, **kwargs)
        if response.status_code == 302 and response["Location"] in self._nowhere():
            return render(request, "public/members/code_spent.html", {"signed_in": request.user.is_authenticated}, status=410)
        return response

    def _nowhere(self) -> set[str]:
        """Where allauth sends people who have no code to confirm; after a confirmed change of address it is a success."""
        return {reverse("account_login")} | (set() if self._process else {reverse("account_email")})

    def _resend_form_valid(self, form: Form) -> HttpResponse:
        """Another code, at most one a minute; the code before it stops working."""
        try:
            self._process.resend()
        except ImmediateHttpResponse:
            messages.warning(self.request, _("Please wait a minute before you ask for another code."))
        else:
            messages.success(self.request, _("A new code is on its way. The one before no longer works."))
        return redirect("account_email_verification_sent")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Where one is in the registration."""
        changing = self.request.user.is_authenticated
        return super().get_context_data(**kwargs) | {"changing": changing, "steps": registration_steps(), "step": 2}


class SecondStepView(mfa_views.AuthenticateView):
    """The second factor of a login."""

    def form_invalid(self, form: Form) -> HttpResponse:
        """The page again; the wrong code or passkey is on record."""
        actor = Viewer(address=client_address(self.request))
        accounts.note_factor_failed(user_id=self.stage.login.user.pk, actor=actor, at=timezone.now())
        return super().form_invalid(form)


@method_decorator(rate_limit(action="reset_code"), name="dispatch")
class ResetCodeView(allauth_views.ConfirmPasswordResetCodeView):
    """The code for a new password."""

    def dispatch(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """A code that was spent, or is older than a quarter of an hour, gets a page that says what to do."""
        response = super().dispatch(request, *args, **kwargs)
        if response.status_code == 302 and response["Location"] == reverse("account_login"):
            return render(request, "public/members/reset_code_spent.html", status=410)
        return response


signup = SignupView.as_view()
signup_code = CodeView.as_view()
login = allauth_views.login
second_step = SecondStepView.as_view()
logout = allauth_views.logout
closed = allauth_views.account_inactive
password_reset = allauth_views.password_reset
password_reset_code = ResetCodeView.as_view()
password_reset_new = allauth_views.complete_password_reset
password_reset_done = allauth_views.password_reset_from_key_done
reauthenticate = allauth_views.reauthenticate
