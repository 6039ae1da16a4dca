import re
from pathlib import Path

SETUP = Path("ossma/local/setup.sh").read_text()
IMAGE = Path("Dockerfile").read_text()
COMPOSE = Path("docker-compose.yml").read_text()


def found(pattern: str, text: str) -> str:
    match = re.search(pattern, text)
    assert match is not None
    return match.group(1)


def test_image_and_set_up_use_one_version_of_uv() -> None:
    assert found(r"uv==([\d.]+)", IMAGE) == found(r"UV_VERSION=([\d.]+)", SETUP)


def test_image_and_set_up_install_the_same_system_libraries() -> None:
    assert found(r'PACKAGES_ALWAYS="([^"]+)"', SETUP) in IMAGE


def test_every_secret_of_the_compose_file_is_given_as_a_file() -> None:
    for name in ("SECRET_KEY", "FIELD_KEYS", "DATABASE_URL", "SMTP_URL", "GMO_SHOP_PASS", "VAPID_PRIVATE_KEY"):
        assert f"{name}_FILE: /run/secrets/{name.lower()}" in COMPOSE
        assert f"{name}:" not in COMPOSE


def test_the_image_leaves_out_history_tests_and_secrets() -> None:
    left_out = set(Path(".dockerignore").read_text().split())
    assert {".git", ".ci", ".venv", "tests", "benchmarks", "secrets", "var"} <= left_out
