"""System checks of web push: a key that cannot be used stops the start, none at all is said before going live."""

from typing import Any

from django.conf import settings
from django.core import checks
from django.core.checks import CheckMessage, Tags, register

from ossma.core.push import vapid


@register(Tags.security)
def usable_key(**_options: Any) -> list[CheckMessage]:
    """The configured key is a key."""
    fault = vapid.fault_of_key() if vapid.is_on() else ""
    if not fault:
        return []
    return [checks.Error(f"VAPID_PRIVATE_KEY cannot be used: {fault}", hint="Make one with manage.py make_push_key.", id="ossma.E001")]


@register(Tags.security, deploy=True)
def push_is_ready(**_options: Any) -> list[CheckMessage]:
    """Going live without push means that members get safety checks by mail alone."""
    found: list[CheckMessage] = []
    if not vapid.is_on():
        found.append(checks.Warning("VAPID_PRIVATE_KEY is not set: nobody can switch push messages on.", id="ossma.W001"))
    if not settings.PUSH_HOSTS:
        found.append(checks.Warning("PUSH_HOSTS is empty: no browser can be reached.", id="ossma.W002"))
    return found
