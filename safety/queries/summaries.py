"""What of a large check is counted in the background: the last count, and which counts are due."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q

from safety.models import SafetyCheck, Shift, Summary
from safety.rules import CROWD
from safety.states import CheckState, SummaryKind

# So many recipients are counted whenever somebody looks; more are counted now and then.
MOST_COUNTED = CROWD
# A count may take a twentieth of the time; of a check that has ended less.
SHARE = 20
SOONEST = {
    SummaryKind.SENDING: timedelta(seconds=10),
    SummaryKind.GROUPS: timedelta(seconds=10),
    SummaryKind.SPOTS: timedelta(seconds=10),
    SummaryKind.COMPARED: timedelta(hours=1),
}
ENDED_SOONEST, ENDED_FOR = timedelta(days=1), timedelta(days=30)


@dataclass(frozen=True, slots=True)
class DueCount:
    """Something to be counted again."""

    check_id: int
    what: SummaryKind


def summary_of(check: SafetyCheck, what: SummaryKind, *, school_id: int | None) -> Summary | None:
    """The last count of the whole check or of one school; None before the first. Its reader stands behind the wall already."""
    return Summary.objects.filter(check_row=check, school=school_id, what=what).first()


def due_counts(at: datetime) -> list[DueCount]:
    """What is to be counted again now: of checks that run or ended lately; messages and groups only of crowds."""
    running = Q(state__in=[CheckState.OPEN, CheckState.STOPPED])
    checks = SafetyCheck.objects.filter(running | Q(state=CheckState.CLOSED, ended_at__gt=at - ENDED_FOR)).only("state", "recipient_count")
    last = {(row.check_row_id, row.what): row for row in Summary.objects.filter(check_row__in=checks, school=None)}
    due = []
    for check in checks:
        for what, soonest in SOONEST.items():
            if what is not SummaryKind.COMPARED and check.recipient_count <= MOST_COUNTED:
                continue
            pause = ENDED_SOONEST if check.state == CheckState.CLOSED else soonest
            row = last.get((check.pk, what))
            if row is None or row.taken_at + max(pause, timedelta(milliseconds=row.took_ms * SHARE)) <= at:
                due.append(DueCount(check.pk, what))
    return due


def found_wrong_since(at: datetime) -> int:
    """How many checks had kept figures that were not those of their rows, found since `at`. They were repaired at once."""
    return Summary.objects.filter(what=SummaryKind.COMPARED, figures__found_at__gt=at.isoformat()).count()


def waiting_shifts(most: int) -> int:
    """How many changes wait to be folded into the figures; counted up to `most`."""
    return Shift.objects.all()[:most].count()


def sent_checks() -> list[int]:
    """Every check that has recipients to be counted, the oldest first."""
    return list(SafetyCheck.objects.exclude(sent_at=None).order_by("pk").values_list("pk", flat=True))
