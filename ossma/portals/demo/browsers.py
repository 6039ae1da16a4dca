"""Browsers of the demo accounts that take push messages at the demo's sink. Their keys follow from their names, so that /dev/push/ can read them."""

from base64 import urlsafe_b64encode
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

import http_ece
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings

from members.models import User
from ossma.core.models import PushDevice

NAMED = ("aya", "ben", "chika", "doi", "office")


@dataclass(frozen=True, slots=True)
class DemoBrowser:
    """An invented browser. Whoever knows its name can read its messages: for the demo only."""

    name: str

    @property
    def key(self) -> ec.EllipticCurvePrivateKey:
        """Its private key."""
        return ec.derive_private_key(int.from_bytes(self._bytes("key", 31), "big"), ec.SECP256R1())

    @property
    def secret(self) -> bytes:
        """Its secret for authentication."""
        return self._bytes("secret", 16)

    def _bytes(self, what: str, number: int) -> bytes:
        return sha256(f"ossma demo browser {self.name} {what}".encode()).digest()[:number]

    def reads(self, body: bytes) -> bytes:
        """The decrypted message. Raises ECEException for what was not sealed for it."""
        return http_ece.decrypt(body, private_key=self.key, auth_secret=self.secret, version="aes128gcm")

    def device(self, user: User, at: datetime) -> PushDevice:
        """Its subscription, as a row."""
        point = self.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        return PushDevice(
            user=user,
            endpoint=f"{settings.PUSH_SINK_URL}/push/{self.name}",
            p256dh=urlsafe_b64encode(point).decode().rstrip("="),
            auth=urlsafe_b64encode(self.secret).decode().rstrip("="),
            name="デモ端末 / Demo device",
            language=user.language,
            created_at=at,
        )


def make_devices(at: datetime) -> int:
    """A device for each named account, where there is a sink; returns how many."""
    if not settings.PUSH_SINK_URL:
        return 0
    users = {user.email: user for user in User.objects.filter(email__in=[f"{name}@demo.example" for name in NAMED])}
    return len(PushDevice.objects.bulk_create(DemoBrowser(name).device(users[f"{name}@demo.example"], at) for name in NAMED))
