"""Rules of check-ins and of the family line as pure functions (safety.md S3, S4): when a clock runs, what may be planned, when a link ends."""

from datetime import date, datetime, time, timedelta

from django.utils.translation import gettext as _

from ossma.core.formats import HOME_ZONE
from ossma.core.refusals import Refused
from safety.states import CHECK_IN_MOVES, CheckInState

GRACES = (15, 30, 60, 120, 240)
# One tap puts it off by so much.
STEP = timedelta(hours=1)
FURTHEST = timedelta(days=30)
MOST_RUNNING = 5
# A safe word counts as the report from so long before the time on: one said in the morning says nothing about the evening.
EARLY = timedelta(hours=1)
# After a standstill of ours the reminder comes late: nobody is missed before they had a moment to answer it.
COURTESY = timedelta(minutes=10)
# Who comes home later than planned is not lost to their family at once.
MARGIN = timedelta(days=14)


def clock_runs_from(due_at: datetime, no_signal_until: datetime | None) -> datetime:
    """The moment by which a report is expected: where no signal is expected, not before there is one."""
    return max(due_at, no_signal_until) if no_signal_until else due_at


def require_plan(*, due_at: datetime, no_signal_until: datetime | None, grace_minutes: int, running: int, at: datetime) -> None:
    """Refuse a plan that cannot be kept."""
    if running >= MOST_RUNNING:
        raise Refused(_("You have %(most)d check-ins running. End one first.") % {"most": MOST_RUNNING})
    if due_at <= at:
        raise Refused(_("Choose a time that lies ahead."), field="due")
    if clock_runs_from(due_at, no_signal_until) > at + FURTHEST:
        raise Refused(_("A check-in can lie up to 30 days ahead."), field="due" if due_at > at + FURTHEST else "no_signal")
    if no_signal_until is not None and no_signal_until <= at:
        raise Refused(_("Choose a time that lies ahead."), field="no_signal")
    if grace_minutes not in GRACES:
        raise Refused(_("Choose how long we wait after the time."), field="grace")


def require_check_in_move(state: str, to: CheckInState) -> None:
    """Refuse a move that the table of states does not know."""
    if to not in CHECK_IN_MOVES[CheckInState(state)]:
        raise Refused(_("This check-in is %(state)s, so this cannot be done any more.") % {"state": CheckInState(state).label})


def put_off(*, due_at: datetime, no_signal_until: datetime | None, at: datetime) -> datetime:
    """The new time after one tap."""
    later = max(clock_runs_from(due_at, no_signal_until), at.replace(second=0, microsecond=0)) + STEP
    if later > at + FURTHEST:
        raise Refused(_("A check-in can lie up to 30 days ahead."))
    return later


def expiry_after(last_day: date) -> datetime:
    """When a family's link for a trip ends: at midnight in Japan, two weeks after the last day."""
    return datetime.combine(last_day + timedelta(days=1), time.min, HOME_ZONE) + MARGIN
