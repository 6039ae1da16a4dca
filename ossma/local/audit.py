"""The dependency audit of `make check`: every installed package against the vulnerabilities that PyPI and OSV know.

A vulnerable package fails. What could not be audited is a warning, so that people without network can work;
OSSMA_AUDIT=required makes it a failure, for a CI with network. The last audit of everything is kept in var/.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

SERVICES = ("pypi", "osv")
KEPT = Path("var/audit.json")
REQUIRED = "required"
PATIENCE_SECONDS = 180


@dataclass(frozen=True)
class Audit:
    """What is known: package → version of all, of those that were audited, and what is wrong with whom."""

    installed: Mapping[str, str] = field(default_factory=dict)
    audited: Mapping[str, str] = field(default_factory=dict)
    vulnerable: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def joined(self, other: "Audit") -> "Audit":
        """Both services' knowledge."""
        names = {*self.vulnerable, *other.vulnerable}
        vulnerable = {name: tuple({*self.vulnerable.get(name, ()), *other.vulnerable.get(name, ())}) for name in names}
        return Audit({**self.installed, **other.installed}, {**self.audited, **other.audited}, vulnerable)

    @property
    def is_full(self) -> bool:
        """Whether no package was left out."""
        return bool(self.installed) and self.audited.keys() == self.installed.keys()


def read(report: str) -> Audit:
    """What pip-audit says in JSON. Without JSON (no network, say) nothing is known."""
    try:
        rows: Iterable[dict[str, Any]] = json.loads(report)["dependencies"]
    except (ValueError, KeyError, TypeError):
        return Audit()
    # A package that was left out has a reason in the place of its version; the reason names it.
    installed = {row["name"]: row.get("version") or _version_in(row.get("skip_reason", "")) for row in rows}
    audited = {row["name"]: row["version"] for row in rows if "version" in row and "skip_reason" not in row}
    vulnerable = {row["name"]: tuple(sorted(vuln["id"] for vuln in row["vulns"])) for row in rows if row.get("vulns")}
    return Audit(installed, audited, vulnerable)


def _version_in(reason: str) -> str:
    return reason.rpartition("(")[2].rstrip(")")


def ask(service: str) -> Audit:
    """One service's answer about what is installed here."""
    program = Path(sys.executable).parent / "pip-audit"
    command = [str(program), "-s", service, "-f", "json", "--progress-spinner", "off", "--skip-editable"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=PATIENCE_SECONDS)
    except (OSError, subprocess.TimeoutExpired):
        return Audit()
    return read(done.stdout)


def verdict(audit: Audit, kept: Mapping[str, Any], at: datetime, *, required: bool) -> tuple[bool, str]:
    """Whether the check passes, and its line. Nothing that was not looked at is called ok."""
    if audit.vulnerable:
        found = sorted(audit.vulnerable.items())
        names = "; ".join(f"{name} {audit.installed.get(name, '')}: {', '.join(sorted(ids))}" for name, ids in found)
        return False, f"FAILED  {len(found)} vulnerable ({_counts(audit)}): {names}"
    if audit.is_full:
        return True, f"ok      {_counts(audit)}, data of today"
    return not required, f"WARNING not audited: {_left_out(audit)}; {_counts(audit)}. {_last(audit, kept, at)}"


def _counts(audit: Audit) -> str:
    return f"{len(audit.audited)} of {len(audit.installed)} packages audited"


def _left_out(audit: Audit) -> str:
    if not audit.installed:
        return "neither PyPI nor OSV answered"
    return f"{len(audit.installed) - len(audit.audited)} packages are not known to the services that answered"


def _last(audit: Audit, kept: Mapping[str, Any], at: datetime) -> str:
    if not kept:
        return "No audit of everything was ever made here."
    days = (at - datetime.fromisoformat(kept["at"])).days
    same = sum(1 for name, version in kept["audited"].items() if audit.installed.get(name) == version)
    return f"The last audit of everything is {days} days old; {same} of its packages have the same version now."


def run(at: datetime) -> tuple[bool, str]:
    """Ask every service, keep an audit of everything, and say what came of it."""
    audit = Audit()
    for service in SERVICES:
        if not audit.is_full:
            audit = audit.joined(ask(service))
    kept = json.loads(KEPT.read_text()) if KEPT.is_file() else {}
    if audit.is_full:
        KEPT.parent.mkdir(parents=True, exist_ok=True)
        KEPT.write_text(json.dumps({"at": at.isoformat(), "audited": dict(audit.audited)}))
    return verdict(audit, kept, at, required=os.environ.get("OSSMA_AUDIT") == REQUIRED)


def now() -> datetime:
    """The moment of the check."""
    return datetime.now(UTC)
