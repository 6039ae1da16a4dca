"""The environment of tests, checks and benchmarks: fixed, so that nothing of the caller's shell leaks in."""

import secrets
from base64 import urlsafe_b64encode
from pathlib import Path

from cryptography.fernet import Fernet


def for_tests(var: Path, database_url: str, redis_url: str) -> dict[str, str]:
    """Settings for tests; no address in them leads anywhere but this machine."""
    return {
        "DEBUG": "true",
        "DEMO": "true",
        "SECRET_KEY": "only-for-tests-" + "0123456789" * 5,
        "FIELD_KEYS": "8VR9WIqwSksrYK1xPHYvqTY6kWOTvW2vS5bQGRsTHVU=",
        "DATABASE_URL": database_url,
        "REDIS_URL": redis_url,
        "ALLOWED_HOSTS": "*",
        "SITE_URL": "http://127.0.0.1:8000",
        "SMTP_URL": "smtp://127.0.0.1:8002",
        "MAIL_FROM": "ossma@demo.example",
        "VAPID_PRIVATE_KEY": "uCGFWUjjIzhmqvJfN4vjExGUArCuZVcSDbsQxUzlpxo",
        "GMO_API_URL": "http://127.0.0.1:8001",
        "GMO_LINK_URL": "http://127.0.0.1:8001",
        "GMO_SHOP_ID": "tshop00000001",
        "GMO_SHOP_PASS": "sandboxpw1",
        "GMO_CONFIG_ID": "ossma",
        "OSSMA_VAR": str(var.resolve()),
        "DJANGO_SETTINGS_MODULE": "ossma.settings",
    }


def like_production(database_url: str, redis_url: str) -> dict[str, str]:
    """What a production machine would set, for the deploy checks."""
    return {
        "DEBUG": "false",
        "DEMO": "false",
        "SECRET_KEY": secrets.token_urlsafe(64),
        "FIELD_KEYS": Fernet.generate_key().decode(),
        "DATABASE_URL": database_url,
        "REDIS_URL": redis_url,
        "ALLOWED_HOSTS": "ossma.example",
        "SITE_URL": "https://ossma.example",
        "SMTP_URL": "smtp+tls://mail.ossma.example:587",
        "MAIL_FROM": "office@ossma.example",
        "GMO_API_URL": "https://gateway.example",
        "GMO_LINK_URL": "https://gateway.example",
        "GMO_SHOP_ID": "shop",
        "GMO_SHOP_PASS": secrets.token_urlsafe(12),
        "GMO_CONFIG_ID": "ossma",
        "TRUSTED_PROXIES": "1",
        "VAPID_PRIVATE_KEY": urlsafe_b64encode(b"\1" + secrets.token_bytes(31)).decode().rstrip("="),
    }
