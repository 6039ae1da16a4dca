"""The demo's environment: made once with secrets of its own, kept in a file only its owner can read."""

import os
import secrets
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from pathlib import Path

from cryptography.fernet import Fernet

from ossma.local.postgres import Postgres

SECRETS = ("SECRET_KEY", "FIELD_KEYS", "VAPID_PRIVATE_KEY")


@dataclass(frozen=True)
class Ports:
    """Every port of a demo follows from the first, so that two demos need two numbers."""

    web: int

    @property
    def gateway(self) -> int:
        """The sandbox of the payment gateway."""
        return self.web + 1

    @property
    def mail(self) -> int:
        """SMTP of the mail sink."""
        return self.web + 2

    @property
    def database(self) -> int:
        """Embedded PostgreSQL."""
        return self.web + 3

    @property
    def broker(self) -> int:
        """Embedded Valkey."""
        return self.web + 4

    @property
    def push(self) -> int:
        """The sink for push messages."""
        return self.web + 5


def read(file: Path) -> dict[str, str]:
    """The lines NAME=value of an environment file."""
    if not file.exists():
        return {}
    pairs = (line.partition("=") for line in file.read_text().splitlines() if line and not line.startswith("#"))
    return {name: value for name, _, value in pairs}


def write(file: Path, values: dict[str, str]) -> None:
    """Replace the file in one step; nobody but its owner may read it at any moment."""
    half = file.with_name(f"{file.name}.{os.getpid()}")
    with os.fdopen(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as opened:
        opened.writelines(f"{name}={value}\n" for name, value in values.items())
    half.replace(file)


def prepare(var: Path, ports: Ports, database_url: str, redis_url: str) -> dict[str, str]:
    """The demo's settings, written to `var`/demo.env; the secrets stay the same from start to start."""
    var.mkdir(parents=True, exist_ok=True)
    file = var / "demo.env"
    kept = read(file)
    # Any 32 bytes below the order of the curve are a key; one that begins with a zero bit is.
    push_key = urlsafe_b64encode(bytes([secrets.randbelow(126) + 1]) + secrets.token_bytes(31)).decode().rstrip("=")
    fresh = {"SECRET_KEY": "demo-" + secrets.token_urlsafe(64), "FIELD_KEYS": Fernet.generate_key().decode(), "VAPID_PRIVATE_KEY": push_key}
    gateway = f"http://127.0.0.1:{ports.gateway}"
    values = {name: kept.get(name) or fresh[name] for name in SECRETS} | {
        "DEBUG": "false",
        "DEMO": "true",
        "DATABASE_URL": database_url,
        "REDIS_URL": redis_url,
        "ALLOWED_HOSTS": "127.0.0.1,localhost",
        "SITE_URL": f"http://127.0.0.1:{ports.web}",
        "SMTP_URL": f"smtp://127.0.0.1:{ports.mail}",
        "MAIL_FROM": "ossma@demo.example",
        "SMS_BACKEND": "recorded",
        "VOICE_BACKEND": "recorded",
        "PUSH_SINK_URL": f"http://127.0.0.1:{ports.push}",
        "GMO_API_URL": gateway,
        "GMO_LINK_URL": gateway,
        "GMO_SHOP_ID": "tshop00000001",
        "GMO_SHOP_PASS": "sandboxpw1",
        "TRANSFER_CLIENT_CODE": "1234567890",
        "TRANSFER_CLIENT_NAME": "オスマジムキヨク",
        "TRANSFER_BANK": "0001",
        "TRANSFER_BRANCH": "001",
        "TRANSFER_ACCOUNT": "1234567",
        "GMO_CONFIG_ID": "ossma",
        "GMO_NOTIFY_ADDRESSES": "127.0.0.1",
        "PG_TOOLS": str(Postgres(var, ports.database).binaries()),
        "OSSMA_VAR": str(var.resolve()),
    }
    write(file, values)
    return values
