"""Logging in whoever has just made an account by the link of our mail."""

from allauth.account.internal.flows.login import perform_password_login
from allauth.account.models import Login
from django.http import HttpRequest, HttpResponse

from members.models import User


def sign_in(request: HttpRequest, user: User, url: str) -> HttpResponse:
    """The login with all its stages, after which the person comes to `url`. The password was set a moment ago, so it counts as shown."""
    return perform_password_login(request, {"email": user.email}, Login(user=user, redirect_url=url, email=user.email))
