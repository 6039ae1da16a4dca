"""Answers: by signed link, in the app, by proxy, and reports without a question (safety.md S2)."""

from dataclasses import replace
from datetime import datetime
from uuid import uuid4, uuid5

from django.db import transaction
from django.utils.translation import gettext as _

from members.models import Member
from ossma.core import audit
from ossma.core.models import Progress
from ossma.core.refusals import NotFound, Refused
from ossma.core.viewer import Face, Viewer
from safety import rules
from safety.actions.cases import Cry, open_case
from safety.actions.saying import Said, Stored, Witness, store_answer, store_report, witness_of
from safety.models import Delivery, Recipient
from safety.states import AnswerKind, AnswerSource, CheckKind, CheckState

# What an answer needs to know, and no more: this is read ten thousand times within minutes.
NEEDED = (
    "member_id", "school_id", "standing", "answered_at", "snoozed_at", "late", "country_id", "city", "zone",
    "check_row__kind", "check_row__state", "check_row__sent_at", "check_row__deadline_at",
)  # fmt: skip


def _lock(recipient_id: int) -> Recipient:
    locked = Recipient.objects.select_for_update(of=("self",)).select_related("check_row").only(*NEEDED)
    recipient = locked.filter(pk=recipient_id).first()
    if recipient is None:
        raise NotFound
    return recipient


def mark_opened(*, at: datetime, recipient_id: int, user_agent: str = "") -> None:
    """Note that the question was seen, the first time only; a mail scanner's look is not a human's."""
    if not rules.is_scanner(user_agent):
        Recipient.objects.filter(pk=recipient_id, opened_at=None).update(opened_at=at)


def _looks_automatic(recipient_id: int, user_agent: str, at: datetime) -> bool:
    if not rules.is_scanner(user_agent):
        return False
    sent = Delivery.objects.filter(recipient_id=recipient_id, state=Progress.SENT).order_by("-ended_at").values_list("ended_at", flat=True).first()
    return rules.too_fast(sent=sent, at=at)


@transaction.atomic
def answer_by_link(*, actor: Viewer, at: datetime, recipient_id: int, said: Said, user_agent: str = "") -> Stored:
    """Record the member's own answer. The same key twice stores once; every version is kept, the newest counts."""
    recipient = _lock(recipient_id)
    stored = store_answer(recipient, said, witness_of(actor), at=at, unconfirmed=_looks_automatic(recipient_id, user_agent, at))
    _follow_up(recipient, said, stored, actor=actor, at=at)
    return stored


@transaction.atomic
def answer_by_proxy(*, actor: Viewer, at: datetime, recipient_id: int, kind: str, how_known: str, comment: str = "") -> Stored:
    """An administrator or the office answers for somebody: who says so is on record, and how they know is asked."""
    recipient = _lock(recipient_id)
    if not (actor.is_office or (actor.is_school and recipient.school_id == actor.school_id)):
        raise NotFound
    if not how_known.strip():
        raise Refused(_("Write how you know."), field="how_known")
    if AnswerKind(kind) is AnswerKind.LATER:
        raise Refused(_("Choose what you know about them."), field="kind")
    said = Said(AnswerKind(kind), uuid4(), comment=comment.strip())
    stored = store_answer(recipient, said, Witness(AnswerSource.PROXY, actor.name or str(actor.user_id), how_known.strip()), at=at)
    _follow_up(recipient, said, stored, actor=actor, at=at)
    return stored


def _follow_up(recipient: Recipient, said: Said, stored: Stored, *, actor: Viewer, at: datetime) -> None:
    """What comes of an answer beside its row: the trail, and a case when help is needed."""
    if not stored.new:
        return
    audit.record(
        actor=actor, at=at, action="safety.answered", subject=("recipient", recipient.pk), member_id=recipient.member_id,
        school_id=recipient.school_id, detail={"kind": said.kind, "late": stored.late, "unconfirmed": stored.unconfirmed},
    )  # fmt: skip
    if said.kind is AnswerKind.HELP and not stored.unconfirmed:
        open_case(Cry.of(recipient, said), actor=actor, at=at, said_at=stored.said_at)


@transaction.atomic
def report_own(*, actor: Viewer, at: datetime, said: Said) -> Stored:
    """The member's own report without a question; it also answers every check that is open for them.

    A call for help answers no drill: what is real must not end up among exercises.
    """
    if actor.face is not Face.MEMBER or actor.member_id is None:
        raise NotFound
    member = Member.objects.get(pk=actor.member_id)
    stored = store_report(member.pk, said, at=at)
    if not stored.new:
        return stored
    audit.record(actor=actor, at=at, action="safety.reported", subject=("member", member.pk), member_id=member.pk, detail={"kind": said.kind})
    asked = Recipient.objects.select_for_update(of=("self",)).select_related("check_row").only(*NEEDED)
    asked = asked.filter(member_id=member.pk, check_row__state__in=[CheckState.OPEN, CheckState.STOPPED]).order_by("pk")
    if said.kind is AnswerKind.HELP:
        asked = asked.exclude(check_row__kind=CheckKind.DRILL)
    for recipient in asked:
        # A key of its own per check, made from the report's: coming twice it still stores once.
        answer = replace(said, key=uuid5(said.key, str(recipient.pk)))
        _follow_up(recipient, answer, store_answer(recipient, answer, Witness(AnswerSource.APP), at=at), actor=actor, at=at)
    if said.kind is AnswerKind.HELP:
        open_case(Cry(member.pk, member.school_id, None, said.need, said.country_id, said.city), actor=actor, at=at, said_at=stored.said_at)
    return stored
