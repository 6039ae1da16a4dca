"""System checks of text messages and calls: half a configuration stops the start; what only writes down is said before going live."""

from typing import Any

from django.conf import settings
from django.core import checks
from django.core.checks import CheckMessage, Tags, register

LOCAL = "http://127.0.0.1"


def _backends() -> set[str]:
    return {settings.SMS_BACKEND, settings.VOICE_BACKEND}


@register(Tags.security)
def relay_is_set(**_options: Any) -> list[CheckMessage]:
    """Numbers and names go to the relay: never without its token, never in clear over a network."""
    if "http" not in _backends() or (settings.PHONE_API_TOKEN and settings.PHONE_API_URL.startswith(("https://", LOCAL))):
        return []
    return [checks.Error("SMS_BACKEND or VOICE_BACKEND is http: set PHONE_API_URL (https) and PHONE_API_TOKEN.", id="ossma.E010")]


@register(Tags.security, deploy=True)
def nothing_is_only_written_down(**_options: Any) -> list[CheckMessage]:
    """The recorded adapter is for demos: in production nobody would get anything, and numbers would lie in a file."""
    if "recorded" not in _backends():
        return []
    return [checks.Error("SMS_BACKEND or VOICE_BACKEND is recorded: messages would only be written to a file.", id="ossma.E011")]
