"""Text that the database takes: PostgreSQL refuses NUL characters, and no encoding writes lone surrogates."""

import re

REFUSED = re.compile("[\0\ud800-\udfff]")


def is_storable(text: str) -> bool:
    """Whether PostgreSQL can store this text."""
    return REFUSED.search(text) is None


def storable(text: str) -> str:
    """The text without what cannot be stored: for what machines send and must be kept whatever stands in it."""
    return REFUSED.sub("", text)
