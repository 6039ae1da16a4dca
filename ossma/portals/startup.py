"""What refuses to start: production with known or weak keys, without https, or with demo accounts.

Everything is said at once, so that nobody has to start ten times. docs/operations.md lists the same rows.
"""

import binascii
from base64 import urlsafe_b64decode
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import django
from cryptography.fernet import Fernet
from django.apps import apps
from django.conf import settings as django_settings
from django.core.exceptions import ImproperlyConfigured
from django.db.utils import DatabaseError

from ossma.core.keys import digest, guessing_bits
from ossma.core.published_keys import PUBLISHED

DEMO_MARKS = ("demo-", "django-insecure-", "only-for-tests-")
# Keys that we make: 128 bits. What a provider hands out follows its own rules: known or trivial ones are refused.
OWN_BITS, GIVEN_BITS = 128, 24
SECRET_KEY_LENGTH, OWN_LENGTH, GIVEN_LENGTH = 50, 24, 8
THIS_MACHINE = {"localhost", "127.0.0.1", "::1"}

MAKE_SECRET = "Make one: openssl rand -base64 64 | tr -d '\\n'"  # noqa: S105 - a command, no secret
MAKE_PUSH_KEY = "Make one: manage.py make_push_key"
MAKE_FIELD_KEY = "Make one: openssl rand -base64 32 | tr '+/' '-_'; put it first and run manage.py rotate_field_keys"
TRIVIAL = "known, under 8 characters, trivial"
DEMO_ON_SITE = "Set both to false. A demo and a development server live on 127.0.0.1 only"

Faults = Callable[[Any], Iterator[str]]


@dataclass(frozen=True)
class Refusal:
    """One row of the list: which setting, when it is refused, what to do about it."""

    setting: str
    when: str
    mend: str
    faults: Faults


def _known(value: str) -> bool:
    return digest(value) in PUBLISHED or value.startswith(DEMO_MARKS)


def _weak(value: str, bits: float, length: int) -> str:
    """Why a key is refused, empty when it is not. The key itself is never said."""
    if _known(value):
        return "stands in the public source of this product, or is a demo's"
    if len(value) < length:
        return f"has {len(value)} characters; at least {length} are needed"
    estimate = min(guessing_bits(value), guessing_bits(_decoded(value)))
    return f"is easy to guess (about {estimate:.0f} bits; at least {bits} are needed)" if estimate < bits else ""


def _decoded(value: str) -> str:
    """The bytes behind a key of 32 bytes in base64: a sentence in disguise is found there. Other keys as they are."""
    try:
        raw = urlsafe_b64decode(value + "=" * (-len(value) % 4))
    except (binascii.Error, ValueError):
        return value
    return raw.decode("latin-1") if len(raw) == 32 else value


def _own(name: str, length: int = OWN_LENGTH, *, needed: bool = False) -> Faults:
    """Faults of one key, or of each of a list of keys, that we make ourselves."""

    def faults(settings: Any) -> Iterator[str]:
        held = getattr(settings, name)
        values = [held] if isinstance(held, str) else held
        for place, value in enumerate(values, start=1):
            which = f"entry {place} " if len(values) > 1 else ""
            if value and (fault := _weak(value, OWN_BITS, length)):
                yield which + fault
            elif name == "FIELD_KEYS" and not _is_field_key(value):
                yield f"{which}is no Fernet key (32 bytes in URL-safe base64)"
        if needed and not any(values):
            yield "is empty"

    return faults


def _is_field_key(value: str) -> bool:
    try:
        Fernet(value)
    except ValueError:
        return False
    return True


def _given(name: str) -> Faults:
    """Faults of a secret that a provider made."""

    def faults(settings: Any) -> Iterator[str]:
        value = getattr(settings, name)
        if value and (fault := _weak(value, GIVEN_BITS, GIVEN_LENGTH)):
            yield fault

    return faults


def _password(read: Callable[[Any], str | None]) -> Faults:
    """Faults of the password inside an address."""

    def faults(settings: Any) -> Iterator[str]:
        if _known(read(settings) or ""):
            yield "has a password that stands in the public source of this product"

    return faults


def _database_password(settings: Any) -> str | None:
    return settings.DATABASES["default"].get("PASSWORD")


def _mail_password(settings: Any) -> str | None:
    return settings.MAILERS["default"]["OPTIONS"].get("password")


def _mailbox_password(settings: Any) -> str | None:
    return urlsplit(settings.BOUNCE_MAILBOX).password


def _site(settings: Any) -> Iterator[str]:
    if not settings.SITE_URL.startswith("https://"):
        yield "is not https: cookies and links would travel in clear"


def _hosts(settings: Any) -> Iterator[str]:
    if not settings.ALLOWED_HOSTS:
        yield "is empty"
    if "*" in settings.ALLOWED_HOSTS:
        yield "allows every name (*)"
    if any(host.startswith(".") for host in settings.ALLOWED_HOSTS):
        yield "allows every name below a domain (it begins with a dot)"


def _hosts_and_site(settings: Any) -> Iterator[str]:
    host = urlsplit(settings.SITE_URL).hostname or ""
    named = set(settings.ALLOWED_HOSTS)
    if named and not {host, "*"} & named and not any(name.startswith(".") for name in named):
        yield "does not name the host of SITE_URL: no link in a mail would open"


def _recorded(settings: Any) -> Iterator[str]:
    for name in ("SMS_BACKEND", "VOICE_BACKEND"):
        if getattr(settings, name) == "recorded":
            yield f"writes messages into a file instead of sending them ({name}=recorded)"


def _demo_accounts(settings: Any) -> Iterator[str]:
    try:
        found = apps.get_model("members", "User")._default_manager.filter(is_demo=True).exists()
    except DatabaseError:
        # The database may still be starting or not be migrated: the health page says so, and nobody can log in.
        return
    if found:
        yield "has demo accounts, whose passwords are public"


def _public_demo(settings: Any) -> Iterator[str]:
    host = urlsplit(settings.SITE_URL).hostname or ""
    if host not in THIS_MACHINE:
        yield f"is on for a site other than this machine ({host})"


# The list of docs/operations.md, row by row.
REFUSALS = (
    Refusal(
        "SECRET_KEY",
        "known, under 50 characters, easy to guess",
        MAKE_SECRET,
        _own("SECRET_KEY", SECRET_KEY_LENGTH, needed=True),
    ),
    Refusal(
        "SECRET_KEY_FALLBACKS",
        "one of them known, under 50 characters, easy to guess",
        "Take it out: it still opens links and sessions",
        _own("SECRET_KEY_FALLBACKS", SECRET_KEY_LENGTH),
    ),
    Refusal(
        "FIELD_KEYS",
        "none, or one of them known, easy to guess or no Fernet key",
        MAKE_FIELD_KEY,
        _own("FIELD_KEYS", needed=True),
    ),
    Refusal("VAPID_PRIVATE_KEY", "known, easy to guess", MAKE_PUSH_KEY, _own("VAPID_PRIVATE_KEY")),
    Refusal(
        "BOUNCE_SECRET",
        "known, under 24 characters, easy to guess",
        "Make one: openssl rand -hex 32",
        _own("BOUNCE_SECRET"),
    ),
    Refusal(
        "GMO_SHOP_PASS",
        TRIVIAL,
        "Set the one of your shop at the gateway",
        _given("GMO_SHOP_PASS"),
    ),
    Refusal(
        "STRIPE_API_KEY",
        TRIVIAL,
        "Set the one of your account at Stripe",
        _given("STRIPE_API_KEY"),
    ),
    Refusal(
        "STRIPE_WEBHOOK_SECRET",
        TRIVIAL,
        "Set the one of your endpoint at Stripe",
        _given("STRIPE_WEBHOOK_SECRET"),
    ),
    Refusal("PHONE_API_TOKEN", TRIVIAL, "Set the one of your relay", _given("PHONE_API_TOKEN")),
    Refusal(
        "DATABASE_URL",
        "its password known",
        "Change the password: ALTER ROLE … PASSWORD '…'",
        _password(_database_password),
    ),
    Refusal(
        "SMTP_URL",
        "its password known",
        "Set the account's own password",
        _password(_mail_password),
    ),
    Refusal(
        "BOUNCE_MAILBOX",
        "its password known",
        "Set the mailbox's own password",
        _password(_mailbox_password),
    ),
    Refusal("SITE_URL", "not https", "Set https:// and the public host name", _site),
    Refusal("ALLOWED_HOSTS", "empty, *, or an entry that begins with a dot", "Name each host", _hosts),
    Refusal("ALLOWED_HOSTS", "without the host of SITE_URL", "Add the host of SITE_URL", _hosts_and_site),
    Refusal("SMS_BACKEND, VOICE_BACKEND", "recorded", "Set http or off", _recorded),
    Refusal(
        "database",
        "demo accounts in it",
        "Start with an empty database, or remove them with manage.py shell",
        _demo_accounts,
    ),
)
# Instead of the list, where DEBUG or DEMO is on.
REFUSED_DEMO = Refusal("DEBUG, DEMO", "true, and SITE_URL is not 127.0.0.1 or localhost", DEMO_ON_SITE, _public_demo)

# manage.py commands that run all the same, each with its reason. Whatever is not named here is refused.
COMMANDS_LET_THROUGH = {
    "backup": "what there is must be saved, whatever is wrong with it",
    "check": "says the same list itself, with --deploy",
    "check_templates": "reads the source only",
    "collectstatic": "copies files only",
    "compare_safety_figures": "reads and compares only",
    "createcachetable": "schema only",
    "dbshell": "how demo accounts are removed",
    "help": "says how a command is called",
    "make_push_key": "makes the key that is missing",
    "makemigrations": "writes source only",
    "migrate": "schema only; runs before the start",
    "purge_personal_data": "what must be forgotten is forgotten in any state",
    "restore": "brings back what was saved, before the start",
    "rotate_field_keys": "the way out of a key that is known",
    "shell": "how demo accounts are removed",
    "showmigrations": "reads only",
    "sqlmigrate": "prints only",
    "test": "has an environment of its own",
    "translations": "compiles texts only",
    "version": "prints only",
}


def found(settings: Any) -> list[str]:
    """Every fault of these settings, each with its setting and its mend."""
    rows = (REFUSED_DEMO,) if settings.DEBUG or settings.DEMO else REFUSALS
    return [f"{row.setting} {fault}. {row.mend}." for row in rows for fault in row.faults(settings)]


def refuse_unsafe_production() -> None:
    """Raises ImproperlyConfigured with every fault at once."""
    faults = found(django_settings)
    if faults:
        lines = "".join(f"\n- {fault}" for fault in faults)
        raise ImproperlyConfigured(f"OSSMA does not start with these settings:{lines}")


def refuse_unsafe_command(name: str) -> None:
    """The same for `manage.py name`, unless it is one of those let through."""
    if name not in COMMANDS_LET_THROUGH:
        django.setup()
        refuse_unsafe_production()
