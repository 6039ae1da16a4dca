"""A backup that can prove it is whole, and its way back into an empty database (quality.md, "Reliability").

A backup is a folder: `database.dump` (pg_dump, custom format), `files.tar` (pictures) and `manifest.json`, written last.
The manifest has a checksum of both and the number of rows of every table, counted in the very snapshot that was dumped.
"""

import hashlib
import json
import os
import shutil
import subprocess
import tarfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
from django.db import connection as own
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

FORMAT = 1
DUMP, FILES, MANIFEST = "database.dump", "files.tar", "manifest.json"


class BackupRefused(Exception):
    """Why a backup cannot be made or taken back, in words for the operator."""


def own_url() -> str:
    """How PostgreSQL's own programs reach the database of this installation."""
    kept = own.settings_dict
    names = {"host": "HOST", "port": "PORT", "user": "USER", "password": "PASSWORD", "dbname": "NAME"}
    return make_conninfo(**{key: str(kept[name]) for key, name in names.items() if kept[name]})


def make_backup(*, url: str, files: Path, target: Path, tools: Path | None = None) -> dict[str, Any]:
    """Write database and pictures into the new folder `target`; answers the manifest. Raises BackupRefused, and then leaves no half backup."""
    if target.exists():
        raise BackupRefused(f"{target} exists already. Choose a new folder.")
    half = target.with_name(f"{target.name}.half")
    shutil.rmtree(half, ignore_errors=True)
    half.mkdir(parents=True, mode=0o700)
    try:
        with psycopg.connect(url) as connection:
            connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            snapshot = connection.execute("SELECT pg_export_snapshot()").fetchone()
            _run("pg_dump", url, tools, "--format=custom", "--no-owner", f"--snapshot={snapshot[0] if snapshot else ''}", f"--file={half / DUMP}")
            rows = _count(connection)
        # After the database: every picture that has a row is on the disk by then. What is deleted meanwhile may be missing, as it will be anyway.
        with tarfile.open(half / FILES, "w") as archive:
            if files.exists():
                archive.add(files, arcname="files")
        manifest = {
            "format": FORMAT,
            "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
            "sha256": {name: _checksum(half / name) for name in (DUMP, FILES)},
            "rows": rows,
        }
        (half / MANIFEST).write_text(json.dumps(manifest, indent=1))
        half.rename(target)
    finally:
        shutil.rmtree(half, ignore_errors=True)
    return manifest


def check_backup(source: Path) -> dict[str, Any]:
    """The manifest of a backup that is whole. Raises BackupRefused for one that is not."""
    try:
        manifest: dict[str, Any] = json.loads((source / MANIFEST).read_text())
    except (OSError, ValueError) as broken:
        raise BackupRefused(f"{source} is no backup: {MANIFEST} is missing or damaged.") from broken
    if manifest.get("format") != FORMAT:
        raise BackupRefused(f"{source} has another format than this version reads.")
    for name, wanted in manifest["sha256"].items():
        if not (source / name).is_file() or _checksum(source / name) != wanted:
            raise BackupRefused(f"{source / name} is missing or damaged: its checksum is not the one in {MANIFEST}.")
    return manifest


def restore_backup(*, url: str, files: Path, source: Path, tools: Path | None = None) -> dict[str, Any]:
    """Bring a backup into an empty database and an empty folder, all or nothing; answers its manifest.

    Raises BackupRefused before anything is touched when the backup is damaged or the place is not empty, and after it when rows are missing.
    """
    manifest = check_backup(source)
    if files.exists() and any(files.iterdir()):
        raise BackupRefused(f"{files} is not empty. A restore never writes over pictures.")
    with psycopg.connect(url) as connection:
        if _count(connection):
            raise BackupRefused("The database is not empty. Make a new one: a restore never writes over data.")
    _run(
        "pg_restore",
        url,
        tools,
        "--single-transaction",
        "--exit-on-error",
        "--no-owner",
        f"--dbname={conninfo_to_dict(url)['dbname']}",
        source / DUMP,
    )
    with psycopg.connect(url) as connection:
        now = _count(connection)
        connection.execute("ANALYZE")
    if differing := sorted(name for name in manifest["rows"].keys() | now.keys() if manifest["rows"].get(name) != now.get(name)):
        raise BackupRefused(f"The restored database differs from the manifest in: {', '.join(differing)}.")
    with tarfile.open(source / FILES) as archive:
        archive.extractall(files.parent, members=_below(archive, files.name), filter="data")
    return manifest


def _below(archive: tarfile.TarFile, name: str) -> list[tarfile.TarInfo]:
    """The members, in a folder of today's name."""
    return [member.replace(name=str(Path(name, *Path(member.name).parts[1:])), deep=False) for member in archive.getmembers()]


def _count(connection: psycopg.Connection[Any]) -> dict[str, int]:
    tables = connection.execute("SELECT schemaname, tablename FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')").fetchall()
    found = {}
    for schema, table in sorted(tables):
        counted = connection.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(schema, table))).fetchone()
        found[f"{schema}.{table}"] = counted[0] if counted else 0
    return found


def _run(program: str, url: str, tools: Path | None, *arguments: str | Path) -> None:
    """One of PostgreSQL's own programs. The password travels in the environment: everybody on the machine can read a command line."""
    found = shutil.which(program, path=str(tools) if tools else None)
    if not found:
        raise BackupRefused(f"{program} is not here. Install PostgreSQL's client programs, of the server's version, or set PG_TOOLS.")
    parts = conninfo_to_dict(url)
    names = {"host": "PGHOST", "port": "PGPORT", "user": "PGUSER", "password": "PGPASSWORD", "dbname": "PGDATABASE", "sslmode": "PGSSLMODE"}
    env = os.environ | {names[key]: str(value) for key, value in parts.items() if key in names}
    # A program of PostgreSQL, with an address from our own settings and folders named by the operator.
    done = subprocess.run([found, *arguments], env=env, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        raise BackupRefused(f"{program} failed: {done.stderr.strip()[:1000]}")


def _checksum(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
