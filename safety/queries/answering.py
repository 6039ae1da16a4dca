"""What the person asked sees: the question behind a link, the banner on every page, their own record (safety.md S2)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Case, F, OuterRef, Prefetch, Subquery, When
from django.db.models.functions import JSONObject
from django.utils.translation import get_language

from applications.models.located import city_label, place_label
from members.models import Member, School
from ossma.core.refusals import NotFound, first_or_404
from ossma.core.viewer import Viewer
from safety.addresses import answer_path
from safety.event_clock import event_zone_for, told
from safety.models import Answer, Recipient, SafetyCase, SafetyCheck, SignOfLife
from safety.queries.echo import Echo, echo_of_brief, open_call_brief
from safety.queries.traces import sign_label
from safety.reasons import why_asked
from safety.states import CaseCause, CaseState, CheckKind, CheckState, Standing

LONGEST_RECORD = 50


@dataclass(frozen=True, slots=True)
class Question:
    """What stands behind a link: the check, and of the person no more than what an answer page needs."""

    pk: int
    member_id: int
    standing: str
    answered_at: datetime | None
    opened_at: datetime | None
    snoozed_at: datetime | None
    country_id: str | None
    zone: str
    language: str
    reason: str
    check: SafetyCheck

    @property
    def why(self) -> str:
        """Why they were asked, without a word on where they are: whoever holds the link reads it."""
        return why_asked(self.reason, "")

    @property
    def event_zone(self) -> str:
        """The clock that stands beside Japan's."""
        return event_zone_for(self.check.event_zone, self.zone)


PERSON = ("pk", "member_id", "standing", "answered_at", "opened_at", "snoozed_at", "country_id", "zone", "language", "reason")
CHECK = ("kind", "state", "title_ja", "title_en", "text_ja", "text_en", "place_ja", "place_en", "event_at", "event_zone", "deadline_at", "sent_at")
# By hand, because building this statement anew costs the ORM more than PostgreSQL needs to answer it.
QUESTION = f"""
SELECT r.id, r.member_id, r.standing, r.answered_at, r.opened_at, r.snoozed_at, r.country_id, r.zone, u.language, r.reason,
    s.id, s.name_ja, s.name_en, {", ".join(f"c.{name}" for name in CHECK)}
FROM safety_recipient r
JOIN safety_safetycheck c ON c.id = r.check_id
JOIN members_member m ON m.id = r.member_id
JOIN members_user u ON u.id = m.user_id
LEFT JOIN members_school s ON s.id = c.school_id
WHERE r.id = %s
"""  # noqa: S608 - names from this file only


def question_of(recipient_id: int) -> Question:
    """The question asked of one recipient. Whoever holds the signed link may see it. Raises NotFound."""
    with connection.cursor() as cursor:
        cursor.execute(QUESTION, [recipient_id])
        row = first_or_404(cursor.fetchall())
    person, (school_id, name_ja, name_en), check = row[:10], row[10:13], row[13:]
    school = School(pk=school_id, name_ja=name_ja, name_en=name_en) if school_id else None
    asked = SafetyCheck(school=school, **dict(zip(CHECK, check, strict=True)))
    return Question(**dict(zip(PERSON, person, strict=True)), check=asked)


@dataclass(frozen=True, slots=True)
class OpenCheck:
    """The banner that takes over the top of every member page."""

    title: str
    place: str
    local_time: str
    url: str
    is_drill: bool

    @property
    def safe_url(self) -> str:
        """The answer page with "I am safe" ready to be pressed."""
        return f"{self.url}?choice=safe"

    @property
    def help_url(self) -> str:
        """The answer page with "I need help" ready to be pressed."""
        return f"{self.url}?choice=help"


@dataclass(frozen=True, slots=True)
class PageHead:
    """What stands on top of every page of a member: the open question, and the call for help that is being looked after."""

    check: OpenCheck | None = None
    call: Echo | None = None
    # On which the member is called; their own pages say it, no page behind a link does.
    call_number: str = ""


BRIEF = ("kind", "title_ja", "title_en", "place_ja", "place_en", "event_zone")
MOMENTS = ("event_at", "sent_at")


def page_head(viewer: Viewer, at: datetime) -> PageHead:
    """Both in one query. Of the questions that a member has not answered the newest; something real comes before any drill."""
    if viewer.member_id is None:
        return PageHead()
    drill_last = Case(When(check_row__kind=CheckKind.DRILL, then=1), default=0)
    silent = Recipient.objects.filter(member=OuterRef("pk"), standing=Standing.SILENT, check_row__state=CheckState.OPEN)
    columns = {name: f"check_row__{name}" for name in (*BRIEF, *MOMENTS)}
    question = silent.order_by(drill_last, "-check_row__sent_at").values(brief=JSONObject(pk="pk", zone="zone", **columns))[:1]
    rows = Member.objects.filter(pk=viewer.member_id).annotate(question=Subquery(question), call=open_call_brief())
    for question_brief, call_brief, mobile in rows.values_list("question", "call", "mobile"):
        number = (call_brief["call_back"] or mobile) if call_brief else ""
        return PageHead(_open_check(question_brief), echo_of_brief(call_brief, at), number)
    return PageHead()


def _open_check(brief: dict[str, Any] | None) -> OpenCheck | None:
    if brief is None:
        return None
    check = SafetyCheck(**{name: brief[name] for name in BRIEF})
    event_at, sent_at = (datetime.fromisoformat(brief[name]) if brief[name] else None for name in MOMENTS)
    moment = event_at or sent_at
    local_time = told(moment, check.event_zone, brief["zone"], get_language() or "ja") if moment else ""
    return OpenCheck(check.headline, check.place, local_time, answer_path(brief["pk"]), check.kind == CheckKind.DRILL)


@dataclass(frozen=True, slots=True)
class Asked:
    """One line of a member's own record: what was asked, why them, what they answered."""

    recipient: Recipient
    url: str
    answers: list[Answer]

    @property
    def why(self) -> str:
        """Why they were asked, with the place: this is their own page."""
        row = self.recipient
        if row.country is None:
            return why_asked(row.reason, "")
        return why_asked(row.reason, place_label(city_label(row.country.pk, row.city), row.country.label) if row.city else row.country.label)

    @property
    def is_open(self) -> bool:
        """Whether an answer would still be in time to be looked at."""
        return self.recipient.check_row.state in {CheckState.OPEN, CheckState.STOPPED}


@dataclass(frozen=True, slots=True)
class OwnRecord:
    """A member's own page of safety: questions newest first, reports without a question, an open case, the last sign of life."""

    asked: list[Asked]
    reports: list[Answer]
    case: SafetyCase | None
    sign_of_life: SignOfLife | None
    sign_label: str = ""


def own_record(viewer: Viewer) -> OwnRecord:
    """Everything a member may see about themselves here. NotFound for whoever is no member."""
    if viewer.member_id is None:
        raise NotFound
    mine = Answer.objects.filter(member_id=viewer.member_id).order_by("-said_at", "-pk").select_related("country", "picture")
    recipients = Recipient.objects.filter(member_id=viewer.member_id).select_related("check_row__school", "country")
    recipients = recipients.prefetch_related(Prefetch("answers", queryset=mine)).order_by(F("check_row__sent_at").desc(nulls_last=True), "-pk")
    cases = SafetyCase.objects.filter(member_id=viewer.member_id, is_drill=False).exclude(state=CaseState.RESOLVED).select_related("owner")
    sign = SignOfLife.objects.filter(member_id=viewer.member_id).first()
    return OwnRecord(
        asked=[Asked(row, answer_path(row.pk), list(row.answers.all())) for row in recipients[:LONGEST_RECORD]],
        reports=list(mine.filter(recipient=None)[:LONGEST_RECORD]),
        case=cases.first(),
        sign_of_life=sign,
        sign_label=sign_label(sign.source) if sign else "",
    )


def has_open_call(member_id: int, *, is_drill: bool = False) -> bool:
    """Whether a call for help of this member is being looked after."""
    mine = SafetyCase.objects.filter(member=member_id, is_drill=is_drill, cause=CaseCause.HELP)
    return mine.exclude(state=CaseState.RESOLVED).exists()


def was_said(key: UUID) -> bool:
    """Whether the answer of this key is stored."""
    return Answer.objects.filter(key=key).exists()


def picture_of(key: UUID) -> int | None:
    """The picture of the answer of this key."""
    return Answer.objects.filter(key=key).values_list("picture_id", flat=True).first()
