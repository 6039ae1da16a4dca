"""Answers: by signed link, in the app, by proxy, and reports without a question (safety.md S2)."""

from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import uuid4, uuid5

from django.db import connection, transaction
from django.utils.translation import gettext as _

from applications.actions.itinerary import report_place
from applications.queries.places import Place, find_place
from members.models import Member
from ossma.core import audit, stored_files
from ossma.core.models import Country, Progress
from ossma.core.refusals import NotFound, Refused
from ossma.core.uploads import CleanImage
from ossma.core.viewer import Face, Viewer, by_link
from safety import rules
from safety.actions.cases import Cry, open_case
from safety.models import Answer, Delivery, Recipient
from safety.precision import coarse
from safety.queries.locking import HeldRecipient, held_open_recipients, held_recipient
from safety.said import Said, Stored, Witness
from safety.states import AnswerKind, AnswerSource, CheckKind, CheckState, Standing

# The key decides: whatever comes a second time changes nothing. An answer that does not count leaves standing and sign of life alone.
STORE = """
WITH said AS (
    INSERT INTO safety_answer (member_id, recipient_id, kind, need, comment, source, said_by, how_known, said_at, received_at, late, unconfirmed,
        position, coarse_latitude, coarse_longitude, country_id, city, picture_id, key)
    VALUES (%(member)s, %(recipient)s, %(kind)s, %(need)s, %(comment)s, %(source)s, %(said_by)s, %(how_known)s, %(said_at)s, %(received_at)s,
        %(late)s, %(unconfirmed)s, %(position)s, %(latitude)s, %(longitude)s, %(country)s, %(city)s, %(picture)s, %(key)s)
    ON CONFLICT (key) DO NOTHING RETURNING id
), stands AS (
    UPDATE safety_recipient SET standing = %(standing)s, answered_at = %(answered_at)s, snoozed_at = %(snoozed_at)s, late = %(now_late)s,
        first_answered_at = LEAST(first_answered_at, %(answers_at)s)
    FROM said WHERE safety_recipient.id = %(recipient)s AND NOT %(unconfirmed)s
), lives AS (
    INSERT INTO safety_signoflife (member_id, at, source, place)
    SELECT %(member)s, %(said_at)s, %(source)s, %(city)s FROM said WHERE NOT %(unconfirmed)s
    ON CONFLICT (member_id) DO UPDATE SET at = excluded.at, source = excluded.source, place = excluded.place
    WHERE safety_signoflife.at < excluded.at
)
SELECT id FROM said
"""


IN_APP = Witness(AnswerSource.APP)
BY_LINK = Witness(AnswerSource.LINK)


def mark_opened(*, actor: Viewer, at: datetime, recipient_id: int, user_agent: str = "") -> None:
    """Note that the question was seen, the first time only; a mail scanner's look is not a human's."""
    if not rules.is_scanner(user_agent):
        Recipient.objects.filter(pk=recipient_id, opened_at=None).update(opened_at=at)


def _looks_automatic(recipient_id: int, user_agent: str, at: datetime) -> bool:
    if not rules.is_scanner(user_agent):
        return False
    sent = Delivery.objects.filter(recipient_id=recipient_id, state=Progress.SENT).order_by("-ended_at").values_list("ended_at", flat=True).first()
    return rules.too_fast(sent=sent, at=at)


@transaction.atomic
def answer_by_link(*, actor: Viewer, at: datetime, recipient_id: int, said: Said, user_agent: str = "", picture: CleanImage | None = None) -> Stored:
    """Record the member's own answer. The same key twice stores once; every version is kept, the newest counts."""
    unconfirmed = _looks_automatic(recipient_id, user_agent, at)
    if said.kind is AnswerKind.NOT_THERE and not unconfirmed:
        _correct_record(recipient_id, said, actor=actor, at=at)
    recipient = held_recipient(recipient_id)
    if picture is not None and not Answer.objects.filter(key=said.key).exists():
        stored_file = stored_files.store(image=picture, owner_kind="safety.answer", owner_id=said.key, at=at)
        said = replace(said, picture_id=stored_file.pk)
    in_person = actor.face is Face.MEMBER and actor.member_id == recipient.member_id
    stored = _store_answer(recipient, said, IN_APP if in_person else BY_LINK, at=at, unconfirmed=unconfirmed)
    # Somebody else's phone, or nobody's: the link speaks for the one it was sent to.
    holder = actor if in_person else replace(by_link(recipient.member_id), address=actor.address)
    _follow_up(recipient, said, stored, actor=holder, at=at)
    return stored


def _correct_record(recipient_id: int, said: Said, *, actor: Viewer, at: datetime) -> None:
    """ "I am not there" goes into the itinerary, so that the next check finds them. Before the recipient is locked: the ladder's lock order."""
    country = Country.objects.filter(pk=said.country_id).first()
    if country is None or Answer.objects.filter(key=said.key).exists():
        return
    member_id = Recipient.objects.values_list("member_id", flat=True).get(pk=recipient_id)
    place = find_place(country, said.city) or Place(country.pk, said.city, country.zones[0])
    # Whoever holds the link writes this one thing into the itinerary in the member's name. If a rule forbids it, the answer is still an answer.
    with suppress(Refused, NotFound), transaction.atomic():
        report_place(member_id=member_id, location=place, actor=replace(actor, face=Face.MEMBER, member_id=member_id), at=at)


@transaction.atomic
def answer_by_proxy(*, actor: Viewer, at: datetime, recipient_id: int, kind: str, how_known: str, comment: str = "") -> Stored:
    """An administrator or the office answers for somebody: who says so is on record, and how they know is asked."""
    recipient = held_recipient(recipient_id)
    if not (actor.is_office or (actor.is_school and recipient.school_id == actor.school_id)):
        raise NotFound
    if not how_known.strip():
        raise Refused(_("Write how you know."), field="how_known")
    if AnswerKind(kind) is AnswerKind.LATER:
        raise Refused(_("Choose what you know about them."), field="kind")
    said = Said(AnswerKind(kind), uuid4(), comment=comment.strip())
    stored = _store_answer(recipient, said, Witness(AnswerSource.PROXY, actor.name or str(actor.user_id), how_known.strip()), at=at)
    _follow_up(recipient, said, stored, actor=actor, at=at)
    return stored


def _follow_up(recipient: HeldRecipient, said: Said, stored: Stored, *, actor: Viewer, at: datetime) -> None:
    """What comes of an answer beside its row: the trail, and a case when help is needed."""
    if not stored.new:
        return
    audit.record(
        actor=actor, at=at, action="safety.answered", subject=("recipient", recipient.pk), member_id=recipient.member_id,
        school_id=recipient.school_id, detail={"kind": said.kind, "late": stored.late, "unconfirmed": stored.unconfirmed},
    )  # fmt: skip
    if said.kind is AnswerKind.HELP and not stored.unconfirmed:
        open_case(cry=Cry.answering(recipient, said), actor=actor, at=at, said_at=stored.said_at)


@transaction.atomic
def report_own(*, actor: Viewer, at: datetime, said: Said) -> Stored:
    """The member's own report without a question; it also answers every check that is open for them.

    A call for help answers no drill: what is real must not end up among exercises.
    """
    if actor.face is not Face.MEMBER or actor.member_id is None:
        raise NotFound
    return _report(actor.member_id, said, IN_APP, actor=actor, at=at)


@transaction.atomic
def report_by_link(*, actor: Viewer, at: datetime, member_id: int, said: Said) -> Stored:
    """The member's own report by whoever holds a link that was sent to them."""
    return _report(member_id, said, BY_LINK, actor=actor, at=at)


@transaction.atomic
def report_by_family(*, actor: Viewer, at: datetime, member_id: int, said: Said, witness: Witness) -> Stored:
    """Somebody close to a member has heard from them. Kept with its source, and never the end of a call for help."""
    if witness.source is not AnswerSource.FAMILY:
        raise NotFound
    return _report(member_id, said, witness, actor=actor, at=at)


def _report(member_id: int, said: Said, witness: Witness, *, actor: Viewer, at: datetime) -> Stored:
    """Store what is said without a question, and as the answer to every question that is open."""
    member = Member.objects.get(pk=member_id)
    stored = _store_report(member.pk, said, witness, at=at)
    if not stored.new:
        return stored
    detail = {"kind": said.kind, "source": witness.source}
    audit.record(actor=actor, at=at, action="safety.reported", subject=("member", member.pk), member_id=member.pk, detail=detail)
    for recipient in held_open_recipients(member.pk):
        if recipient.kind == CheckKind.DRILL and (said.kind is AnswerKind.HELP or witness.source is AnswerSource.FAMILY):
            continue
        # A key of its own per check, made from the report's: coming twice it still stores once.
        answer = replace(said, key=uuid5(said.key, str(recipient.pk)))
        _follow_up(recipient, answer, _store_answer(recipient, answer, witness, at=at), actor=actor, at=at)
    if said.kind is AnswerKind.HELP:
        open_case(cry=Cry.unasked(member, said), actor=actor, at=at, said_at=stored.said_at)
    return stored


def _store_answer(recipient: HeldRecipient, said: Said, witness: Witness, *, at: datetime, unconfirmed: bool = False) -> Stored:
    """Store an answer to a check. The recipient must be locked, with its check beside it.

    The newest thing said counts: what a phone kept for an hour does not undo what was said since.
    """
    said_at = rules.said_when(claimed=said.said_at, received=at, sent=recipient.sent_at or at)
    late = rules.is_late(said=said_at, deadline=recipient.deadline_at, ended=None) or recipient.state == CheckState.CLOSED
    newest = recipient.answered_at is None or said_at >= recipient.answered_at
    standing, answered_at, snoozed_at, now_late = Standing(recipient.standing), recipient.answered_at, recipient.snoozed_at, recipient.late
    if said.kind is AnswerKind.LATER:
        snoozed_at = said_at
    elif newest:
        standing = rules.standing_after(now=standing, answer=said.kind, source=witness.source, said_by=witness.said_by, how_known=witness.how_known)
        # The first answer decides whether somebody was late; a later correction does not make them so.
        answered_at, now_late = said_at, late if recipient.answered_at is None else now_late
    answers_at = None if said.kind is AnswerKind.LATER else said_at
    changes = {"answers_at": answers_at, "standing": standing, "answered_at": answered_at, "snoozed_at": snoozed_at, "now_late": now_late}
    facts = {"recipient": recipient.pk, "said_at": said_at, "received_at": at, "late": late, "unconfirmed": unconfirmed}
    new = _store(recipient.member_id, said, witness, {**facts, **changes})
    return Stored(new, standing if new and not unconfirmed else Standing(recipient.standing), said_at, late, unconfirmed)


def _store_report(member_id: int, said: Said, witness: Witness, *, at: datetime) -> Stored:
    """Store what is reported without a question."""
    said_at = rules.said_when(claimed=said.said_at, received=at, sent=at - rules.OLDEST_REPORT)
    nothing = {"recipient": None, "standing": "", "answered_at": None, "snoozed_at": None, "now_late": False, "answers_at": None}
    facts = {"said_at": said_at, "received_at": at, "late": False, "unconfirmed": False}
    new = _store(member_id, said, witness, {**facts, **nothing})
    return Stored(new, rules.STANDS.get(said.kind, Standing.SILENT), said_at)


def _store(member_id: int, said: Said, witness: Witness, values: dict[str, Any]) -> bool:
    position = said.position.to_text() if said.position else ""
    latitude, longitude = coarse(said.position.latitude, said.position.longitude) if said.position else (None, None)
    values |= {
        "member": member_id, "kind": said.kind, "need": said.need, "comment": said.comment, "source": witness.source, "said_by": witness.said_by,
        "how_known": witness.how_known, "position": Answer._meta.get_field("position").get_prep_value(position), "country": said.country_id,
        "city": said.city, "picture": said.picture_id, "key": said.key, "latitude": latitude, "longitude": longitude,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(STORE, values)
        return cursor.fetchone() is not None
