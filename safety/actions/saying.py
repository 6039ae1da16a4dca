"""Storing one thing that was said: the answer, the recipient's standing and the sign of life in one statement (safety.md S2)."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from ossma.core.viewer import Viewer
from safety import rules
from safety.models import Answer, Recipient
from safety.states import AnswerKind, AnswerSource, CheckState, Standing

# The key decides: whatever comes a second time changes nothing. An answer that does not count leaves standing and sign of life alone.
STORE = """
WITH said AS (
    INSERT INTO safety_answer (member_id, recipient_id, kind, need, comment, source, said_by, how_known, said_at, received_at, late, unconfirmed,
        position, country_id, city, picture_id, key)
    VALUES (%(member)s, %(recipient)s, %(kind)s, %(need)s, %(comment)s, %(source)s, %(said_by)s, %(how_known)s, %(said_at)s, %(received_at)s,
        %(late)s, %(unconfirmed)s, %(position)s, %(country)s, %(city)s, %(picture)s, %(key)s)
    ON CONFLICT (key) DO NOTHING RETURNING id
), stands AS (
    UPDATE safety_recipient SET standing = %(standing)s, answered_at = %(answered_at)s, snoozed_at = %(snoozed_at)s, late = %(now_late)s
    FROM said WHERE safety_recipient.id = %(recipient)s AND NOT %(unconfirmed)s
), lives AS (
    INSERT INTO safety_signoflife (member_id, at, source, place)
    SELECT %(member)s, %(said_at)s, %(source)s, %(city)s FROM said WHERE NOT %(unconfirmed)s
    ON CONFLICT (member_id) DO UPDATE SET at = excluded.at, source = excluded.source, place = excluded.place
    WHERE safety_signoflife.at < excluded.at
)
SELECT id FROM said
"""


@dataclass(frozen=True, slots=True)
class Position:
    """Where the phone says it is: degrees, metres, and when it measured."""

    latitude: float
    longitude: float
    accuracy_m: float
    at: datetime

    def to_text(self) -> str:
        """What is stored, encrypted."""
        return json.dumps({"lat": self.latitude, "lon": self.longitude, "accuracy_m": self.accuracy_m, "at": self.at.isoformat()})


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody says. `key` is made by the page or the phone; `said_at` is the phone's own time if it kept the answer while offline."""

    kind: AnswerKind
    key: UUID
    need: str = ""
    comment: str = ""
    said_at: datetime | None = None
    position: Position | None = None
    country_id: str | None = None
    city: str = ""
    picture_id: int | None = None


@dataclass(frozen=True, slots=True)
class Witness:
    """Whose word it is, and how we know."""

    source: AnswerSource
    said_by: str = ""
    how_known: str = ""


@dataclass(frozen=True, slots=True)
class Stored:
    """What became of it. `new` is False when the same key came before."""

    new: bool
    standing: Standing
    said_at: datetime
    late: bool = False
    unconfirmed: bool = False


def witness_of(actor: Viewer) -> Witness:
    """The member's own word: signed in, or holding their link."""
    return Witness(AnswerSource.LINK if actor.member_id is None or actor.face == "link" else AnswerSource.APP)


def store_answer(recipient: Recipient, said: Said, witness: Witness, *, at: datetime, unconfirmed: bool = False) -> Stored:
    """Store an answer to a check. The recipient must be locked, with its check beside it.

    The newest thing said counts: what a phone kept for an hour does not undo what was said since.
    """
    check = recipient.check_row
    said_at = rules.said_when(claimed=said.said_at, received=at, sent=check.sent_at or at)
    late = rules.is_late(said=said_at, deadline=check.deadline_at, ended=None) or check.state == CheckState.CLOSED
    newest = recipient.answered_at is None or said_at >= recipient.answered_at
    standing, answered_at, snoozed_at, now_late = Standing(recipient.standing), recipient.answered_at, recipient.snoozed_at, recipient.late
    if said.kind is AnswerKind.LATER:
        snoozed_at = said_at
    elif newest:
        standing = rules.standing_after(now=standing, answer=said.kind, source=witness.source, said_by=witness.said_by, how_known=witness.how_known)
        # The first answer decides whether somebody was late; a later correction does not make them so.
        answered_at, now_late = said_at, late if recipient.answered_at is None else now_late
    changes = {"standing": standing, "answered_at": answered_at, "snoozed_at": snoozed_at, "now_late": now_late}
    facts = {"recipient": recipient.pk, "said_at": said_at, "received_at": at, "late": late, "unconfirmed": unconfirmed}
    new = _store(recipient.member_id, said, witness, {**facts, **changes})
    return Stored(new, standing if new and not unconfirmed else Standing(recipient.standing), said_at, late, unconfirmed)


def store_report(member_id: int, said: Said, *, at: datetime) -> Stored:
    """Store what a member reports without being asked."""
    said_at = rules.said_when(claimed=said.said_at, received=at, sent=at - rules.OLDEST_REPORT)
    nothing = {"recipient": None, "standing": "", "answered_at": None, "snoozed_at": None, "now_late": False}
    facts = {"said_at": said_at, "received_at": at, "late": False, "unconfirmed": False}
    new = _store(member_id, said, Witness(AnswerSource.APP), {**facts, **nothing})
    return Stored(new, rules.STANDS.get(said.kind, Standing.SILENT), said_at)


def _store(member_id: int, said: Said, witness: Witness, values: dict[str, Any]) -> bool:
    position = said.position.to_text() if said.position else ""
    values |= {
        "member": member_id, "kind": said.kind, "need": said.need, "comment": said.comment, "source": witness.source, "said_by": witness.said_by,
        "how_known": witness.how_known, "position": Answer._meta.get_field("position").get_prep_value(position), "country": said.country_id,
        "city": said.city, "picture": said.picture_id, "key": said.key,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(STORE, values)
        return cursor.fetchone() is not None
