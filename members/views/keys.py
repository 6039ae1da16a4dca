"""An account's own keys: password, address, second factors, signed-in devices. allauth's views in our frame."""

from typing import Any

from allauth.account import views as account
from allauth.mfa.adapter import get_adapter as get_mfa_adapter
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from allauth.usersessions import views as sessions
from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.generic.base import ContextMixin

from members import devices, known_devices, proofs, second_factor
from members.actions import accounts
from members.viewers import home_of
from members.views import entrance
from members.walls import account_of
from ossma.core.requests import Request
from ossma.core.viewer import Face


def frame(request: Request) -> dict[str, str]:
    """The page skeleton that fits the account, and its way home."""
    if request.viewer.face is Face.MEMBER:
        return {"frame": "member/base.html", "home_url": "/me/"}
    return {"frame": "account/frame.html", "home_url": home_of(account_of(request)) if request.user.is_authenticated else "/"}


class Framed(ContextMixin):
    """A view whose page stands in the frame of the account's face."""

    request: Request

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """allauth's context and the frame."""
        return super().get_context_data(**kwargs) | frame(self.request)


class Overview(Framed, mfa.IndexView):
    """The state of all keys."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Whether this account must have a second factor, and has."""
        enabled = second_factor.is_set_up(self.request)
        return super().get_context_data(**kwargs) | {"protected": enabled, "required": second_factor.is_required(self.request)}


class Email(entrance.Waiting, Framed, account.EmailView):
    """Change of address by code."""

    def _action_send(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponse | None:
        """allauth's button for one more code is not on the page: a new one is asked for with the address."""
        return None


class Password(entrance.Waiting, Framed, account.PasswordChangeView):
    """A new password for the present one."""

    def form_valid(self, form: Form) -> HttpResponse:
        """This browser stays known; every other one has to log in anew."""
        response = super().form_valid(form)
        known_devices.remember(self.request, response, account_of(self.request))
        return response


class FirstPassword(Framed, account.PasswordSetView):
    """A first password."""


class Devices(Framed, sessions.ListUserSessionsView):
    """Where the account is signed in; the others can be signed out."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Each device with a name that one recognises."""
        context = super().get_context_data(**kwargs)
        named = [{"session": session, "name": devices.describe(session.user_agent)} for session in context["sessions"]]
        return context | {"devices": named}


class AddApp(Framed, totp.ActivateTOTPView):
    """Set up an authenticator app."""

    def form_valid(self, form: Form) -> HttpResponse:
        """Whoever sets it up holds it: this session has shown its second factor."""
        response = super().form_valid(form)
        second_factor.note_enrolment(self.request, "totp")
        return response


class RemoveApp(Framed, totp.DeactivateTOTPView):
    """Remove the authenticator app."""


class Passkeys(Framed, webauthn.ListWebAuthnView):
    """All passkeys."""


class AddPasskey(Framed, webauthn.AddWebAuthnView):
    """Add a passkey of this device or a security key."""

    def form_valid(self, form: Form) -> HttpResponse:
        """As with the app."""
        response = super().form_valid(form)
        second_factor.note_enrolment(self.request, "webauthn")
        return response


class RenamePasskey(Framed, webauthn.EditWebAuthnView):
    """Give a passkey a name one recognises."""


class RemovePasskey(Framed, webauthn.RemoveWebAuthnView):
    """Remove a passkey, unless the account needs it."""

    def form_valid(self, form: Form) -> HttpResponse:
        """School and office accounts keep their last second factor."""
        adapter = get_mfa_adapter()
        if not adapter.can_delete_authenticator(self.get_object()):
            messages.error(self.request, adapter.error_messages["cannot_delete_authenticator"])
            return redirect("mfa_list_webauthn")
        return super().form_valid(form)


class RecoveryCodes(Framed, recovery.ViewRecoveryCodesView):
    """The codes for the day the phone is lost, shown once."""


class NewRecoveryCodes(Framed, recovery.GenerateRecoveryCodesView):
    """Make new ones; the old ones stop working."""


class Proving(entrance.Waiting, Framed):
    """A page where somebody who is signed in proves again who they are."""

    def form_valid(self, form: Form) -> HttpResponse:
        """On record, and from here on under a new session key."""
        second_factor.renew_session(self.request)
        accounts.note_proof(user_id=account_of(self.request).pk, proved=True, actor=self.request.viewer, at=timezone.now())
        return super().form_valid(form)

    def form_invalid(self, form: Form) -> HttpResponse:
        """A wrong password or code of somebody who holds the session is on record, too; one that was not even looked at is not."""
        if not proofs.wait_of(form):
            accounts.note_proof(user_id=account_of(self.request).pk, proved=False, actor=self.request.viewer, at=timezone.now())
        return super().form_invalid(form)


class PasswordAgain(Proving, account.ReauthenticateView):
    """The password once more before keys are changed."""


class CodeAgain(Proving, mfa.ReauthenticateView):
    """The app's code once more before keys are changed."""


class PasskeyAgain(Proving, webauthn.ReauthenticateWebAuthnView):
    """The passkey once more before keys are changed."""
