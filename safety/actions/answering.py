"""Answers: by signed link, in the app, by proxy, and reports without a question (safety.md S2)."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID, uuid4, uuid5

from django.db import transaction
from django.utils.translation import gettext as _

from members.models import Member
from members.school_access import school_act
from members.states import SchoolAct
from ossma.core import limits, stored_files
from ossma.core.automated import Hand, is_automated
from ossma.core.duties import Duty, not_for_office, office_duty
from ossma.core.ratelimit import require
from ossma.core.refusals import NotFound, Refused
from ossma.core.uploads import CleanImage
from ossma.core.viewer import Face, Viewer, by_link
from safety import rules
from safety.actions.cases import Cry, open_case
from safety.actions.places import correct_record
from safety.actions.storing import store_answer, store_report
from safety.models import Answer, Recipient
from safety.queries.answering import has_open_call, picture_of
from safety.queries.hand_over import mail_handed_over
from safety.queries.locking import HeldRecipient, held_open_recipients, held_recipient, seen_recipient
from safety.said import Said, Stored, Witness
from safety.states import AnswerKind, AnswerSource, Channel, CheckKind

IN_APP = Witness(AnswerSource.APP)
BY_LINK = Witness(AnswerSource.LINK)
# What is said by one press and asks nothing of other rooms.
AT_ONCE = {AnswerKind.OK, AnswerKind.LATER}


@not_for_office
def mark_opened(*, actor: Viewer, at: datetime, recipient_id: int, user_agent: str = "", channel: str = Channel.EMAIL) -> None:
    """Note that the question was seen, the first time only. A program's look behind a mailed link is nobody's (ossma.core.automated)."""
    if actor.face is Face.MEMBER or not is_automated(
        user_agent=user_agent, hand=Hand.NONE, handed_over=lambda: mail_handed_over(recipient_id, channel, at), at=at
    ):
        Recipient.objects.filter(pk=recipient_id, opened_at=None).update(opened_at=at)


def _require_news(recipient: HeldRecipient, said: Said, at: datetime) -> None:
    """Count what says the same as before. Raises TooMany, but never for a change, nor for help that nobody looks after yet."""
    if rules.changes_standing(now=recipient.standing, answer=said.kind):
        return
    if said.kind is not AnswerKind.HELP:
        require(limits.ANSWER_REPEAT, key=recipient.pk, at=at)
    elif has_open_call(recipient.member_id, is_drill=recipient.kind == CheckKind.DRILL):
        require(limits.HELP_REPEAT, key=recipient.pk, at=at)


def _unanswered_since(recipient: HeldRecipient, channel: str, at: datetime) -> datetime | None:
    """The newest hand-over; None when a hand has answered since: nobody is asked "was that you?" on every page."""
    moment = mail_handed_over(recipient.pk, channel, at)
    answered = moment is not None and recipient.answered_at is not None and recipient.answered_at >= moment
    return None if answered else moment


def _unconfirmed_key(key: UUID) -> UUID:
    """What a program pressed is kept under a key of its own: the page's key stays free for the person who presses on it."""
    return uuid5(key, "unconfirmed")


@not_for_office
def answer_by_link(
    *, actor: Viewer, at: datetime, recipient_id: int, said: Said, user_agent: str = "", hand: Hand = Hand.NONE,
    picture: CleanImage | None = None, channel: str = Channel.EMAIL,
) -> Stored:  # fmt: skip
    """Record the member's own answer, by the link that this channel brought. The same key twice stores once; every version is kept.

    A call for help and a change of standing are stored whatever came before. What a program pressed is kept as unconfirmed and counts for nothing
    (`Stored.unconfirmed`): whoever pressed is to be asked for a second step. Raises TooMany when the same was said again and again.
    """
    recipient = seen_recipient(recipient_id)
    _require_news(recipient, said, at)
    # Whoever is signed in as the person asked is no program that reads mail.
    unconfirmed = not _in_person(actor, recipient) and is_automated(
        user_agent=user_agent, hand=hand, handed_over=lambda: _unanswered_since(recipient, channel, at), at=at
    )
    if unconfirmed:
        said = replace(said, key=_unconfirmed_key(said.key))
    elif hand is Hand.SECOND_STEP and picture is None:
        said = replace(said, picture_id=picture_of(_unconfirmed_key(said.key)))
    if said.kind in AT_ONCE and picture is None and not said.country_id:
        # Not locked: stored if the recipient still stands as it was seen, which is so unless two answer for one person at the same moment.
        stored = _stored_by_link(recipient, said, actor=actor, at=at, unconfirmed=unconfirmed, channel=channel)
        if stored is not None:
            return stored
    with transaction.atomic():
        if said.country_id and not unconfirmed:
            correct_record(member_id=recipient.member_id, said=said, actor=actor, at=at)
        recipient = held_recipient(recipient_id)
        if picture is not None and not Answer.objects.filter(key=said.key).exists():
            stored_file = stored_files.store(image=picture, owner_kind="safety.answer", owner_id=said.key, at=at)
            said = replace(said, picture_id=stored_file.pk)
        return _certain(_stored_by_link(recipient, said, actor=actor, at=at, unconfirmed=unconfirmed, channel=channel))


def _certain(stored: Stored | None) -> Stored:
    """What was stored for a locked recipient: nobody can have been quicker."""
    if stored is None:
        raise RuntimeError("a locked recipient has changed")
    return stored


def _in_person(actor: Viewer, recipient: HeldRecipient) -> bool:
    return actor.face is Face.MEMBER and actor.member_id == recipient.member_id


def _stored_by_link(recipient: HeldRecipient, said: Said, *, actor: Viewer, at: datetime, unconfirmed: bool, channel: str) -> Stored | None:
    in_person = _in_person(actor, recipient)
    # Somebody else's phone, or nobody's: the link speaks for the one it was sent to.
    holder = actor if in_person else replace(by_link(recipient.member_id), address=actor.address)
    stored = store_answer(
        actor=holder, at=at, recipient=recipient, said=said, witness=IN_APP if in_person else BY_LINK, unconfirmed=unconfirmed, channel=channel
    )  # fmt: skip
    if stored is not None:
        _follow_up(recipient, said, stored, actor=holder, at=at)
    return stored


@office_duty(Duty.WORK_CASES)
@school_act(SchoolAct.FOLLOW_UP)
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
    witness = Witness(AnswerSource.PROXY, actor.name or str(actor.user_id), how_known.strip())
    stored = _certain(store_answer(actor=actor, at=at, recipient=recipient, said=said, witness=witness))
    _follow_up(recipient, said, stored, actor=actor, at=at)
    return stored


def _follow_up(recipient: HeldRecipient, said: Said, stored: Stored, *, actor: Viewer, at: datetime) -> None:
    """What comes of an answer beside what is stored with it: a case when help is needed."""
    if stored.new and said.kind is AnswerKind.HELP and not stored.unconfirmed:
        open_case(cry=Cry.answering(recipient, said), actor=actor, at=at, said_at=stored.said_at)


@not_for_office
@transaction.atomic
def report_own(*, actor: Viewer, at: datetime, said: Said) -> Stored:
    """The member's own report without a question; it also answers every check that is open for them.

    A call for help answers no drill: what is real must not end up among exercises.
    """
    if actor.face is not Face.MEMBER or actor.member_id is None:
        raise NotFound
    return _report(actor.member_id, said, IN_APP, actor=actor, at=at)


@not_for_office
@transaction.atomic
def report_by_link(*, actor: Viewer, at: datetime, member_id: int, said: Said) -> Stored:
    """The member's own report by whoever holds a link that was sent to them."""
    return _report(member_id, said, BY_LINK, actor=actor, at=at)


@not_for_office
@transaction.atomic
def report_by_family(*, actor: Viewer, at: datetime, member_id: int, said: Said, witness: Witness) -> Stored:
    """Somebody close to a member has heard from them. Kept with its source, and never the end of a call for help."""
    if witness.source is not AnswerSource.FAMILY:
        raise NotFound
    return _report(member_id, said, witness, actor=actor, at=at)


def _report(member_id: int, said: Said, witness: Witness, *, actor: Viewer, at: datetime) -> Stored:
    """Store what is said without a question, and as the answer to every question that is open."""
    member = Member.objects.get(pk=member_id)
    if said.country_id and witness in (IN_APP, BY_LINK):
        correct_record(member_id=member_id, said=said, actor=actor, at=at)
    # Locked before anything is stored: an answer by link locks its recipient first, too.
    asked = held_open_recipients(member.pk)
    stored = store_report(actor=actor, at=at, member_id=member.pk, said=said, witness=witness)
    if not stored.new:
        return stored
    for recipient in asked:
        if recipient.kind == CheckKind.DRILL and (said.kind is AnswerKind.HELP or witness.source is AnswerSource.FAMILY):
            continue
        # A key of its own per check, made from the report's: coming twice it still stores once.
        answer = replace(said, key=uuid5(said.key, str(recipient.pk)))
        answered = _certain(store_answer(actor=actor, at=at, recipient=recipient, said=answer, witness=witness))
        _follow_up(recipient, answer, answered, actor=actor, at=at)
    if said.kind is AnswerKind.HELP:
        open_case(cry=Cry.unasked(member, said), actor=actor, at=at, said_at=stored.said_at)
    return stored
