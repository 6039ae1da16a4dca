"""Storing what was said: all that an answer changes in one statement, which a whole crowd runs within three minutes (safety.md S5)."""

from datetime import datetime
from typing import Any

from ossma.core import audit
from ossma.core.duties import inner_action
from ossma.core.prepared import run_prepared
from ossma.core.viewer import Viewer
from safety import rules
from safety.models import Answer
from safety.precision import coarse
from safety.queries.locking import HeldRecipient
from safety.said import Said, Stored, Witness
from safety.states import BY_ANSWER, AnswerKind, CheckKind, CheckState, Standing

# The recipient as it was when the answer was judged; whoever was quicker makes this empty, and nothing at all is stored.
HELD = """
    SELECT id FROM safety_recipient WHERE id = %(recipient)s AND standing = %(was_standing)s AND late = %(was_late)s
        AND answered_at IS NOT DISTINCT FROM %(was_answered_at)s::timestamptz AND snoozed_at IS NOT DISTINCT FROM %(was_snoozed_at)s::timestamptz
        AND followed_at IS NOT DISTINCT FROM %(was_followed_at)s::timestamptz
    FOR NO KEY UPDATE
"""
UNASKED = "SELECT NULL::bigint AS id"
CASE_ENDED = audit.columns(action="'safety.case_resolved'", subject=("'case'", "ended.id"), detail="jsonb_build_object()")
# The key decides: whatever comes a second time changes nothing. An answer that does not count leaves everything but itself and its trail alone.
# Whoever answers by the link of a channel has opened the question, even if the look itself was not noted.
STORE = f"""
WITH held AS ({{held}}), said AS (
    INSERT INTO safety_answer (member_id, recipient_id, kind, need, comment, source, said_by, how_known, said_at, received_at, late, unconfirmed,
        position, coarse_latitude, coarse_longitude, country_id, city, picture_id, key)
    SELECT %(member)s, held.id, %(kind)s::text, %(need)s, %(comment)s, %(source)s::text, %(said_by)s, %(how_known)s, %(said_at)s, %(received_at)s,
        %(late)s, %(unconfirmed)s, %(position)s, %(latitude)s::float, %(longitude)s::float, %(country)s, %(city)s::text, %(picture)s::bigint,
        %(key)s::uuid FROM held
    ON CONFLICT (key) DO NOTHING RETURNING recipient_id
), counts AS (
    SELECT recipient_id FROM said WHERE NOT %(unconfirmed)s
), stands AS (
    UPDATE safety_recipient r SET standing = %(standing)s, answered_at = %(answered_at)s, snoozed_at = %(snoozed_at)s, late = %(now_late)s,
        first_answered_at = LEAST(r.first_answered_at, %(answers_at)s),
        opened_at = CASE WHEN %(channel)s::text <> '' THEN COALESCE(r.opened_at, %(said_at)s) ELSE r.opened_at END
    FROM counts WHERE r.id = counts.recipient_id
), lives AS (
    INSERT INTO safety_signoflife (member_id, at, source, place) SELECT %(member)s, %(said_at)s, %(source)s::text, %(city)s::text FROM counts
    ON CONFLICT (member_id) DO UPDATE SET at = excluded.at, source = excluded.source, place = excluded.place
    WHERE safety_signoflife.at < excluded.at
), reached AS (
    INSERT INTO safety_reachability (member_id, channel, last_human_at)
    SELECT %(member)s, %(channel)s::text, %(said_at)s FROM counts WHERE %(channel)s::text <> ''
    ON CONFLICT (member_id, channel) DO UPDATE SET last_human_at = excluded.last_human_at
    WHERE safety_reachability.last_human_at < excluded.last_human_at
), ended AS (
    UPDATE safety_safetycase c
    SET state = 'resolved', ended_at = %(received_at)s, resolution = '{BY_ANSWER}', calling_by_id = NULL, calling_until = NULL
    FROM counts WHERE c.member_id = %(member)s AND c.is_drill = %(drill)s AND c.cause = 'silent' AND c.state <> 'resolved'
        AND %(kind)s::text IN ('ok', 'not_there') AND %(source)s::text <> 'family' RETURNING c.id
), trail AS (
    {audit.INTO} SELECT {audit.columns()} FROM said UNION ALL SELECT {CASE_ENDED} FROM ended
)
SELECT (SELECT count(*) FROM held), (SELECT count(*) FROM said)
"""  # noqa: S608 - names from this file only
STORE_ANSWER, STORE_REPORT = STORE.format(held=HELD), STORE.format(held=UNASKED)


@inner_action
def store_answer(
    *, actor: Viewer, at: datetime, recipient: HeldRecipient, said: Said, witness: Witness, unconfirmed: bool = False, channel: str = ""
) -> Stored | None:
    """Store an answer to a check; None when somebody was quicker (see HELD), which cannot be while the recipient is locked.

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
    detail = {"kind": said.kind, "late": late, "unconfirmed": unconfirmed}
    trail = audit.line(
        actor=actor, at=at, action="safety.answered", subject=("recipient", recipient.pk), member_id=recipient.member_id,
        school_id=recipient.school_id, detail=detail,
    )  # fmt: skip
    changes = {
        "recipient": recipient.pk, "was_standing": recipient.standing, "was_late": recipient.late, "was_answered_at": recipient.answered_at,
        "was_snoozed_at": recipient.snoozed_at, "was_followed_at": recipient.followed_at, "standing": standing, "answered_at": answered_at,
        "snoozed_at": snoozed_at, "now_late": now_late,
        "drill": recipient.kind == CheckKind.DRILL, "said_at": said_at, "received_at": at, "late": late, "unconfirmed": unconfirmed,
        "answers_at": None if said.kind is AnswerKind.LATER else said_at, "channel": channel,
    }  # fmt: skip
    held, new = _store(STORE_ANSWER, recipient.member_id, said, witness, {**trail, **changes})
    if not held:
        return None
    return Stored(new, standing if new and not unconfirmed else Standing(recipient.standing), said_at, late, unconfirmed)


@inner_action
def store_report(*, actor: Viewer, at: datetime, member_id: int, said: Said, witness: Witness) -> Stored:
    """Store what is reported without a question."""
    said_at = rules.said_when(claimed=said.said_at, received=at, sent=at - rules.OLDEST_REPORT)
    detail = {"kind": said.kind, "source": witness.source}
    trail = audit.line(
        actor=actor, at=at, action="safety.reported", subject=("member", member_id), member_id=member_id, school_id=None, detail=detail
    )  # fmt: skip
    facts = {
        "standing": "", "answered_at": None, "snoozed_at": None, "now_late": False, "drill": False, "said_at": said_at, "received_at": at,
        "late": False, "unconfirmed": False, "answers_at": said_at, "channel": "",
    }  # fmt: skip
    _held, new = _store(STORE_REPORT, member_id, said, witness, {**trail, **facts})
    return Stored(new, rules.STANDS.get(said.kind, Standing.SILENT), said_at)


def _store(statement: str, member_id: int, said: Said, witness: Witness, values: dict[str, Any]) -> tuple[bool, bool]:
    """Run one of the two statements: whether the recipient stood as it was seen, and whether the key is new."""
    position = said.position.to_text() if said.position else ""
    latitude, longitude = coarse(said.position.latitude, said.position.longitude) if said.position else (None, None)
    values |= {
        "member": member_id, "kind": said.kind, "need": said.need, "comment": said.comment, "source": witness.source, "said_by": witness.said_by,
        "how_known": witness.how_known, "position": Answer._meta.get_field("position").get_prep_value(position), "country": said.country_id,
        "city": said.city, "picture": said.picture_id, "key": said.key, "latitude": latitude, "longitude": longitude,
    }  # fmt: skip
    ((held, new),) = run_prepared(statement, values)
    return bool(held), bool(new)
