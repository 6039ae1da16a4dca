"""What was tried to reach one member, in one line of time: messages, calls, answers, and who looked (safety.md S3, "Follow-up desk")."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from ossma.core.models.claimable import Progress
from safety.models import Answer, CallEntry, Recipient, SafetyCase
from safety.naming import round_name
from safety.queries.deliveries import Rung, tried
from safety.states import AnswerKind, AnswerSource, CallResult, CheckKind

MOST = 100
# A phone that was offline tells the true time: the words may be older than the case they open.
SAME_CALL = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened. `url` is filled by pages that lead somewhere."""

    at: datetime
    icon: str
    title: str
    text: str = ""


def story(recipient: Recipient | None, case: SafetyCase | None) -> list[Event]:
    """Everything about a recipient and a case that are already behind the viewer's wall, the newest first. Three queries."""
    found = [*_of_recipient(recipient)] if recipient else []
    found += [*_of_case(case)] if case else []
    return sorted(found, key=lambda event: event.at, reverse=True)[:MOST]


def words_of(case: SafetyCase) -> Answer | None:
    """What the member wrote with their call for help, the newest; the case is already behind the viewer's wall. One query."""
    said = Answer.objects.filter(member=case.member_id, kind=AnswerKind.HELP, unconfirmed=False, said_at__gte=case.opened_at - SAME_CALL)
    said = said.exclude(comment="")
    said = said.filter(recipient=case.recipient_id) if case.is_drill else said.exclude(recipient__check_row__kind=CheckKind.DRILL)
    return said.exclude(source__in=[AnswerSource.PROXY, AnswerSource.FAMILY]).order_by("-said_at", "-pk").first()


def _of_recipient(recipient: Recipient) -> Iterator[Event]:
    for rung in tried(recipient.pk)[-MOST:]:
        yield _message(rung)
    for answer in Answer.objects.filter(recipient=recipient).order_by("-said_at")[:MOST]:
        yield Event(answer.said_at, "chat", _("Answer: %(kind)s") % {"kind": answer.get_kind_display()}, _whose(answer))
    if recipient.opened_at:
        yield Event(recipient.opened_at, "mail", _("The question was opened"))
    if recipient.snoozed_at:
        yield Event(recipient.snoozed_at, "clock", _("Wants to answer later"))


def _message(rung: Rung) -> Event:
    state = _("came back") if rung.bounced_at else Progress(rung.state).label
    title = f"{round_name(rung.round_number)} · {rung.channel.label} · {state}"
    icon = "warn"
    if rung.state == Progress.DUE:
        icon = "clock"
    elif rung.state == Progress.SENT and not rung.bounced_at:
        icon = "check"
    return Event(rung.bounced_at or rung.at, icon, title, " · ".join(filter(None, (rung.to_address, rung.error))))


def _whose(answer: Answer) -> str:
    pictured = _("with a picture") if answer.picture_id else ""
    parts = (answer.get_source_display(), answer.said_by, answer.how_known, answer.comment, pictured)
    return " · ".join(filter(None, parts))


def _of_case(case: SafetyCase) -> Iterator[Event]:
    for call in CallEntry.objects.filter(case=case).select_related("by").order_by("-at")[:MOST]:
        title = f"{call.get_way_display()}: {call.whom or _('the member')} · {call.get_result_display()}"
        icon = "check" if call.result in {CallResult.REACHED, CallResult.HEARD} else "phone"
        yield Event(call.at, icon, title, " · ".join(filter(None, (call.by.get_full_name(), call.note))))
    yield Event(case.opened_at, "warn", _("Case opened: %(cause)s") % {"cause": case.get_cause_display()})
    if case.read_at:
        yield Event(case.read_at, "info", _("Read first by %(name)s") % {"name": case.read_by.get_full_name() if case.read_by else "–"})
    if case.first_contact_at:
        yield Event(case.first_contact_at, "check", _("First human contact"))
    if case.ended_at:
        yield Event(case.ended_at, "check", _("Case ended"), case.ending)
