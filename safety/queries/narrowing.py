"""Narrowing the list of a check beyond standing and place: by what became of the message, by night, by name (safety.md S3)."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from members.queries import directory
from ossma.core.viewer import Viewer
from safety.models import Recipient, SafetyCheck
from safety.queries.silence import asleep, to_call
from safety.queries.traces import lost
from safety.states import Standing, Trace

MOST_LETTERS = 60


@dataclass(frozen=True, slots=True)
class Sought:
    """What else is asked of the list: a trace (or none), words of a name or a number."""

    trace: str = ""
    text: str = ""

    def __bool__(self) -> bool:
        return bool(self.trace or self.text)


def sought(viewer: Viewer, check: SafetyCheck, rows: QuerySet[Recipient], wanted: Sought, at: datetime) -> QuerySet[Recipient]:
    """Of these recipients of a check those that are asked for. Names are looked for as in the list of members."""
    match wanted.trace:
        case Trace.OPENED:
            rows = rows.exclude(opened_at=None)
        case Trace.UNOPENED:
            # Whoever has answered, by whatever way, is asked for nothing more.
            rows = rows.filter(opened_at=None, snoozed_at=None, standing=Standing.SILENT)
        case Trace.BOUNCED:
            rows = rows.filter(lost(check))
        case Trace.ASLEEP:
            rows = rows.filter(asleep(check, at))
        case Trace.CALL:
            rows = to_call(check, rows, at)
        case Trace.AWAKE:
            rows = rows.exclude(asleep(check, at))
    if wanted.text:
        rows = rows.filter(member__in=directory.found(viewer, wanted.text[:MOST_LETTERS]).order_by().values("pk"))
    return rows
