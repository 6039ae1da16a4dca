"""Reading single fields of an item. What is missing or strange goes to the list of oddities, not to an exception."""

import hashlib
import json
import re
from datetime import date
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element

from notices.feeds.items import Oddity, Oddness

KEY = re.compile(r"[0-9A-Za-z]{1,20}")
MAX_QUOTED = 60
MAX_LINK = 300
HOST = "mofa.go.jp"
LEVELS = (4, 3, 2, 1)


def is_key(value: str) -> bool:
    """164134 and 2026T039 are keys."""
    return KEY.fullmatch(value) is not None


def text(mail: Element, name: str) -> str:
    """The text of the first child of that name, without blanks around it; empty where there is none."""
    child = mail.find(name)
    return "" if child is None else "".join(child.itertext()).strip()


def texts(mail: Element, path: str) -> list[str]:
    """The non-empty texts of all children at a path, each once, in their order."""
    return list(dict.fromkeys(filter(None, ("".join(child.itertext()).strip() for child in mail.iterfind(path)))))


def required_text(mail: Element, name: str, missing: Oddness, odd: list[Oddity]) -> str:
    """A text that every item of the ministry has; marks the item where it is missing."""
    value = text(mail, name)
    if not value:
        odd.append(Oddity(missing))
    return value


def shortened(value: str, limit: int, odd: list[Oddity]) -> str:
    """At most `limit` characters; marks the item where some were cut."""
    if len(value) > limit:
        odd.append(Oddity(Oddness.TOO_LONG, value[:MAX_QUOTED]))
    return value[:limit]


def link(mail: Element, name: str, odd: list[Oddity], *, required: bool = False) -> str:
    """An https address on the ministry's hosts, else empty and the item marked: nobody is sent to a stranger's page."""
    value = text(mail, name)
    if not value:
        if required:
            odd.append(Oddity(Oddness.NO_LINK))
        return ""
    if _is_ours_to_show(value):
        return value
    odd.append(Oddity(Oddness.FOREIGN_LINK, value[:MAX_QUOTED]))
    return ""


def _is_ours_to_show(value: str) -> bool:
    try:
        parts = urlsplit(value)
        host = parts.hostname or ""
    except ValueError:
        return False
    plain = len(value) <= MAX_LINK and value.isascii() and not re.search(r"[\s\\@<>\"]", value)
    return plain and parts.scheme == "https" and (host == HOST or host.endswith(f".{HOST}"))


def levels(mail: Element, prefix: str, odd: list[Oddity]) -> frozenset[int]:
    """Which of the levels 4 to 1 are set: by 1 or Y, or a count above 0. Several at once are normal."""
    present = set()
    for level in LEVELS:
        value = text(mail, f"{prefix}{level}")
        if value == "Y" or (value.isascii() and value.isdigit() and value.strip("0")):
            present.add(level)
        elif value not in ("", "N") and not (value.isascii() and value.isdigit()):
            odd.append(Oddity(Oddness.STRANGE_LEVEL, f"{prefix}{level}={value}"[:MAX_QUOTED]))
    return frozenset(present)


def hash_of(content: dict[str, object]) -> str:
    """A fingerprint of what an item says: the ministry changes items under the same key."""
    return hashlib.sha256(json.dumps(content, default=_plain, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def _plain(value: object) -> object:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, frozenset):
        return sorted(value)
    raise TypeError(f"Nothing to make of {value!r} in a fingerprint.")
