"""What the person asked sees: the question behind a link, the banner on every page, their own record (safety.md S2)."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db.models import F, Prefetch
from django.utils.translation import get_language

from ossma.core import formats
from ossma.core.refusals import NotFound
from ossma.core.viewer import Viewer
from safety.addresses import answer_path, recipient_of
from safety.models import Answer, HelpCase, Recipient, SignOfLife
from safety.states import CaseState, CheckKind, CheckState, Standing

type Question = Recipient

LONGEST_RECORD = 50
# The page shows only the check; of the person no more than what an answer needs.
SHOWN = (
    "member_id", "school_id", "standing", "answered_at", "opened_at", "late", "snoozed_at", "country_id", "city", "zone",
    *(f"check_row__{name}" for name in (
        "kind", "state", "title_ja", "title_en", "text_ja", "text_en", "place_ja", "place_en", "event_at", "event_zone", "deadline_at",
        "school__name_ja", "school__name_en",
    )),
    "member__user__language",
)  # fmt: skip


def asked_by_link(signed: str) -> Question:
    """The question behind a signed link: whoever holds it may see and answer it. NotFound when a single letter is wrong."""
    recipient_id = recipient_of(signed)
    if recipient_id is None:
        raise NotFound
    asked = Recipient.objects.select_related("check_row__school", "member__user").only(*SHOWN)
    recipient = asked.filter(pk=recipient_id).first()
    if recipient is None:
        raise NotFound
    return recipient


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


def open_check(viewer: Viewer, _at: datetime) -> OpenCheck | None:
    """The newest question a member has not answered; something real comes before any drill."""
    if viewer.member_id is None:
        return None
    silent = Recipient.objects.filter(member_id=viewer.member_id, standing=Standing.SILENT, check_row__state=CheckState.OPEN)
    newest = silent.select_related("check_row").order_by("-check_row__sent_at")
    recipient = min(newest, key=lambda row: row.check_row.kind == CheckKind.DRILL, default=None)
    if recipient is None:
        return None
    check = recipient.check_row
    moment = check.event_at or check.sent_at
    local_time = formats.both_clocks(moment, ZoneInfo(check.event_zone), get_language() or "ja") if moment else ""
    return OpenCheck(check.title, check.place, local_time, answer_path(recipient.pk), check.kind == CheckKind.DRILL)


@dataclass(frozen=True, slots=True)
class Asked:
    """One line of a member's own record: what was asked, why them, what they answered."""

    recipient: Recipient
    url: str
    answers: list[Answer]

    @property
    def is_open(self) -> bool:
        """Whether an answer would still be in time to be looked at."""
        return self.recipient.check_row.state in {CheckState.OPEN, CheckState.STOPPED}


@dataclass(frozen=True, slots=True)
class OwnRecord:
    """A member's own page of safety: questions newest first, reports without a question, an open case, the last sign of life."""

    asked: list[Asked]
    reports: list[Answer]
    case: HelpCase | None
    sign_of_life: SignOfLife | None


def own_record(viewer: Viewer) -> OwnRecord:
    """Everything a member may see about themselves here. NotFound for whoever is no member."""
    if viewer.member_id is None:
        raise NotFound
    mine = Answer.objects.filter(member_id=viewer.member_id).order_by("-said_at", "-pk").select_related("country")
    recipients = Recipient.objects.filter(member_id=viewer.member_id).select_related("check_row__school", "country")
    recipients = recipients.prefetch_related(Prefetch("answers", queryset=mine)).order_by(F("check_row__sent_at").desc(nulls_last=True), "-pk")
    cases = HelpCase.objects.filter(member_id=viewer.member_id, is_drill=False).exclude(state=CaseState.RESOLVED).select_related("owner")
    return OwnRecord(
        asked=[Asked(row, answer_path(row.pk), list(row.answers.all())) for row in recipients[:LONGEST_RECORD]],
        reports=list(mine.filter(recipient=None)[:LONGEST_RECORD]),
        case=cases.first(),
        sign_of_life=SignOfLife.objects.filter(member_id=viewer.member_id).first(),
    )
