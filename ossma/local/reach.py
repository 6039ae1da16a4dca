"""PostgreSQL refuses to run as root: which account takes its place, and which folders that account can reach."""

import hashlib
import os
import shutil
import subprocess
from contextlib import suppress
from pathlib import Path

NOBODY = 65534
SHARED = Path("/var/tmp")  # noqa: S108 - readable by every account, kept over a restart; folders below are private


def server_account() -> int | None:
    """The numeric account for servers: None means "as we are"."""
    return NOBODY if os.geteuid() == 0 else None


def runs_for(account: int | None, binary: Path) -> bool:
    """Whether an account can start a program; tried, not deduced from permission bits."""
    try:
        tried = subprocess.run(
            [binary, "--version"], user=account, group=account, extra_groups=None if account is None else [],
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


def reachable_copy(account: int | None, install: Path, binary: str) -> Path:
    """The installation itself where the account can run it, else a copy of it (made once) that it can."""
    if runs_for(account, install / binary):
        return install
    mark = f"{install}:{(install / binary).stat().st_mtime_ns}"
    copy = SHARED / f"ossma-bin-{hashlib.sha256(mark.encode()).hexdigest()[:12]}"
    if not runs_for(account, copy / binary):
        half = copy.with_name(f"{copy.name}.{os.getpid()}")
        shutil.copytree(install, half)
        half.chmod(0o755)
        shutil.rmtree(copy, ignore_errors=True)
        half.rename(copy)
    return copy


def data_folder(account: int | None, var: Path, name: str) -> Path:
    """A private folder of the account for a server's data: under `var`, or where the account may go; the place is kept in `var`."""
    var.mkdir(parents=True, exist_ok=True)
    note = var / f"{name}.place"
    folder = Path(note.read_text().strip()) if note.exists() else var.resolve() / name
    if not _made(account, folder):
        folder = SHARED / f"ossma-{hashlib.sha256(str(var.resolve()).encode()).hexdigest()[:12]}" / name
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
