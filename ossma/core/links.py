"""Short signed links: an id, a purpose and a keyed digest. They open one thing for one person without a login."""

import base64
import hmac
from functools import lru_cache
from hashlib import sha256

from django.conf import settings

DIGEST_BYTES = 16


@lru_cache(maxsize=64)
def _keyed(secret: str, purpose: str) -> hmac.HMAC:
    """The digest with its key in it: making it anew costs more than a crowd's message can afford."""
    return hmac.new(sha256(f"ossma.link.{purpose}:{secret}".encode()).digest(), digestmod=sha256)


def _digest(secret: str, purpose: str, number: int) -> bytes:
    keyed = _keyed(secret, purpose).copy()
    keyed.update(str(number).encode())
    return keyed.digest()[:DIGEST_BYTES]


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def sign(purpose: str, number: int) -> str:
    """The token for `number` (a positive row id) under `purpose`: about 30 characters, safe in an address."""
    return f"{number:x}-{_text(_digest(settings.SECRET_KEY, purpose, number))}"


def read(purpose: str, token: str) -> int | None:
    """The number inside a token, or None when a single letter is wrong. Compared in constant time; older secrets still open."""
    head, dash, tail = token.partition("-")
    if not dash or not head or len(head) > 16 or len(tail) != 22:
        return None
    try:
        number = int(head, 16)
    except ValueError:
        return None
    if head != f"{number:x}":
        return None
    secrets = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    good = [hmac.compare_digest(_text(_digest(secret, purpose, number)).encode(), tail.encode()) for secret in secrets]
    return number if any(good) else None


def device_mark(user_id: int | None) -> str:
    """Who is signed in, for scripts on a device to tell people apart; it says nothing about the person. Empty for nobody."""
    return sign("device", user_id)[-12:] if user_id else ""
