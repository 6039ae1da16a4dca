import os
import shutil
from pathlib import Path

import pytest

from ossma.local.postgres import Postgres
from ossma.local.reach import NOBODY, data_folder, reachable_copy, runs_for
from ossma.local.run_with_servers import free_ports
from tests.local.tools import StartServer

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root has another account to become")


@pytest.fixture
def shared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A place of the test's own instead of the one that every account shares; everybody may pass to it."""
    place = tmp_path / "shared"
    place.mkdir()
    place.chmod(0o1777)
    for folder in (tmp_path, *tmp_path.parents):
        if folder.stat().st_uid == os.geteuid() and "pytest" in str(folder):
            folder.chmod(folder.stat().st_mode | 0o011)
    monkeypatch.setattr("ossma.local.reach.SHARED", place)
    return place


@pytest.fixture
def locked(tmp_path: Path) -> Path:
    """A folder only its owner can enter, like a checkout below /root, with a program in it."""
    folder = tmp_path / "locked"
    (folder / "kit").mkdir(parents=True)
    shutil.copy2("/bin/true", folder / "kit" / "program")
    folder.chmod(0o700)
    return folder


@as_root
def test_a_program_the_account_cannot_reach_is_copied_once(shared: Path, locked: Path) -> None:
    first = reachable_copy(NOBODY, locked, ["kit"], "kit/program")
    assert first.parent == shared
    assert runs_for(NOBODY, first / "kit" / "program")
    assert reachable_copy(NOBODY, locked, ["kit"], "kit/program") == first
    assert len(list(shared.iterdir())) == 1


@as_root
def test_a_copy_that_somebody_else_put_there_is_refused(shared: Path, locked: Path) -> None:
    planted = reachable_copy(NOBODY, locked, ["kit"], "kit/program")
    os.chown(planted, NOBODY, NOBODY)
    with pytest.raises(SystemExit, match="belongs to somebody else"):
        reachable_copy(NOBODY, locked, ["kit"], "kit/program")


@as_root
def test_data_goes_where_the_account_may_go_and_the_place_is_remembered(shared: Path, locked: Path) -> None:
    place = data_folder(NOBODY, locked, "postgres")
    assert place.is_relative_to(shared)
    assert place.stat().st_mode & 0o777 == 0o700
    assert (locked / "postgres.place").read_text().strip() == str(place)


@as_root
def test_a_database_below_a_locked_folder_runs(shared: Path, locked: Path, up: StartServer) -> None:
    database = Postgres(locked, free_ports(1)[0])
    up(database)
    assert database.ready()


def test_an_account_of_its_own_keeps_its_data_below_its_folder(tmp_path: Path) -> None:
    assert data_folder(None, tmp_path, "postgres") == tmp_path / "postgres"
