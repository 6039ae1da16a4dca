"""Whether this session has shown a second factor (school-portal.md and office.md: required there)."""

import time
from typing import cast

from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.login import record_authentication
from allauth.mfa import app_settings as mfa_settings
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from allauth.usersessions.models import UserSession
from django.core.cache import cache
from django.http import HttpRequest

from members.models import User
from members.queries import faces
from ossma.core.requests import Request

FACTORS = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
RECENT_SECONDS = 300


def is_set_up(request: Request) -> bool:
    """Whether the account has an authenticator app or a passkey."""
    return is_mfa_enabled(request.user, FACTORS)


def was_shown(request: Request) -> bool:
    """Whether a code, passkey or recovery code was accepted in this session."""
    return any(record.get("method") == "mfa" for record in get_authentication_records(request, request.user))


def spend(user: User, code: str) -> bool:
    """Use up a code of the app; False when it was used before.

    allauth remembers a code for one period, but with a tolerance it would be accepted for longer than that.
    """
    seconds = mfa_settings.TOTP_PERIOD * (2 * mfa_settings.TOTP_TOLERANCE + 1)
    return cache.add(f"members.totp:{user.pk}:{code}", 1, timeout=seconds)


def note_enrolment(request: Request, kind: str) -> None:
    """Setting up a factor proves that one holds it: the session counts as verified from then on."""
    record_authentication(request, request.user, "mfa", type=kind, reauthenticated=True)


def last_proved_at(request: Request) -> int:
    """When the person last proved who they are, at login or since, in seconds since 1970; 0 for never."""
    records = get_authentication_records(request, request.user)
    return int(records[-1]["at"]) if records else 0


def authenticated_recently(request: Request) -> bool:
    """Whether that was within the last five minutes."""
    return time.time() - last_proved_at(request) < RECENT_SECONDS


def is_required(request: Request) -> bool:
    """Whether the account is one of a school or the office."""
    user = cast(User, request.user)
    return user.is_staff or faces.has_role(user.pk)


def renew_session(request: Request) -> None:
    """Give the session a new key once somebody has proved who they are: the one before opens nothing any more."""
    before = request.session.session_key
    request.session.cycle_key()
    UserSession.objects.filter(session_key=before).update(session_key=request.session.session_key)


def shown_in(request: HttpRequest, user: User) -> list[str]:
    """By what the person has proved who they are in this session, in order: password, totp, webauthn, recovery_codes."""
    return [record.get("type") or record["method"] for record in get_authentication_records(request, user)]
