"""What the member who called for help reads about it: who has read it, who is calling (safety.md S3, "Help is a case with a clock")."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import F

from safety.models import SafetyCase
from safety.states import CaseCause, CaseState

# That it is over is told for so long.
TOLD_FOR = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Echo:
    """The member's own call for help, without anything that a stranger with the link should not read. `waits`: nobody has spoken with them yet."""

    opened_at: datetime
    read_at: str
    read_by: str
    calling: str
    in_charge: str
    contacted_at: str
    over: bool
    has_number: bool
    # Handed to the helpline, and none of its operators has taken it yet.
    at_helpline: bool = False
    # It was ended although nobody had spoken with the member.
    unheard: bool = False

    @property
    def waits(self) -> bool:
        """Whether the page should go on looking for news."""
        return not (self.contacted_at or self.over)


def _clock(moment: datetime | None, zone: str) -> str:
    return moment.astimezone(ZoneInfo(zone or "Asia/Tokyo")).strftime("%H:%M") if moment else ""


def _name(user: Any) -> str:
    return user.get_full_name() if user else ""


def echo_of(member_id: int, at: datetime, *, is_drill: bool = False) -> Echo | None:
    """The member's newest call for help, open or ended within a day; None if there was none. One query. The caller knows who asks."""
    rows = SafetyCase.objects.filter(member_id=member_id, is_drill=is_drill, cause=CaseCause.HELP)
    case = rows.select_related("read_by", "calling_by", "owner").order_by(F("ended_at").desc(nulls_first=True)).first()
    if case is None or (case.ended_at and case.ended_at < at - TOLD_FOR):
        return None
    calling = case.calling_until is not None and case.calling_until > at
    return Echo(
        opened_at=case.opened_at,
        read_at=_clock(case.read_at, case.zone),
        read_by=_name(case.read_by),
        calling=_name(case.calling_by) if calling else "",
        in_charge=_name(case.owner),
        contacted_at=_clock(case.first_contact_at, case.zone),
        over=case.state == CaseState.RESOLVED,
        has_number=bool(case.call_back),
        at_helpline=case.state == CaseState.HELPLINE and case.owner_id is None,
        unheard=bool(case.ending_reason),
    )
