"""Which addresses may be called. A browser names the address, so it could name our own database: only known push services are let through."""

import binascii
from functools import lru_cache
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings

from ossma.core.refusals import Refused

LONGEST = 500
URLSAFE = bytes.maketrans(b"-_+/", b"+/!!")
KEY_BYTES, SECRET_BYTES = 65, 16
# For logs and audit only, never shown: the page says in its own words what to do.
NOT_A_SERVICE = "not the address of a push service"
NOT_KEYS = "not the keys of a browser"


def origin_of(endpoint: str) -> str:
    """Scheme, host and port: what a signed word is made out to."""
    scheme, _empty, host = endpoint.split("/", 3)[:3]
    return f"{scheme}//{host}"


def may_be_called(endpoint: str) -> bool:
    """Whether an address that was let in once still may be: the list of services may have become shorter. By its origin alone, and quick."""
    return _is_known_origin(origin_of(endpoint), tuple(settings.PUSH_HOSTS), settings.PUSH_SINK_URL)


@lru_cache(maxsize=256)
def _is_known_origin(origin: str, hosts: tuple[str, ...], sink: str) -> bool:
    return is_known_service(f"{origin}/push/")


def is_known_service(endpoint: str) -> bool:
    """Whether this is an address at a push service of PUSH_HOSTS, over TLS on its usual port; or at the demo's own sink."""
    if len(endpoint) > LONGEST or not endpoint.isascii() or not endpoint.isprintable() or " " in endpoint:
        return False
    if settings.PUSH_SINK_URL and endpoint.startswith(f"{settings.PUSH_SINK_URL}/push/"):
        return True
    try:
        parts = urlsplit(endpoint)
        port = parts.port
    except ValueError:
        return False
    host = parts.hostname or ""
    plain = parts.scheme == "https" and port in {None, 443} and "@" not in parts.netloc and "\\" not in endpoint
    return plain and any(host == known or (known.startswith(".") and host.endswith(known)) for known in settings.PUSH_HOSTS)


def decoded(text: str) -> bytes:
    """Bytes from base64url with or without padding. Raises ValueError."""
    try:
        plain = text.encode("ascii").rstrip(b"=").translate(URLSAFE)
        return binascii.a2b_base64(plain + b"=" * (-len(plain) % 4), strict_mode=True)
    except (binascii.Error, UnicodeEncodeError) as error:
        raise ValueError(str(error)) from error


def require_subscription(*, endpoint: str, p256dh: str, auth: str) -> None:
    """Raises Refused unless this is what a browser gives: a known service, a point on the curve, a secret of 16 bytes."""
    if not is_known_service(endpoint):
        raise Refused(NOT_A_SERVICE)
    try:
        point, secret = decoded(p256dh), decoded(auth)
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
    except ValueError as error:
        raise Refused(NOT_KEYS) from error
    if len(point) != KEY_BYTES or len(secret) != SECRET_BYTES:
        raise Refused(NOT_KEYS)
