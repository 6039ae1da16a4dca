"""Browsers in which an account has logged in before: other people's wrong passwords never make their owner wait there.

A signed cookie, bound to the account and to its password: a new password ends it everywhere else. It lets nobody in; it only says whose mistakes
count (ossma/core/limits.py, `proof_device`).
"""

from datetime import timedelta
from hmac import compare_digest
from secrets import token_urlsafe

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponseBase
from django.utils.crypto import salted_hmac

from members.models import User

# As with the session: browsers refuse such a cookie from another host.
COOKIE = "__Host-ossma_device" if settings.SESSION_COOKIE_SECURE else "ossma_device"
SALT = "members.known_devices"
# What browsers keep a cookie for at most.
AGE = timedelta(days=400)
# A family's or a lab's computer: the last so many accounts.
MOST_ACCOUNTS = 5


def known_for(request: HttpRequest, user: User | None) -> str:
    """The device's identifier where `user` has logged in with it since the last change of the password; empty otherwise."""
    device, marks = _read(request)
    known = user is not None and compare_digest(marks.get(str(user.pk), ""), _mark(device, user))
    return device if known else ""


def known_for_address(request: HttpRequest, email: str) -> str:
    """The same for the account of an address, in any case. Asks the database whether there is such an account or not."""
    return known_for(request, User.objects.filter(email=email.lower()).first())


def remember(request: HttpRequest, response: HttpResponseBase, user: User) -> None:
    """This browser has proved itself for `user`: at a full login, or with a code of a mail and a new password."""
    device, marks = _read(request)
    device = device or token_urlsafe(12)
    others = [(pk, mark) for pk, mark in marks.items() if pk != str(user.pk)]
    content = {"device": device, "accounts": [(str(user.pk), _mark(device, user)), *others][:MOST_ACCOUNTS]}
    response.set_cookie(
        COOKIE, signing.dumps(content, salt=SALT), max_age=AGE, secure=settings.SESSION_COOKIE_SECURE, httponly=True, samesite="Lax"
    )  # fmt: skip


def _read(request: HttpRequest) -> tuple[str, dict[str, str]]:
    try:
        content = signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=AGE)
    except signing.BadSignature:
        return "", {}
    return content["device"], dict(content["accounts"])


def _mark(device: str, user: User) -> str:
    """Keyed by the password's hash, of which it tells nothing."""
    return salted_hmac(SALT, f"{device}:{user.pk}", secret=user.password, algorithm="sha256").hexdigest()
