"""Runs a command at another moment: `python -m ossma.local.at_moment 2027-03-14T06:50Z [--zone Pacific/Honolulu] -- CMD…` (Linux, with a C compiler).

The wall clocks of the command and of all that it starts, PostgreSQL and the broker included, are set to the moment and run on from there. What
waits for a length of time waits as long as ever. A package that patches Python's clock would leave the database and every child in today.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from ossma.local.reach import server_account

SOURCE = Path(__file__).with_name("clock_shim.c")
# Every account may read it: the database runs as one of its own.
SHARED = Path("/var/tmp")  # noqa: S108 - named by the digest of its source, made anew if somebody else's
KEPT = Path("var/clock")


def built() -> Path:
    """The shim, compiled when its source has changed. Raises SystemExit where there is no compiler."""
    compiler = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
    if compiler is None or not sys.platform.startswith("linux"):
        raise SystemExit("Another moment needs Linux and a C compiler (apt install gcc).")
    folder = KEPT.resolve() if server_account() is None else SHARED / f"ossma-clock-{os.getuid()}"
    folder.mkdir(parents=True, exist_ok=True, mode=0o755)
    if folder.stat().st_uid != os.getuid():
        raise SystemExit(f"{folder} belongs to somebody else.")
    target = folder / f"clock-{hashlib.sha256(SOURCE.read_bytes()).hexdigest()[:16]}.so"
    if not target.exists():
        half = target.with_suffix(f".{os.getpid()}")
        subprocess.run([compiler, "-shared", "-fPIC", "-O2", "-Wall", "-o", half, SOURCE, "-ldl"], check=True)
        half.chmod(0o755)
        half.rename(target)
    return target


def shifted(moment: datetime, now: datetime, environment: Mapping[str, str], *, shim: Path, zone: str = "") -> dict[str, str]:
    """The environment in which it is `moment` instead of `now`, by the machine's zone where one is named."""
    return {
        **environment,
        "LD_PRELOAD": " ".join(filter(None, [environment.get("LD_PRELOAD"), str(shim)])),
        "CLOCK_SHIFT": str(round((moment - now).total_seconds())),
        **({"TZ": zone} if zone else {}),
    }


def read_arguments(arguments: list[str]) -> tuple[datetime, str, list[str]]:
    """Moment (in UTC where it names no offset), zone and command. Raises SystemExit with the usage."""
    try:
        place = arguments.index("--")
        head, command = arguments[:place], arguments[place + 1 :]
        moment = datetime.fromisoformat(head[0])
        zone = head[2] if head[1:2] == ["--zone"] else ""
        if zone:
            ZoneInfo(zone)
    except (ValueError, IndexError, ZoneInfoNotFoundError) as error:
        raise SystemExit(__doc__) from error
    if not command:
        raise SystemExit(__doc__)
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)), zone, command


def main() -> None:
    """Become the command."""
    moment, zone, command = read_arguments(sys.argv[1:])
    environment = shifted(moment, datetime.now(UTC), os.environ, shim=built(), zone=zone)
    os.execvpe(command[0], command, environment)  # noqa: S606 - the caller's own command


if __name__ == "__main__":
    main()
