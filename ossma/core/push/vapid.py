"""Who we are to the push services (RFC 8292): one key pair, and a signed word per service that holds for half a day."""

from datetime import datetime
from functools import lru_cache

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from django.conf import settings
from py_vapid import Vapid02
from py_vapid.utils import b64urlencode

# Services refuse more than 24 hours. Signing anew per message would cost a third of the encryption.
GRAIN_SECONDS = 6 * 3600
LIFE_SECONDS = 12 * 3600


def is_on() -> bool:
    """Whether this installation has a key: without one nobody can switch push messages on."""
    return bool(settings.VAPID_PRIVATE_KEY)


def new_key() -> str:
    """A fresh private key as VAPID_PRIVATE_KEY takes it."""
    value = ec.generate_private_key(ec.SECP256R1()).private_numbers().private_value
    return b64urlencode(value.to_bytes(32, "big"))


@lru_cache(maxsize=4)
def _signer(private_key: str) -> Vapid02:
    return Vapid02.from_raw(private_key.encode())


def public_key() -> str:
    """What browsers subscribe with (`applicationServerKey`), base64url; empty when push is off."""
    if not is_on():
        return ""
    point = _signer(settings.VAPID_PRIVATE_KEY).public_key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return b64urlencode(point)


def fault_of_key() -> str:
    """Why the configured key cannot be used; empty when it can."""
    try:
        _signer(settings.VAPID_PRIVATE_KEY).private_key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    except ValueError as error:
        return str(error)
    return ""


@lru_cache(maxsize=64)
def _authorization(origin: str, ends: int, private_key: str, subject: str) -> str:
    # A claims dict of its own each time: the library writes into it.
    return _signer(private_key).sign({"aud": origin, "exp": ends, "sub": subject})["Authorization"]


def authorization(origin: str, *, at: datetime) -> str:
    """The Authorization header for messages to this service (scheme, host and port of the device's address)."""
    begun = int(at.timestamp()) // GRAIN_SECONDS * GRAIN_SECONDS
    return _authorization(origin, begun + LIFE_SECONDS, settings.VAPID_PRIVATE_KEY, settings.VAPID_SUBJECT)
