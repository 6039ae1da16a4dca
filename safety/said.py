"""What somebody says and what becomes of it: the values that pass from the pages to the actions."""

import json
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from safety.states import AnswerKind, AnswerSource, Standing


@dataclass(frozen=True, slots=True)
class Position:
    """Where the phone says it is: degrees, metres, and when it measured."""

    latitude: float
    longitude: float
    accuracy_m: float
    at: datetime

    def to_text(self) -> str:
        """What is stored, encrypted."""
        return json.dumps({"lat": self.latitude, "lon": self.longitude, "accuracy_m": self.accuracy_m, "at": self.at.isoformat()})


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody says. `key` is made by the page or the phone; `said_at` is the phone's own time if it kept the answer while offline."""

    kind: AnswerKind
    key: UUID
    need: str = ""
    comment: str = ""
    said_at: datetime | None = None
    position: Position | None = None
    country_id: str | None = None
    city: str = ""
    picture_id: int | None = None
    # With a call for help: the number to call back on, where it is not the registered one.
    call_back: str = ""
    # Until when they are at the place they name: the last day there, or today by its clock; neither where nobody knows.
    until: date | None = None
    only_today: bool = False


@dataclass(frozen=True, slots=True)
class Witness:
    """Whose word it is, and how we know."""

    source: AnswerSource
    said_by: str = ""
    how_known: str = ""


@dataclass(frozen=True, slots=True)
class Stored:
    """What became of it. `new` is False when the same key came before."""

    new: bool
    standing: Standing
    said_at: datetime
    late: bool = False
    unconfirmed: bool = False
