"""`make check`: every static check, all of them also when one fails, and one line for each in the end."""

import os
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ossma.local import audit
from ossma.local.environments import like_production

SCRIPTS = Path(sys.executable).parent
PACKAGES = ["ossma", "members", "payments", "applications", "helpline", "insurance", "notices", "safety", "manage.py"]


@dataclass(frozen=True)
class Step:
    """One check."""

    name: str
    command: list[str]
    env: Mapping[str, str] = field(default_factory=dict)


def steps() -> list[Step]:
    """The checks in the order of what is cheapest to know first."""
    manage = [sys.executable, "manage.py"]
    production = like_production(os.environ["DATABASE_URL"], os.environ["REDIS_URL"])
    return [
        Step("lint", [str(SCRIPTS / "ruff"), "check", "."]),
        Step("format", [str(SCRIPTS / "ruff"), "format", "--check", "."]),
        Step("import ladder", [str(SCRIPTS / "lint-imports")]),
        Step("types", [str(SCRIPTS / "mypy"), *PACKAGES]),
        Step("migrations in step", [*manage, "makemigrations", "--check", "--dry-run"]),
        Step("system checks", [*manage, "check"]),
        Step("deploy checks", [*manage, "check", "--deploy", "--fail-level", "WARNING"], production),
        Step("templates", [*manage, "check_templates"]),
        Step("translations", [*manage, "translations", "--check"]),
    ]


def passes(step: Step) -> bool:
    """Run one check; its output is shown only when it fails."""
    started = time.monotonic()
    done = subprocess.run(step.command, env={**os.environ, **step.env}, capture_output=True, text=True, check=False)
    verdict = "ok" if done.returncode == 0 else "FAILED"
    print(f"{step.name:<20} {verdict:<7} {time.monotonic() - started:5.1f} s", flush=True)
    if done.returncode:
        print(f"$ {' '.join(step.command)}\n{done.stdout}{done.stderr}", flush=True)
    return done.returncode == 0


def main() -> None:
    """Exit code 1 when any check failed."""
    verdicts = [passes(step) for step in steps()]
    audited, line = audit.run(audit.now())
    print(f"{'dependency audit':<20} {line}", flush=True)
    verdicts.append(audited)
    sys.exit(0 if all(verdicts) else 1)


if __name__ == "__main__":
    main()
