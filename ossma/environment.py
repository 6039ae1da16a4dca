"""Strict reading of the process environment: a value that cannot be understood stops the start, it is never guessed."""

import os
import re
from pathlib import Path
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

TRUE = {"true", "yes", "on", "1"}
FALSE = {"false", "no", "off", "0"}
MISSING = object()


def text(name: str, default: object = MISSING) -> str:
    """The value of `name`, or the content of the file named by `name`_FILE. Raises ImproperlyConfigured when both or neither are set."""
    direct, file = os.environ.get(name), os.environ.get(f"{name}_FILE")
    if direct is not None and file is not None:
        raise ImproperlyConfigured(f"{name} and {name}_FILE are both set; set one of them.")
    if file is not None:
        try:
            return Path(file).read_text().strip()
        except OSError as error:
            raise ImproperlyConfigured(f"{name}_FILE cannot be read: {error.strerror}.") from error
    if direct is not None:
        return direct
    if default is MISSING:
        raise ImproperlyConfigured(f"{name} is not set.")
    return str(default)


def boolean(name: str, default: bool) -> bool:
    """True or false in one of the usual spellings; anything else refuses to start."""
    value = text(name, "true" if default else "false").strip().lower()
    if value in TRUE:
        return True
    if value in FALSE:
        return False
    raise ImproperlyConfigured(f"{name} must be true or false, not {value!r}.")


def choice(name: str, choices: tuple[str, ...]) -> str:
    """One of a few words, the first where nothing is said; anything else refuses to start."""
    value = text(name, choices[0]).strip().lower()
    if value not in choices:
        raise ImproperlyConfigured(f"{name} must be one of {', '.join(choices)}, not {value!r}.")
    return value


def words(name: str, default: str = "") -> list[str]:
    """A comma-separated list; blanks around the items do not count."""
    return [item.strip() for item in text(name, default).split(",") if item.strip()]


def mailbox(name: str, default: str | None = None) -> str:
    """One sender, `name <address>` or an address alone, quoted where the name needs it: a comma in it would make two of one."""
    value = text(name) if default is None else text(name, default)
    before, bracket, rest = value.rpartition("<")
    address = (rest.removesuffix(">") if bracket else value).strip()
    if "@" not in address or any(sign in address for sign in '<>," \t\r\n'):
        raise ImproperlyConfigured(f"{name} must be an address, or a name and an address in <>, not {value!r}.")
    words = " ".join(before.split()).removeprefix('"').removesuffix('"').strip()
    escaped = words.replace("\\", "").replace('"', "'")
    return f'"{escaped}" <{address}>' if escaped else address


def addresses(name: str, default: str = "") -> list[str]:
    """A comma-separated list of addresses, each alone: they are sent to as they stand."""
    found = words(name, default)
    for item in found:
        if "@" not in item or any(sign in item for sign in "<> \t\r\n"):
            raise ImproperlyConfigured(f"{name} must be addresses without names, separated by commas: {item!r} is none.")
    return found


def integer(name: str, default: int, *, least: int = 0) -> int:
    """A whole number not below `least`."""
    value = text(name, default)
    try:
        number = int(value)
    except ValueError as error:
        raise ImproperlyConfigured(f"{name} must be a whole number, not {value!r}.") from error
    if number < least:
        raise ImproperlyConfigured(f"{name} must be at least {least}.")
    return number


def counts(name: str) -> dict[str, int]:
    """A comma-separated list of NAME=NUMBER, numbers of at least 1."""
    found = {}
    for item in words(name):
        key, _equals, number = item.partition("=")
        if not number.strip().isdecimal() or int(number) < 1:
            raise ImproperlyConfigured(f"{name}: {item!r} is not NAME=NUMBER.")
        found[key.strip()] = int(number)
    return found


def signing_key(name: str, default: str = "") -> str:
    """A private key for web push: 32 bytes in base64url, or empty for none."""
    value = text(name, default).strip()
    if value and not re.fullmatch(r"[A-Za-z0-9_-]{43}=?", value):
        raise ImproperlyConfigured(f"{name} must be 32 bytes in base64url: make one with manage.py make_push_key.")
    return value.rstrip("=")


def contact(name: str, default: str) -> str:
    """Where the push services may complain: mailto: or https:."""
    value = text(name, default).strip()
    if not value.startswith(("mailto:", "https://")):
        raise ImproperlyConfigured(f"{name} must begin with mailto: or https://.")
    return value


def smtp(name: str, default: str) -> dict[str, object]:
    """Options for Django's SMTP mailer from smtp://user:pass@host:port (smtps:// for TLS from the start, ?starttls=1 is smtp+tls://)."""
    parts = urlsplit(text(name, default))
    if parts.scheme not in {"smtp", "smtps", "smtp+tls"} or not parts.hostname:
        raise ImproperlyConfigured(f"{name} must look like smtp://host:port.")
    options: dict[str, object] = {"host": parts.hostname, "port": parts.port or 25, "timeout": 15}
    if parts.username:
        options |= {"username": parts.username, "password": parts.password or ""}
    if parts.scheme == "smtps":
        options["use_ssl"] = True
    if parts.scheme == "smtp+tls":
        options["use_tls"] = True
    return options
