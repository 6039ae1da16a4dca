"""allauth bent to the house: mails through the outbox, codes as digests, secrets of second factors encrypted."""

from typing import Any, cast

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.email_verification_by_code import EMAIL_VERIFICATION_CODE_SESSION_KEY
from allauth.core import context as allauth_context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.usersessions.adapter import DefaultUserSessionsAdapter
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from members import codes, known_devices, openings, proofs, second_factor
from members.actions import accounts
from members.language import remember_language
from members.models import User
from members.proofs import Proof
from members.push_sessions import known_mark, marks_of
from members.queries import faces, legal
from members.viewers import home_of
from members.walls import LEGAL_DUE
from ossma.core import registries
from ossma.core.encrypted import box
from ossma.core.net import client_address
from ossma.core.push import devices
from ossma.core.viewer import Viewer

# Mails of the way in, before anybody is known: in both languages.
ENTRANCE_MAILS = {
    "account/email/email_confirmation_signup": "members/code",
    "account/email/email_confirmation": "members/code",
    "account/email/password_reset_code": "members/reset_code",
    "account/email/account_already_exists": "members/account_exists",
    "account/email/unknown_account": "members/unknown_account",
}
# What happened to an account's keys: the word of the audit trail, and the mail to its owner.
KEY_EVENTS = {
    "account/email/email_changed": ("email_changed", "members/email_changed"),
    "account/email/password_changed": ("password_changed", "members/password_changed"),
    "account/email/password_reset": ("password_reset", "members/password_changed"),
    "account/email/password_set": ("password_first_set", "members/password_changed"),
    "mfa/email/totp_activated": ("app_added", "members/second_factor_added"),
    "mfa/email/totp_deactivated": ("app_removed", "members/second_factor_removed"),
    "mfa/email/webauthn_added": ("passkey_added", "members/second_factor_added"),
    "mfa/email/webauthn_removed": ("passkey_removed", "members/second_factor_removed"),
    "mfa/email/recovery_codes_generated": ("recovery_codes_made", "members/recovery_codes"),
}
# Short notes after something was done; everything else allauth would say stands on the pages themselves.
MESSAGES = {
    "account/messages/password_changed.txt": _("The password has been changed."),
    "account/messages/password_set.txt": _("The password has been set."),
    "account/messages/email_confirmation_failed.txt": _("This address could not be confirmed. Please start again."),
    "mfa/messages/totp_activated.txt": _("The authenticator app has been set up."),
    "mfa/messages/totp_deactivated.txt": _("The authenticator app has been removed."),
    "mfa/messages/webauthn_added.txt": _("The passkey has been added."),
    "mfa/messages/webauthn_removed.txt": _("The passkey has been removed."),
    "mfa/messages/recovery_codes_generated.txt": _("Recovery codes have been made. Note them down now: they are shown only once."),
    "usersessions/messages/sessions_logged_out.txt": _("The other devices have been logged out."),
}


class AccountAdapter(DefaultAccountAdapter):
    """Accounts: every write through an action, every mail through the outbox."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": _("The e-mail address or the password is not right."),
        "incorrect_code": _("The code is not right. Please look at the newest mail and enter its six digits."),
        "too_many_login_attempts": _("The code was wrong too often and no longer works."),
    }

    def _own(self, user: User | None = None) -> Viewer:
        """The actor of what people do to their own account, signed in or on the way to it."""
        return Viewer(user_id=user.pk if user else None, address=client_address(self.request))

    def save_user(self, request: HttpRequest, user: User, form: Form, commit: bool = True) -> User:
        """Open the account, with its acceptance of both documents."""
        now = timezone.now()
        return accounts.open_account(
            email=form.cleaned_data["email"],
            password=form.cleaned_data["password1"],
            language=get_language() or "ja",
            documents=legal.all_in_effect(timezone.localdate(now)),
            openings=openings.opened(request),
            actor=self._own(),
            at=now,
        )

    def set_password(self, user: User, password: str) -> None:
        """Set a password that was checked."""
        mark = known_mark(self.request.session)
        accounts.set_password(user=user, password=password, actor=self._own(user), at=timezone.now(), push_mark=mark)

    def logout(self, request: HttpRequest) -> None:
        """Leave, and let no push message of this person appear in this browser any more."""
        user = cast(User, request.user)
        ended = devices.end_sessions(user_id=user.pk, marks=[known_mark(request.session)], actor=self._own(user), at=timezone.now())
        super().logout(request)
        if ended:
            messages.info(request, _("Push messages have been stopped on this device, too. Switch them on again after the next login."))

    def generate_email_verification_code(self) -> str:
        """A code for an address; allauth keeps the digest."""
        return codes.new_code()

    def generate_password_reset_code(self) -> str:
        """A code for a new password; allauth keeps the digest."""
        return codes.new_code()

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Promise one of the mails of the way in, unless the address had its day's share, of which nobody is told: strangers cause these mails.

        A mail that is not in the table is a mistake of ours and raises KeyError.
        """
        code, now = context.get("code"), timezone.now()
        content = {"code": code.clear} if isinstance(code, codes.CodeDigest) else {}
        template = ENTRANCE_MAILS[template_prefix]
        if proofs.may_mail(self.request, email, has_code=bool(content), at=now):
            accounts.promise_mail(to_address=email, template=template, context=content, actor=self._own(), at=now)

    def send_notification_mail(self, template_prefix: str, user: User, context: dict[str, Any] | None = None, email: str | None = None) -> None:
        """Record what happened to the account's keys and tell its owner, at the old address where the address changed."""
        event, template = KEY_EVENTS[template_prefix]
        words = {key: value for key, value in (context or {}).items() if isinstance(value, str)}
        accounts.note_key_change(
            user=user,
            event=event,
            to_address=email or user.email,
            template=template,
            context=words,
            actor=self._own(user),
            at=timezone.now(),
        )

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:
        """The account of an address and a password. Raises ValidationError while one has to wait."""
        attempt = proofs.begin(request, Proof.PASSWORD, credentials["email"], at=timezone.now())
        return self._judged(attempt, request, **credentials)

    def reauthenticate(self, user: User, password: str) -> bool:
        """Whether this is the password of the account that is signed in. Mistakes at the login do not count here, nor the other way round."""
        request = allauth_context.request
        attempt = proofs.begin(request, Proof.PASSWORD_AGAIN, user.email, at=timezone.now())
        return self._judged(attempt, request, email=user.email, password=password) == user

    def _judged(self, attempt: proofs.Attempt, request: HttpRequest, **credentials: Any) -> User | None:
        user = super().authenticate(request, **credentials)
        if user is not None:
            attempt.succeeded()
        return user

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Keep a trace of a failed login."""
        accounts.note_failed_login(actor=self._own(), at=timezone.now())

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse:
        """Record the login, remember whether a document waits for acceptance, and speak the account's language from here on."""
        now = timezone.now()
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)
        accounts.note_login(user=user, language=chosen, factors=second_factor.shown_in(request, user), actor=self._own(user), at=now)
        own = faces.membership_of(user.pk)
        if own is not None:
            for _key, tell in registries.signs_of_life:
                tell(own.member_id, now, "login", "")
            if legal.outstanding(user.pk, timezone.localdate(now)):
                request.session[LEGAL_DUE] = True
        # A registration that waited for its code in this browser is none of this account's.
        request.session.pop(EMAIL_VERIFICATION_CODE_SESSION_KEY, None)
        response = super().post_login(request, user, **kwargs)
        remember_language(response, user.language)
        known_devices.remember(request, response, user)
        return response

    def add_message(
        self, request: HttpRequest, level: int, message_template: str | None = None, *args: Any, message: str | None = None, **kwargs: Any
    ) -> None:
        """Only messages in the product's own words; where allauth has one that is not in the table, the page itself says it."""
        text = message or MESSAGES.get(message_template or "")
        if text:
            messages.add_message(request, level, text)

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """To where the account belongs."""
        return home_of(cast(User, request.user))

    def get_signup_redirect_url(self, request: HttpRequest) -> str:
        """After the code comes the join password."""
        return reverse("public:members:signup_school")

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """Back to the account's security page."""
        return reverse("mfa_index")

    def get_email_verification_redirect_url(self, email_address: Any) -> str:
        """After an address was changed by code."""
        return reverse("account_email")

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Keys may be changed within five minutes of a login; later the person proves again who they are."""
        return not second_factor.authenticated_recently(allauth_context.request)

    def is_safe_url(self, url: str | None) -> bool:
        """Only our own paths are followed after login."""
        return bool(url) and super().is_safe_url(url)


class MFAAdapter(DefaultMFAAdapter):
    """Second factors: secrets encrypted at rest, and never the last one away from school or office accounts."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": _("The code is not right. Please enter the code that the app shows now."),
        "cannot_delete_authenticator": _("This account needs a second factor. Set up another one first."),
    }

    def encrypt(self, text: str) -> str:
        """Encrypt with the field keys."""
        return box().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Clear text of what `encrypt` wrote under any key still in force."""
        return box().decrypt(encrypted_text.encode()).decode()

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Members may; school and office accounts keep at least one."""
        return faces.may_drop_factor(authenticator.user, authenticator.pk)

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Passkeys belong to the site's host, whatever port."""
        return super().get_public_key_credential_rp_entity() | {"name": "OSSMA"}


class UserSessionsAdapter(DefaultUserSessionsAdapter):
    """Signed-in devices that their owner ends elsewhere."""

    def end_sessions(self, ended: list[UserSession]) -> None:
        """With the sessions their push messages end."""
        for user_id in {one.user_id for one in ended}:
            marks = marks_of(one for one in ended if one.user_id == user_id)
            devices.end_sessions(user_id=user_id, marks=marks, actor=Viewer(user_id=user_id), at=timezone.now())
        super().end_sessions(ended)
