"""Names of our mails that nobody can make up: kind and number of the row with a key, in the Message-ID, a header of our own and the envelope.

Whoever sends a report about a message must have had it. Message-IDs are replaced by some services (Amazon SES); the header then comes back.
"""

import re

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

SALT = "ossma.core.bounces"
# Forty bits: whoever tries them all sends a trillion mails.
KEY_LENGTH = 10
HEADER = "X-OSSMA-Reference"
NAMED = re.compile(rb"\b([a-z]{3,12})-(\d{1,18})-([0-9a-f]{10})\b")


def _key(kind: str, number: int, secret: str | None = None) -> str:
    return salted_hmac(SALT, f"{kind}-{number}", secret=secret, algorithm="sha256").hexdigest()[:KEY_LENGTH]


def reference(kind: str, number: int) -> str:
    """`safety-7-0123456789`: the keyed name of a row's mail."""
    return f"{kind}-{number}-{_key(kind, number)}"


def references_in(raw: bytes) -> list[tuple[str, int]]:
    """The rows that these bytes name with their right key, each once, in order. Keys of the secrets before the present one still open."""
    secrets = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    found = []
    for kind, number, key in dict.fromkeys(NAMED.findall(raw)):
        row = (kind.decode(), int(number))
        if any(constant_time_compare(_key(*row, secret=secret), key.decode()) for secret in secrets):
            found.append(row)
    return found


def envelope_sender(address: str, name: str) -> str:
    """The address for returned mail of one message: `post+safety-7-…@host`, where the mailbox takes such addresses (MAIL_BOUNCES_KEYED)."""
    local, _at, domain = address.rpartition("@")
    return f"{local}+{name}@{domain}" if settings.MAIL_BOUNCES_KEYED and local else address
