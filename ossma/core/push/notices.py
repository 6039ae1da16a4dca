"""What a push message says: one declarative form for everybody (W3C Push API; Safari shows it itself, elsewhere our worker does)."""

import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

# Well below what every service takes (3,993 bytes of text make 4,096 on the wire).
LARGEST = 2000
LONGEST_LIFE, SHORTEST_LIFE = 86_400, 60
MARK = 8030
CUT = "…"


@dataclass(frozen=True, slots=True)
class Button:
    """An action on the notification itself: the word our worker knows, the label, and the page for browsers that only open pages."""

    action: str
    title: str
    navigate: str


@dataclass(frozen=True, slots=True)
class Notice:
    """One notification. `tag` and `topic`: a newer one takes the place of the older, on the device and while it waits at the service."""

    title: str
    body: str
    navigate: str
    language: str
    topic: str
    life: int = LONGEST_LIFE
    urgent: bool = True
    buttons: tuple[Button, ...] = ()
    data: dict[str, Any] = field(default_factory=dict)

    def content(self) -> bytes:
        """The message in UTF-8, at most LARGEST bytes: what is too much is cut from the end of the body."""
        whole = self._bytes(self.body)
        body = self.body
        while len(whole) > LARGEST and body:
            body = body[: len(body) - max(1, (len(whole) - LARGEST) // 4)].rstrip()
            whole = self._bytes(body + CUT)
        return whole

    def _bytes(self, body: str) -> bytes:
        notification = {
            "title": self.title, "body": body, "navigate": self.navigate, "lang": self.language, "dir": "ltr", "tag": self.topic,
            "requireInteraction": self.urgent,
            "actions": [{"action": one.action, "title": one.title, "navigate": one.navigate} for one in self.buttons],
            "data": self.data,
        }  # fmt: skip
        return json.dumps({"web_push": MARK, "notification": notification}, ensure_ascii=False, separators=(",", ":")).encode()

    def headers(self) -> dict[str, str]:
        """How the service shall treat it (RFC 8030)."""
        return {"TTL": str(self.life), "Urgency": "high" if self.urgent else "normal", "Topic": self.topic, "Content-Encoding": "aes128gcm"}


def life_until(deadline: datetime | None, *, at: datetime) -> int:
    """Seconds that a message is worth keeping for a phone that is off: until the deadline, at most a day; after it as short as can be."""
    if deadline is None:
        return LONGEST_LIFE
    return min(LONGEST_LIFE, max(SHORTEST_LIFE, int((deadline - at).total_seconds())))
