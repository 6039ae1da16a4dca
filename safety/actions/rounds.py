"""Rounds: what is due is written into the table of deliveries by one statement per round and channel; the worker sends from there."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from ossma.core import audit
from ossma.core.duties import Duty, inner_action, office_duty
from ossma.core.nudge import nudge
from ossma.core.refusals import Refused
from ossma.core.viewer import Viewer
from safety import ladder
from safety.actions.silence import open_silent_cases
from safety.ladder import Timing
from safety.models import Round, SafetyCheck
from safety.queries import ladder as ladders
from safety.queries.locking import locked_check
from safety.queries.progress import remindable_from
from safety.states import Channel, CheckState
from safety.statistics import tell_planner
from safety.switches import those_on

DISPATCH = "safety.dispatch"
# The address on each channel, empty for those who have none there; push finds the devices of the user at the moment of sending.
ADDRESS = {
    Channel.EMAIL: "u.email",
    Channel.PUSH: "CASE WHEN EXISTS (SELECT 1 FROM core_pushdevice p WHERE p.user_id = u.id) THEN u.id::text ELSE '' END",
    # Not before its owner has confirmed it: whoever holds the link can answer for the member.
    Channel.SECOND: "CASE WHEN m.second_email_confirmed_at IS NULL THEN '' ELSE m.second_email END",
    Channel.SMS: "CASE WHEN m.has_placeholders THEN '' ELSE m.mobile END",
    Channel.VOICE: "CASE WHEN m.has_placeholders THEN '' ELSE m.mobile END",
    Channel.CONTACT: """CASE WHEN m.has_placeholders THEN '' ELSE COALESCE((
        SELECT e.email FROM members_emergencycontact e WHERE e.member_id = m.id AND e.email <> '' ORDER BY e.position LIMIT 1), '') END""",
}
# Whether an earlier message is still under way is asked when this one is due (`deliveries.superseded`), not here: of a check that comes
# at an hour of the recipient's own place, the first message may lie ahead still.
SILENT = "AND r.standing = 'silent'"
QUEUE = """
INSERT INTO safety_delivery
    (recipient_id, check_id, round_number, channel, to_address, language, state, due_at, tries, repeats, last_error)
SELECT id, %(check)s, %(round)s, %(channel)s, to_address, language, 'due', due, 0, 0, ''
FROM (
    SELECT r.id, {address} AS to_address, u.language, {due} AS due
    FROM safety_recipient r
    JOIN members_member m ON m.id = r.member_id
    JOIN members_user u ON u.id = m.user_id
    {zones}
    WHERE r.check_id = %(check)s {silent}
) wanted
WHERE to_address <> ''
ORDER BY id
ON CONFLICT (recipient_id, round_number, channel) DO NOTHING
"""
# An address that has been changed since, or has worked, is tried anew: until it fails again the person counts as reachable.
FORGIVE = """
UPDATE safety_recipient r SET bounced_at = NULL
FROM members_member m JOIN members_user u ON u.id = m.user_id
WHERE r.check_id = %s AND r.bounced_at IS NOT NULL AND m.id = r.member_id
    AND NOT EXISTS (SELECT 1 FROM core_bouncedaddress b WHERE b.address = lower(u.email))
"""
ZONES = "JOIN unnest(%(zones)s::text[], %(dues)s::timestamptz[]) AS z (zone, due) ON z.zone = r.zone"


@inner_action
@transaction.atomic
def queue_rounds(*, actor: Viewer, at: datetime, check_id: int) -> int:
    """Queue one check's due rounds; returns how many messages were written. Safe at any time and twice at once."""
    check = SafetyCheck.objects.select_for_update(skip_locked=True, of=("self",)).filter(pk=check_id, state=CheckState.OPEN).first()
    if check is None:
        return 0
    due = _due(check, at)
    if not due:
        return 0
    Round.objects.filter(pk__in=[row.pk for row in due]).update(queued_at=at)
    with connection.cursor() as cursor:
        cursor.execute(FORGIVE, [check_id])
    people = [row for row in due if ladder.is_office(row.number)]
    if people:
        open_silent_cases(actor=actor, at=at, check=check, awake_only=people[-1].asleep_due_at is not None)
    sending = [row for row in due if not ladder.is_office(row.number)]
    if not sending:
        return 0
    dues = _dues(check, sending, at)
    worth = ladder.worth_sending([(row.number, _channels(check, row), dues[row.number]) for row in sending], at=at)
    written: Counter[int] = Counter()
    for number, channel, zones in worth:
        moments = {zone: dues[number][zone] for zone in zones}
        written[number] += _write(check.pk, number, channel, moments, everywhere=len(moments) == len(dues[number]))
    for row in sending:
        Round.objects.filter(pk=row.pk).update(messages=written[row.number])
    tell_planner("safety_delivery", rows=written.total())
    audit.record(actor=actor, at=at, action="safety.round_queued", subject=("check", check_id), detail={"messages": written})
    return written.total()


def _due(check: SafetyCheck, at: datetime) -> list[Round]:
    """The rounds that are due, in the order of their times. A first sending that comes late moves everything after it."""
    waiting = Round.objects.filter(check_row=check, queued_at=None).order_by("due_at", "number")
    due = list(waiting.filter(due_at__lte=at))
    first = next((row for row in due if row.number == ladder.FIRST_ROUND), None)
    if first is None or at - first.due_at <= ladder.LATE:
        return due
    delay = at - first.due_at
    waiting.exclude(pk=first.pk).update(due_at=F("due_at") + delay, asleep_due_at=F("asleep_due_at") + delay)
    return list(waiting.filter(due_at__lte=at))


def _channels(check: SafetyCheck, row: Round) -> tuple[str, ...]:
    """By which channels a round goes: those of its rung, else the check's own; a correction by all that were used for the drill."""
    own = check.channels or ladder.DEFAULT_CHANNELS
    if row.number == ladder.CORRECTION_ROUND:
        climbed = Round.objects.filter(check_row=check, number__lt=row.number).exclude(queued_at=None).values_list("channels", flat=True)
        return those_on([*own, *(channel for channels in climbed for channel in channels)])
    return those_on(row.channels or own)


def _dues(check: SafetyCheck, rows: list[Round], at: datetime) -> dict[int, dict[str, datetime]]:
    """By round, when it reaches the recipients of each zone. A message that sets things right goes at once, whatever the hour."""
    zones = ladders.zones(check.pk)
    timings = {row.number: Timing(check.sent_at or row.due_at, row.due_at, row.asleep_due_at, check.occasion, check.local_time) for row in rows}
    return {
        number: {zone: at if number == ladder.CORRECTION_ROUND else timing.for_zone(zone, at=at) for zone in zones}
        for number, timing in timings.items()
    }


def _write(check_id: int, number: int, channel: str, due: Mapping[str, datetime], *, everywhere: bool) -> int:
    """Write one round's messages by one channel to the recipients of these zones (`everywhere`: all that there are)."""
    moments = set(due.values())
    # One moment for all needs no table of zones.
    plain = everywhere and len(moments) == 1
    values: dict[str, Any] = {"check": check_id, "round": number, "channel": channel, "at": max(moments)}
    if not plain:
        values |= {"zones": list(due), "dues": list(due.values())}
    with connection.cursor() as cursor:
        cursor.execute(
            QUEUE.format(
                address=ADDRESS[Channel(channel)],
                due="%(at)s::timestamptz" if plain else "z.due",
                zones="" if plain else ZONES,
                silent="" if ladder.is_for_everybody(number) else SILENT,
            ),
            values,
        )
        return cursor.rowcount


@office_duty(Duty.SEND_CHECK)
@transaction.atomic
def remind_now(*, actor: Viewer, at: datetime, check_id: int) -> SafetyCheck:
    """An extra round to the silent, now. Refused within ten minutes of the last message: pressed twice it goes once."""
    check = locked_check(actor, check_id)
    if check.state != CheckState.OPEN:
        raise Refused(_("Only a safety check that is open can remind."))
    if remindable_from(check, at):
        raise Refused(_("The last message went out less than 10 minutes ago. Give people time to answer."), code="too_soon")
    rounds = Round.objects.filter(check_row=check)
    extra = rounds.filter(number__range=(ladder.EXTRA_ROUNDS, ladder.OFFICE_ROUND - 1)).count()
    Round.objects.create(check_row=check, number=ladder.EXTRA_ROUNDS + extra, due_at=at)
    audit.record(actor=actor, at=at, action="safety.reminded", subject=("check", check.pk), school_id=check.school_id)
    nudge(DISPATCH)
    return check
