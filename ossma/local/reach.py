"""PostgreSQL refuses to run as root: which account takes its place, and which folders that account can reach."""

import hashlib
import os
import shutil
import stat
import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path

NOBODY = 65534
SHARED = Path("/var/tmp")  # noqa: S108 - readable by every account, kept over a restart; folders below are private


def server_account() -> int | None:
    """The numeric account for servers: None means "as we are"."""
    return NOBODY if os.geteuid() == 0 else None


def runs_for(account: int | None, program: Path) -> bool:
    """Whether an account can start a program; tried, not deduced from permission bits."""
    try:
        tried = subprocess.run(
            [program, "--version"], user=account, group=account, extra_groups=None if account is None else [],
            capture_output=True, cwd="/", check=False, timeout=30,
        )  # fmt: skip
    except OSError:
        return False
    return tried.returncode == 0


def can_write(account: int | None, folder: Path) -> bool:
    """Whether the account reaches a folder and may make files there."""
    tried = subprocess.run(
        ["/bin/sh", "-c", 'cd "$1" && test -w .', "sh", folder], user=account, group=account,
        extra_groups=None if account is None else [], capture_output=True, cwd="/", check=False,
    )  # fmt: skip
    return tried.returncode == 0


def reachable_copy(account: int | None, site: Path, folders: list[str], program: str) -> Path:
    """`site` itself where the account can run a program below it, else a copy (made once) of the named folders that it can."""
    if runs_for(account, site / program):
        return site
    mark = f"{site}:{(site / program).stat().st_mtime_ns}"
    copy = SHARED / f"ossma-bin-{hashlib.sha256(mark.encode()).hexdigest()[:12]}"
    if copy.exists():
        _refuse_strangers(copy)
    if not runs_for(account, copy / program):
        half = Path(tempfile.mkdtemp(prefix=copy.name, dir=SHARED))
        for folder in folders:
            shutil.copytree(site / folder, half / folder)
        half.chmod(0o755)
        shutil.rmtree(copy, ignore_errors=True)
        half.rename(copy)
    return copy


def _refuse_strangers(folder: Path) -> None:
    """Everybody may make folders in the shared place: what we use there must be ours."""
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid():
        raise SystemExit(f"{folder} belongs to somebody else; remove it first.")


def data_folder(account: int | None, var: Path, name: str) -> Path:
    """A private folder of the account for a server's data: under `var`, or where the account may go; the place is kept in `var`."""
    var.mkdir(parents=True, exist_ok=True)
    note = var / f"{name}.place"
    folder = Path(note.read_text().strip()) if note.exists() else var.resolve() / name
    if not _made(account, folder):
        ours = SHARED / f"ossma-{hashlib.sha256(str(var.resolve()).encode()).hexdigest()[:12]}"
        ours.mkdir(exist_ok=True)
        _refuse_strangers(ours)
        folder = ours / name
        if not _made(account, folder):
            raise SystemExit(f"No folder for {name}: neither {var} nor {SHARED} can be used by account {account}.")
    note.write_text(f"{folder}\n")
    return folder


def _made(account: int | None, folder: Path) -> bool:
    folder.mkdir(parents=True, exist_ok=True)
    if account is not None:
        os.chown(folder, account, account)
    folder.chmod(0o700)
    return can_write(account, folder)


def forget_data(var: Path, name: str) -> None:
    """Delete a server's data wherever `data_folder` put it."""
    note = var / f"{name}.place"
    if note.exists():
        folder = Path(note.read_text().strip())
        shutil.rmtree(folder, ignore_errors=True)
        with suppress(OSError):
            if folder.parent.parent == SHARED:
                folder.parent.rmdir()
        note.unlink()
    shutil.rmtree(var / name, ignore_errors=True)
