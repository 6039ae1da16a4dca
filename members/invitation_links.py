"""The secret in an invitation's link: long, random, and kept as a keyed digest only. It opens one page for whoever reads the mail."""

import hmac
import secrets
from hashlib import sha256

from django.conf import settings

TOKEN_BYTES = 32


def _digest(secret: str, token: str) -> str:
    key = sha256(f"ossma.invitation:{secret}".encode()).digest()
    return hmac.new(key, token.encode(), "sha256").hexdigest()


def new_token() -> tuple[str, str]:
    """A fresh token of 43 characters for the mail, and the digest for the database."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    return token, _digest(settings.SECRET_KEY, token)


def digests(token: str) -> list[str]:
    """What a token may be stored as: under the present secret and under those before it."""
    return [_digest(secret, token) for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)]
