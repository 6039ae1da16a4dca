"""Can we reach them? A ten-second question once a month, before departure and before the storm (safety.md S3, "Reachability")."""

import json
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection, transaction

from applications.rules.period import day_in_japan
from applications.states import ALIVE
from ossma.core import audit
from ossma.core.duties import inner_action, not_for_office
from ossma.core.models import OutboxMessage, PushDevice, PushMessage
from ossma.core.nudge import nudge
from ossma.core.refusals import NotFound
from ossma.core.viewer import Viewer
from safety.addresses import tap_path
from safety.letters import REACH, both_languages
from safety.life import touch_life
from safety.models import ReachTap
from safety.states import Channel, LifeSource

BEFORE_DEPARTURE = timedelta(days=30)
# Asked at the end of a month, nobody is asked again at the beginning of the next.
LEAST_APART = timedelta(days=20)
# So many a second at most: a question that has time must not stand in the way of an alert.
PER_SECOND = 10
CHUNK = 1_000
# One look promises no more than half an hour's worth, so that no worker is kept for long; the next look goes on.
MOST = 20_000

ASK = """
INSERT INTO safety_reachtap (member_id, month, asked_at)
SELECT DISTINCT m.id, %(month)s::date, %(at)s::timestamptz FROM members_member m
JOIN applications_application a ON a.member_id = m.id
WHERE m.withdrawn_at IS NULL AND a.state = ANY(%(alive)s) AND a.first_day <= %(soon)s
    AND GREATEST(a.last_day, a.asked_last_day) >= %(today)s
    AND NOT EXISTS (SELECT 1 FROM safety_reachtap t WHERE t.member_id = m.id AND t.asked_at > %(lately)s)
ON CONFLICT (member_id, month) DO NOTHING
"""
# Asked, and no message promised yet: what a killed worker left is found here.
UNPROMISED = """
SELECT t.id, t.member_id, u.id, u.email, u.language FROM safety_reachtap t
JOIN members_member m ON m.id = t.member_id JOIN members_user u ON u.id = m.user_id
WHERE t.month = %(month)s AND t.id > %(after)s AND t.tapped_at IS NULL
    AND NOT EXISTS (SELECT 1 FROM core_outboxmessage o WHERE o.key = 'reach:' || t.id)
ORDER BY t.id LIMIT %(most)s
"""
RENEW = """
INSERT INTO safety_reachability (member_id, channel, last_human_at) VALUES (%s, %s, %s)
ON CONFLICT (member_id, channel) DO UPDATE SET last_human_at = GREATEST(safety_reachability.last_human_at, excluded.last_human_at)
"""


@inner_action
def ask_taps(*, actor: Viewer, at: datetime) -> int:
    """Ask everybody who is abroad or leaves within 30 days and was not asked this month; answers how many messages were promised.

    Safe at any time and twice at once: the question is one row per member and month, the message one row per question.
    """
    today = day_in_japan(at)
    month = today.replace(day=1)
    values: dict[str, Any] = {
        "month": month, "at": at, "alive": [str(state) for state in ALIVE], "soon": today + BEFORE_DEPARTURE, "today": today,
        "lately": at - LEAST_APART,
    }  # fmt: skip
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(ASK, values)
        if cursor.rowcount:
            audit.record(actor=actor, at=at, action="safety.reach_asked", subject=("members", cursor.rowcount))
    promised, after = 0, 0
    while promised < MOST and (rows := _unpromised(month, after)):
        _promise(rows, promised, at=at)
        promised, after = promised + len(rows), rows[-1][0]
    return promised


def _unpromised(month: date, after: int) -> list[tuple[int, int, int, str, str]]:
    with connection.cursor() as cursor:
        cursor.execute(UNPROMISED, {"month": month, "after": after, "most": CHUNK})
        return cursor.fetchall()


@transaction.atomic
def _promise(rows: list[tuple[int, int, int, str, str]], before: int, *, at: datetime) -> None:
    """A mail for each, and a push message for those who have a device; spread over time when they are many."""
    due = {row[0]: at + timedelta(seconds=(before + count) // PER_SECOND) for count, row in enumerate(rows)}
    mails = [
        OutboxMessage(
            key=f"reach:{tap}", to_address=email, language=language, template="safety/reach", member_id=member, created_at=at, due_at=due[tap],
            context=json.dumps({"path": tap_path(tap, Channel.EMAIL)}),
        )
        for tap, member, _user, email, language in rows
    ]  # fmt: skip
    OutboxMessage.objects.bulk_create(mails, ignore_conflicts=True)
    having = set(PushDevice.objects.filter(user_id__in=[row[2] for row in rows]).values_list("user_id", flat=True))
    words = both_languages(*REACH)
    pushes = [
        PushMessage(
            key=f"reach:{tap}", user_id=user, title_ja=words.title_ja, title_en=words.title_en, body_ja=words.body_ja, body_en=words.body_en,
            path=tap_path(tap, Channel.PUSH), is_urgent=False, created_at=at, due_at=due[tap],
        )
        for tap, _member, user, _email, _language in rows
        if user in having
    ]  # fmt: skip
    PushMessage.objects.bulk_create(pushes, ignore_conflicts=True)
    nudge("core.send_outbox")


@not_for_office
@transaction.atomic
def tap(*, actor: Viewer, at: datetime, tap_id: int, channel: str) -> None:
    """ "It reaches me", through this channel. Raises NotFound."""
    asked = ReachTap.objects.filter(pk=tap_id, member__withdrawn_at=None).first()
    if asked is None:
        raise NotFound
    ReachTap.objects.filter(pk=tap_id, tapped_at=None).update(tapped_at=at)
    with connection.cursor() as cursor:
        cursor.execute(RENEW, [asked.member_id, Channel(channel), at])
    touch_life(member_ids=[asked.member_id], at=at, source=LifeSource.TAP)
    audit.record(actor=actor, at=at, action="safety.reach_tapped", subject=("tap", tap_id), member_id=asked.member_id, detail={"channel": channel})
