"""What the member who called for help reads about it: who has read it, who is calling (safety.md S3, "Help is a case with a clock")."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import F, OuterRef, QuerySet, Subquery
from django.db.models.functions import JSONObject

from members.models import User
from safety.models import Answer, CallEntry, SafetyCase
from safety.states import AnswerKind, AnswerSource, CallResult, CallWay, CaseCause, CaseState

# That it is over is told for so long.
TOLD_FOR = timedelta(days=1)
COLUMNS = ("opened_at", "read_at", "first_contact_at", "ended_at", "calling_until", "next_try_at", "last_call_at", "safe_at")


@dataclass(frozen=True, slots=True)
class Echo:
    """The member's own call for help, without anything that a stranger with the link should not read. `waits`: nobody has spoken with them yet.

    `safe_at`: when they said "safe" after it; `called_at`: when somebody called and nobody answered, `next_call` when the next try is due.
    """

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
    safe_at: str = ""
    called_at: str = ""
    next_call: str = ""

    @property
    def waits(self) -> bool:
        """Whether the page should go on looking for news."""
        return not (self.contacted_at or self.over)


def _clock(moment: datetime | None, zone: str) -> str:
    return moment.astimezone(ZoneInfo(zone or "Asia/Tokyo")).strftime("%H:%M") if moment else ""


def safe_since() -> Subquery:
    """When the member of a case said "safe" after it was opened, last."""
    own = Answer.objects.filter(member=OuterRef("member"), kind=AnswerKind.OK, unconfirmed=False, source__in=(AnswerSource.LINK, AnswerSource.APP))
    return Subquery(own.filter(said_at__gt=OuterRef("opened_at")).order_by("-said_at").values("said_at")[:1])


def _calls(*, is_drill: bool) -> QuerySet[Any]:
    """Calls for help with what the member may read of them."""
    last = CallEntry.objects.filter(case=OuterRef("pk"), way=CallWay.PHONE, whom="").order_by("-at", "-pk")
    rows = SafetyCase.objects.filter(is_drill=is_drill, cause=CaseCause.HELP)
    return rows.annotate(
        last_call_at=Subquery(last.values("at")[:1]), last_call=Subquery(last.values("result")[:1]), safe_at=safe_since()
    )  # fmt: skip


def echo_of(member_id: int, at: datetime, *, is_drill: bool = False) -> Echo | None:
    """The member's newest call for help, open or ended within a day; None if there was none. One query. The caller knows who asks."""
    rows = _calls(is_drill=is_drill).filter(member_id=member_id).select_related("read_by", "calling_by", "owner")
    case = rows.order_by(F("ended_at").desc(nulls_first=True)).first()
    if case is None or (case.ended_at and case.ended_at < at - TOLD_FOR):
        return None
    return _echo(case, at)


def open_call_brief() -> Subquery:
    """The open call for help of a member (`OuterRef` is the member), for `echo_of_brief`: for pages that ask for more in one query."""
    names = {name: f"{name}__name" for name in ("read_by", "calling_by", "owner")}
    plain = {name: name for name in ("state", "zone", "call_back", "ending_reason", "last_call", *COLUMNS)}
    rows = _calls(is_drill=False).filter(member=OuterRef("pk")).exclude(state=CaseState.RESOLVED)
    return Subquery(rows.values(brief=JSONObject(**plain, **names))[:1])


def echo_of_brief(brief: dict[str, Any] | None, at: datetime) -> Echo | None:
    """What `open_call_brief` found."""
    if brief is None:
        return None
    case: Any = SafetyCase(**{name: brief[name] for name in ("state", "zone", "call_back", "ending_reason")})
    for name in COLUMNS:
        setattr(case, name, datetime.fromisoformat(brief[name]) if brief[name] else None)
    for name in ("read_by", "calling_by", "owner"):
        setattr(case, name, User(name=brief[name]) if brief[name] else None)
    case.last_call = brief["last_call"]
    return _echo(case, at)


def _name(user: Any) -> str:
    return user.get_full_name() if user else ""


def _echo(case: Any, at: datetime) -> Echo:
    calling = case.calling_until is not None and case.calling_until > at
    missed = case.last_call in {CallResult.NO_ANSWER, CallResult.LEFT_WORD} and not calling
    return Echo(
        opened_at=case.opened_at,
        read_at=_clock(case.read_at, case.zone),
        read_by=_name(case.read_by),
        calling=_name(case.calling_by) if calling else "",
        in_charge=_name(case.owner),
        contacted_at=_clock(case.first_contact_at, case.zone),
        over=case.state == CaseState.RESOLVED,
        has_number=bool(case.call_back),
        at_helpline=case.state == CaseState.HELPLINE and not case.owner,
        unheard=bool(case.ending_reason),
        safe_at=_clock(case.safe_at, case.zone),
        called_at=_clock(case.last_call_at, case.zone) if missed else "",
        next_call=_clock(case.next_try_at, case.zone) if missed and case.next_try_at and case.next_try_at > at else "",
    )
