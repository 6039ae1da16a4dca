"""Encrypting a message so that only the one browser can read it (RFC 8291), by the library that pywebpush stands on."""

import http_ece
from cryptography.hazmat.primitives.asymmetric import ec

from ossma.core.push.endpoints import decoded


def sealed(content: bytes, *, p256dh: str, auth: str) -> bytes:
    """The body for the wire. A key pair of its own per message, as the standard asks."""
    return http_ece.encrypt(
        content, private_key=ec.generate_private_key(ec.SECP256R1()), dh=decoded(p256dh), auth_secret=decoded(auth), version="aes128gcm"
    )
