"""The language switch of every page."""

from django.conf import settings
from django.http import HttpResponseBase
from django.utils import timezone
from django.views.i18n import set_language as remember_in_cookie

from members.actions import accounts
from members.walls import account_of
from ossma.core.requests import Request


def set_language(request: Request) -> HttpResponseBase:
    """Django's own switch; whoever is logged in gets mails in the chosen language, too."""
    response = remember_in_cookie(request)
    chosen = request.POST.get("language")
    if request.user.is_authenticated and chosen in dict(settings.LANGUAGES):
        accounts.set_language(user_id=account_of(request).pk, language=chosen, actor=request.viewer, at=timezone.now())
    return response
