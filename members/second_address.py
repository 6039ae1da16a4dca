"""The link by which the owner of a second address confirms it: for one member and this one address."""

import re
from base64 import urlsafe_b64encode

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

PATH = re.compile(r"([1-9][0-9]{0,17})-([A-Za-z0-9_-]{22})")
DIGEST_BYTES = 16


def _digest(member_id: int, address: str, secret: str) -> str:
    said = f"{member_id}:{address.lower()}"
    raw = salted_hmac("members.second_address", said, secret=secret, algorithm="sha256").digest()
    return urlsafe_b64encode(raw[:DIGEST_BYTES]).rstrip(b"=").decode()


def signed(member_id: int, address: str) -> str:
    """What stands in the link."""
    return f"{member_id}-{_digest(member_id, address, settings.SECRET_KEY)}"


def member_in(token: str) -> int | None:
    """The member a link speaks of, still to be checked with `is_for`."""
    found = PATH.fullmatch(token)
    return int(found[1]) if found else None


def is_for(token: str, member_id: int, address: str) -> bool:
    """Whether the link was made for this member and this address, under the present secret or an older one."""
    secrets = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    made = [f"{member_id}-{_digest(member_id, address, secret)}" for secret in secrets]
    return bool(address) and any(constant_time_compare(one, token) for one in made)
