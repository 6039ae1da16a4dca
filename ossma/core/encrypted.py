"""Text encrypted at rest. The first of FIELD_KEYS writes, all of them read; `manage.py rotate_field_keys` moves rows to the first."""

from functools import lru_cache
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import models


@lru_cache(maxsize=4)
def _box(keys: tuple[str, ...]) -> MultiFernet:
    if not keys:
        raise ImproperlyConfigured("FIELD_KEYS is empty: at least one key is needed.")
    return MultiFernet([Fernet(key) for key in keys])


def box() -> MultiFernet:
    """The keys in force. Raises ImproperlyConfigured when there is none."""
    return _box(tuple(settings.FIELD_KEYS))


def needs_rotation(token: str) -> bool:
    """Whether a stored value was written by an older key than the first."""
    try:
        Fernet(settings.FIELD_KEYS[0]).decrypt(token.encode())
    except InvalidToken:
        return True
    return False


class EncryptedTextField(models.TextField):
    """A text column that holds a Fernet token. Empty text stays empty, so that "nothing said" can be asked for in SQL."""

    def get_prep_value(self, value: Any) -> str | None:
        value = super().get_prep_value(value)
        return box().encrypt(value.encode()).decode() if value else value

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> str | None:
        """The clear text. Raises InvalidToken when no key fits: better loud than empty."""
        return box().decrypt(value.encode()).decode() if value else value
