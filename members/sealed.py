"""What was typed and is not stored yet, sealed: it may hold medical notes, and sessions are rows in the database."""

import json

from ossma.core.encrypted import box


def seal(typed: dict[str, list[str]]) -> str:
    """Encrypt under the first of the field keys."""
    return box().encrypt(json.dumps(typed, ensure_ascii=False).encode()).decode()


def unseal(token: str) -> dict[str, list[str]]:
    """What `seal` was given. Raises InvalidToken when no key fits."""
    return json.loads(box().decrypt(token.encode()))
