"""Hands messages to a carrier's relay over HTTP: one JSON object each, the answer's code decides. The carrier behind it is the relay's affair."""

import httpx
from django.conf import settings

from safety.channels.phones.base import Away, Call, Refusal

TIMEOUT = 10.0
GOOD, WRONG, BROKEN = 200, 400, 500
# Told to come back later: it is not this number's fault.
LATER = frozenset({401, 403, 408, 425, 429})


class Http:
    """POST {PHONE_API_URL}/sms or /voice with a bearer token; `Idempotency-Key` tells a repeat."""

    def place(self, call: Call) -> None:
        """2xx: taken. 4xx: this number never. Anything else: later."""
        body = {"to": call.number, "from": settings.PHONE_SENDER, "language": call.language, "text": call.text}
        headers = {"Authorization": f"Bearer {settings.PHONE_API_TOKEN}", "Idempotency-Key": call.key}
        try:
            answer = httpx.post(f"{settings.PHONE_API_URL.rstrip('/')}/{call.channel}", json=body, headers=headers, timeout=TIMEOUT)
        except httpx.HTTPError as error:
            raise Away(type(error).__name__) from error
        if answer.status_code >= BROKEN or answer.status_code in LATER:
            raise Away(f"HTTP {answer.status_code}")
        if not GOOD <= answer.status_code < GOOD + 100:
            raise Refusal(f"HTTP {answer.status_code} {answer.text[:200]}", final=answer.status_code >= WRONG)
