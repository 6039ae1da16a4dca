from pathlib import Path

import pytest

from ossma.local.demo import only_one, refuse_taken_ports
from ossma.local.demo_env import Ports, prepare, read
from ossma.local.run_with_servers import free_ports
from tests.local.tools import listener


def prepared(var: Path, port: int = 8000) -> dict[str, str]:
    return prepare(var, Ports(port), "postgres://somewhere/ossma", "redis://somewhere/0")


def test_only_the_owner_can_read_the_secrets(tmp_path: Path) -> None:
    prepared(tmp_path)
    assert (tmp_path / "demo.env").stat().st_mode & 0o777 == 0o600


def test_secrets_stay_the_same_from_start_to_start(tmp_path: Path) -> None:
    first, second = prepared(tmp_path), prepared(tmp_path, 8100)
    assert (first["SECRET_KEY"], first["FIELD_KEYS"]) == (second["SECRET_KEY"], second["FIELD_KEYS"])
    assert second["SITE_URL"] == "http://127.0.0.1:8100"
    assert read(tmp_path / "demo.env") == second


def test_two_demos_share_neither_ports_nor_folders_nor_secrets(tmp_path: Path) -> None:
    first, second = prepared(tmp_path / "one"), prepared(tmp_path / "two", 8010)
    for name in ("SECRET_KEY", "FIELD_KEYS", "OSSMA_VAR", "SITE_URL", "SMTP_URL", "GMO_API_URL"):
        assert first[name] != second[name]


def test_a_second_demo_in_the_same_folder_is_refused_in_words(tmp_path: Path) -> None:
    with only_one(tmp_path), pytest.raises(SystemExit, match="already runs"), only_one(tmp_path):
        pass


def test_a_port_of_another_program_is_named(tmp_path: Path) -> None:
    with listener(free_ports(1)[0]) as port, pytest.raises(SystemExit, match=f"port {port}"):
        refuse_taken_ports(Ports(port), [])
