"""Reading what the push sink caught (var/push) for /dev/push/, decrypted with the demo browsers' keys."""

import base64
import json
import os
from dataclasses import dataclass
from datetime import UTC, datetime
from heapq import nlargest
from pathlib import Path
from typing import Any

from django.conf import settings
from http_ece import ECEException

from ossma.portals.demo.browsers import DemoBrowser


@dataclass(frozen=True, slots=True)
class CaughtPush:
    """A message in the sink: `shown` is what the notification would say, empty when it was not sealed for a demo browser."""

    device: str
    at: datetime
    headers: dict[str, str]
    shown: dict[str, Any]


def _read(path: Path) -> CaughtPush:
    kept = json.loads(path.read_text())
    try:
        shown = json.loads(DemoBrowser(kept["device"]).reads(base64.b64decode(kept["body"])))["notification"]
    except (ECEException, ValueError):
        shown = {}
    wanted = {name: kept["headers"].get(name, "") for name in ("ttl", "urgency", "topic")}
    return CaughtPush(kept["device"], datetime.fromtimestamp(path.stat().st_mtime, tz=UTC), wanted, shown)


def newest(*, limit: int) -> list[CaughtPush]:
    """Up to `limit` messages, newest first."""
    folder = Path(settings.VAR) / "push"
    if not folder.is_dir():
        return []
    whole = (entry for entry in os.scandir(folder) if entry.name.endswith(".json"))
    return [_read(Path(entry.path)) for entry in nlargest(limit, whole, key=lambda entry: entry.stat().st_mtime)]
