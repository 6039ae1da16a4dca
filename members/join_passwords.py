"""学校・団体パスワード: found by a keyed digest, never stored in clear."""

import hmac
import unicodedata
from hashlib import sha256

from django.conf import settings


def _digest(secret: str, plain: str) -> str:
    key = sha256(f"ossma.join_password:{secret}".encode()).digest()
    return hmac.new(key, plain.encode(), "sha256").hexdigest()


def _plain(typed: str) -> str:
    return unicodedata.normalize("NFKC", typed).strip()


def digest(typed: str) -> str:
    """What a new join password is stored as: HMAC-SHA256 under a key of its own made from SECRET_KEY."""
    return _digest(settings.SECRET_KEY, _plain(typed))


def digests(typed: str) -> list[str]:
    """What it may be stored as: under the present secret and under those before it."""
    return [_digest(secret, _plain(typed)) for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)]
