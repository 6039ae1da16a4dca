"""allauth's forms of the way in, with the product's labels and the product's codes."""

from typing import Any

from allauth.account import forms as allauth_forms
from allauth.account.utils import has_verified_email
from allauth.core import context
from allauth.mfa.base import forms as mfa_forms
from allauth.mfa.totp import forms as totp_forms
from allauth.mfa.webauthn import forms as webauthn_forms
from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone
from django.utils.functional import lazy
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from members import codes, openings, proofs, second_factor
from members.actions import accounts
from members.forms.fields import PLEASE_ENTER, CodeField
from members.models import User
from members.proofs import Proof
from members.queries import legal
from ossma.core import limits
from ossma.core.mail_address_fields import into_address
from ossma.core.net import client_address, source_of
from ossma.core.viewer import Viewer

EMAIL = gettext_lazy("E-mail address")
PASSWORD = gettext_lazy("Password")
NEW_PASSWORD = gettext_lazy("New password")
PASSWORD_HELP = lazy(lambda: _("8 characters or more, with a capital letter, a small letter and a digit."), str)()


def _plain(field: forms.Field, label: Any, **attrs: str) -> None:
    """Label a field of allauth's in our words and drop its placeholder: a placeholder is no label."""
    field.label = label
    field.help_text = ""
    field.error_messages |= PLEASE_ENTER
    field.widget.attrs.pop("placeholder", None)
    field.widget.attrs.update(attrs)


def _address(form: forms.Form, name: str, label: Any, **attrs: str) -> None:
    """The same for an address: by the product's own field, which knows the addresses that Django's refuses and refuses what mail cannot reach."""
    _plain(form.fields[name], label, **attrs)
    form.fields[name] = into_address(form.fields[name])


class SignupForm(allauth_forms.SignupForm):
    """Address and password; both documents must have been opened in this session."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.request = kwargs.pop("request")
        super().__init__(*args, **kwargs)
        _address(self, "email", EMAIL, autocomplete="email")
        _plain(self.fields["password1"], PASSWORD)
        self.fields["password1"].help_text = PASSWORD_HELP

    def clean(self) -> dict[str, Any]:
        """Whatever the page's button looked like, the server asks for both openings (M1)."""
        cleaned = super().clean()
        if not openings.all_opened(self.request, legal.all_in_effect(timezone.localdate())):
            raise ValidationError(_("Please open and read both documents first."), code="not_opened")
        if not self.errors:
            once = ((limits.SIGN_UP_SOURCE, source_of(self.request)),)
            proofs.ask_for_code(self.request, cleaned["email"], at=timezone.now(), more=once)
        return cleaned

    def try_save(self, request: HttpRequest) -> tuple[User | None, HttpResponseBase | None]:
        """An address that has an account costs the same work as one that has none, so that the time tells nothing."""
        if self.account_already_exists:
            now = timezone.now()
            accounts.rehearse_opening(
                password=self.cleaned_data["password1"],
                language=get_language() or "ja",
                documents=legal.all_in_effect(timezone.localdate(now)),
                openings=openings.opened(request),
                actor=Viewer(address=client_address(request)),
                at=now,
            )
        return super().try_save(request)


class LoginForm(allauth_forms.LoginForm):
    """Address and password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _address(self, "login", EMAIL, autocomplete="username")
        _plain(self.fields["password"], PASSWORD)

    def clean(self) -> dict[str, Any]:
        """An address that still waits to be confirmed is sent a code at login: that is counted like every other code."""
        cleaned = super().clean()
        if self.user is not None and not has_verified_email(self.user, cleaned["login"]):
            proofs.ask_for_code(self.request, cleaned["login"], at=timezone.now())
        return cleaned


class ConfirmCodeForm(allauth_forms.ConfirmEmailVerificationCodeForm):
    """The six digits of the mail; what is expected is a digest."""

    code = CodeField(label=gettext_lazy("Confirmation code"))

    def clean_code(self) -> str:
        """Raise ValidationError for any other code, and when the address was taken by somebody in the meantime."""
        if not codes.matches(self.cleaned_data["code"], self.expected_code):
            raise allauth_forms.get_adapter().validation_error("incorrect_code")
        allauth_forms.email_already_exists(user=self.user, email=self.email, always_raise=True)
        return self.cleaned_data["code"]


class ResetCodeForm(allauth_forms.ConfirmPasswordResetCodeForm):
    """The six digits of the mail for a new password."""

    code = CodeField(label=gettext_lazy("Confirmation code"))

    def clean_code(self) -> str:
        """Raise ValidationError for any other code."""
        if not codes.matches(self.cleaned_data["code"], self.expected_code):
            raise allauth_forms.get_adapter().validation_error("incorrect_code")
        return self.cleaned_data["code"]


class ResetRequestForm(allauth_forms.ResetPasswordForm):
    """Where the code for a new password goes."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _address(self, "email", EMAIL, autocomplete="email")

    def clean_email(self) -> str:
        """Counted whether there is such an account or not."""
        email = super().clean_email()
        proofs.ask_for_code(context.request, email, at=timezone.now())
        return email


class OnePasswordMixin(forms.Form):
    """One field for a new password: it can be made readable, so typing it twice proves nothing."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.pop("password2")
        _plain(self.fields["password1"], NEW_PASSWORD)
        self.fields["password1"].help_text = PASSWORD_HELP


class ResetPasswordForm(OnePasswordMixin, allauth_forms.ResetPasswordKeyForm):
    """The new password after the code."""


class SetPasswordForm(OnePasswordMixin, allauth_forms.SetPasswordForm):
    """A first password."""


class ChangePasswordForm(OnePasswordMixin, allauth_forms.ChangePasswordForm):
    """A new password for the present one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(self.fields["oldpassword"], gettext_lazy("Present password"))

    def clean_oldpassword(self) -> str:
        """A session that somebody left open is no place for guessing."""
        attempt = proofs.begin(context.request, Proof.PASSWORD_AGAIN, self.user.email, at=timezone.now())
        password = super().clean_oldpassword()
        attempt.succeeded()
        return password


class ChangeEmailForm(allauth_forms.AddEmailForm):
    """A new address; a code goes there before anything changes."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _address(self, "email", gettext_lazy("New e-mail address"), autocomplete="email")

    def clean_email(self) -> str:
        """The mail goes to an address that may be a stranger's."""
        email = super().clean_email()
        proofs.ask_for_code(context.request, email, at=timezone.now(), more=((limits.NEW_ADDRESS, self.user.pk),))
        return email


class PasswordAgainForm(allauth_forms.ReauthenticateForm):
    """The password once more, before keys are changed."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(self.fields["password"], PASSWORD)


class SpentOnceMixin(mfa_forms.BaseAuthenticateForm):
    """A code is good for one login, also while the clock's tolerance would still take it."""

    def clean_code(self) -> str:
        """Raise ValidationError for a wrong code, for one that was used before, and while one has to wait."""
        attempt = proofs.begin(context.request, Proof.SECOND_FACTOR, self.user.email, at=timezone.now())
        code = super().clean_code()
        if not second_factor.spend(self.user, code):
            raise mfa_forms.get_adapter().validation_error("incorrect_code")
        attempt.succeeded()
        return code


class AppCodeForm(SpentOnceMixin, mfa_forms.AuthenticateForm):
    """The code of the authenticator app, or a recovery code."""

    code = CodeField(label=gettext_lazy("Code from the app"))


class AppCodeAgainForm(SpentOnceMixin, mfa_forms.ReauthenticateForm):
    """The same, before keys are changed."""

    code = CodeField(label=gettext_lazy("Code from the app"))


class ActivateAppForm(totp_forms.ActivateTOTPForm):
    """The first code that the app shows."""

    code = CodeField(label=gettext_lazy("Code from the app"))


class AddPasskeyForm(webauthn_forms.AddWebAuthnForm):
    """A name for the passkey, and whether it may stand for the password too."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(self.fields["name"], gettext_lazy("Name of the passkey"))
        _plain(self.fields["passwordless"], gettext_lazy("Log in with it without a password"))


class RenamePasskeyForm(webauthn_forms.EditWebAuthnForm):
    """Another name."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(self.fields["name"], gettext_lazy("Name of the passkey"), maxlength="100")
