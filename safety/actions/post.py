"""Messages of checks that came back: whoever was to read them does not know that they are asked (safety.md S3, "Silence explained")."""

from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from ossma.core import audit
from ossma.core.bounces.noting import note_refusal, works_again
from ossma.core.duties import Duty, inner_action, office_duty
from ossma.core.nudge import nudge
from ossma.core.refusals import Refused
from ossma.core.viewer import Viewer
from safety.actions.rounds import DISPATCH
from safety.models import SafetyCheck
from safety.queries.locking import locked_check
from safety.states import CheckState

MARK = """
UPDATE safety_delivery SET bounced_at = %(at)s
WHERE bounced_at IS NULL AND state IN ('sent', 'gave_up') AND {which}
RETURNING recipient_id, channel, to_address, ended_at, last_error
"""
BY_ROW = "id = ANY(%(rows)s)"
# What went to an address lately and is still waited for.
LATELY = timedelta(days=5)
BY_ADDRESS = """
lower(to_address) = %(address)s AND state = 'sent' AND channel IN ('email', 'second', 'contact') AND ended_at BETWEEN %(since)s AND %(at)s
AND check_id IN (SELECT id FROM safety_safetycheck WHERE state IN ('open', 'stopped'))
"""
# While it was told, the server said "never" (5xx); what else was given up says nothing about the address.
REFUSED = "id = ANY(%(rows)s) AND state = 'gave_up' AND channel IN ('email', 'second', 'contact') AND last_error ~ '^5[0-9][0-9] '"
# Only the member's own address tells of the member, and only while no later message was taken.
PERSON = """
UPDATE safety_recipient r SET bounced_at = %(at)s
WHERE r.id = ANY(%(people)s) AND r.bounced_at IS NULL AND NOT EXISTS (
    SELECT 1 FROM safety_delivery d WHERE d.recipient_id = r.id AND d.channel = 'email' AND d.state = 'sent' AND d.bounced_at IS NULL)
"""
# The address as it is now: it may have been corrected since.
AGAIN = """
UPDATE safety_delivery d SET state = 'due', due_at = %(at)s, tries = 0, ended_at = NULL, bounced_at = NULL, begun_at = NULL, last_error = '',
    to_address = CASE d.channel WHEN 'email' THEN u.email
        WHEN 'second' THEN
            CASE WHEN m.second_email = '' OR m.second_email_confirmed_at IS NULL THEN d.to_address ELSE m.second_email END
        WHEN 'sms' THEN m.mobile WHEN 'voice' THEN m.mobile ELSE d.to_address END
FROM safety_recipient r JOIN members_member m ON m.id = r.member_id JOIN members_user u ON u.id = m.user_id
WHERE d.check_id = %(check)s AND d.state = 'gave_up' AND r.id = d.recipient_id
"""
# A human has answered through the address since it was last known not to work.
WORKING = """
SELECT b.address FROM core_bouncedaddress b
JOIN members_user u ON u.email = b.address JOIN members_member m ON m.user_id = u.id
JOIN safety_reachability a ON a.member_id = m.id AND a.channel = 'email' AND a.last_human_at > b.last_at
UNION
SELECT b.address FROM core_bouncedaddress b
JOIN members_member m ON lower(m.second_email) = b.address AND m.second_email <> ''
JOIN safety_reachability a ON a.member_id = m.id AND a.channel = 'second' AND a.last_human_at > b.last_at
"""


def _mark(which: str, values: dict[str, Any], *, at: datetime) -> list[tuple[str, str]]:
    """Mark deliveries and, where nothing else reached them, their recipients; returns addresses with what the server said."""
    with connection.cursor() as cursor:
        cursor.execute(MARK.format(which=which), {**values, "at": at})
        rows = cursor.fetchall()
        people = [recipient for recipient, channel, *_rest in rows if channel == "email"]
        if people:
            cursor.execute(PERSON, {"people": people, "at": at})
    return [(address, error) for _recipient, _channel, address, _ended, error in rows]


@inner_action
@transaction.atomic
def message_came_back(*, actor: Viewer, at: datetime, delivery_id: int) -> str:
    """A message came back. Returns where it had gone, empty when it is none of ours."""
    marked = _mark(BY_ROW, {"rows": [delivery_id]}, at=at)
    if marked:
        audit.record(
            actor=actor,
            at=at,
            action="safety.message_came_back",
            subject=("delivery", delivery_id),
            detail={"count": len(marked)},
        )
        return marked[0][0]
    return _went_to(delivery_id)


@inner_action
@transaction.atomic
def said_came_back(*, actor: Viewer, at: datetime, address: str) -> int:
    """Somebody of the office read that mail to this address came back: messages of the last days in open checks are marked. Returns how many."""
    marked = _mark(BY_ADDRESS, {"address": address.lower(), "since": at - LATELY}, at=at)
    if marked:
        audit.record(
            actor=actor,
            at=at,
            action="safety.said_came_back",
            subject=("address", ""),
            detail={"count": len(marked)},
        )
    return len(marked)


def _went_to(delivery_id: int) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_address FROM safety_delivery WHERE id = %s AND bounced_at IS NOT NULL", [delivery_id])
        row = cursor.fetchone()
    return row[0] if row else ""


@inner_action
@transaction.atomic
def messages_refused(*, actor: Viewer, at: datetime, delivery_ids: list[int]) -> int:
    """Of messages that were given up, those whose address the server refused for good; returns how many."""
    marked = _mark(REFUSED, {"rows": delivery_ids}, at=at)
    for address, error in marked:
        note_refusal(address, error, at=at)
    if marked:
        audit.record(
            actor=actor,
            at=at,
            action="safety.messages_refused",
            subject=("delivery", ""),
            detail={"count": len(marked)},
        )
    return len(marked)


@office_duty(Duty.SEND_CHECK)
@transaction.atomic
def try_again(*, actor: Viewer, at: datetime, check_id: int) -> SafetyCheck:
    """Send what was given up once more, from the first try on: the server was mended, the addresses were corrected. Pressed twice it goes once."""
    check = locked_check(actor, check_id)
    if check.state != CheckState.OPEN:
        raise Refused(_("Only a safety check that is open can send messages again."))
    with connection.cursor() as cursor:
        cursor.execute(AGAIN, {"check": check_id, "at": at})
        count = cursor.rowcount
    if not count:
        raise Refused(_("There is no message that was given up."), code="none")
    audit.record(
        actor=actor,
        at=at,
        action="safety.tried_again",
        subject=("check", check_id),
        school_id=check.school_id,
        detail={"count": count},
    )
    nudge(DISPATCH)
    return check


@inner_action
@transaction.atomic
def forgive_addresses(*, actor: Viewer, at: datetime) -> int:
    """Addresses that were known not to work and through which somebody has answered since; returns how many."""
    with connection.cursor() as cursor:
        cursor.execute(WORKING)
        addresses = [row[0] for row in cursor.fetchall()]
    if not addresses:
        return 0
    audit.record(actor=actor, at=at, action="safety.addresses_work", subject=("address", ""), detail={"count": len(addresses)})
    return works_again(addresses)
