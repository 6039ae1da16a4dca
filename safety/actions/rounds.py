"""Rounds: what is due is written into the table of deliveries by one statement per round; the worker sends from there."""

from datetime import datetime

from django.db import connection, transaction

from ossma.core import audit
from ossma.core.viewer import Viewer
from safety import rules
from safety.models import Round, SafetyCheck
from safety.states import CheckState
from safety.statistics import tell_planner

# Round 0 and the correction of a drill go to everybody, a reminder to those without an answer. Whoever still has a message under way waits for it.
QUEUE = """
INSERT INTO safety_delivery
    (recipient_id, check_id, round_number, channel, to_address, language, state, due_at, tries, repeats, last_error)
SELECT r.id, r.check_id, %(round)s, 'email', u.email, u.language, 'due', %(at)s, 0, 0, ''
FROM safety_recipient r
JOIN members_member m ON m.id = r.member_id
JOIN members_user u ON u.id = m.user_id
WHERE r.check_id = %(check)s AND (%(everybody)s OR (
    r.standing = 'silent'
    AND NOT EXISTS (SELECT 1 FROM safety_delivery d WHERE d.recipient_id = r.id AND d.state = 'due')))
ORDER BY r.id
ON CONFLICT (recipient_id, round_number, channel) DO NOTHING
"""


@transaction.atomic
def queue_rounds(*, actor: Viewer, at: datetime, check_id: int) -> int:
    """Queue one check's due rounds; returns how many messages were written. Safe at any time and twice at once.

    After a day of downtime several rounds are due: nobody gets them all at once.
    """
    if not SafetyCheck.objects.select_for_update(skip_locked=True, of=("self",)).filter(pk=check_id, state=CheckState.OPEN).exists():
        return 0
    rounds = Round.objects.filter(check_row_id=check_id, queued_at=None, due_at__lte=at).order_by("number")
    numbers = list(rounds.values_list("number", flat=True))
    if not numbers:
        return 0
    rounds.update(queued_at=at)
    written = {number: _write(check_id, number, at=at) for number in _worth_sending(numbers)}
    audit.record(actor=actor, at=at, action="safety.round_queued", subject=("check", check_id), detail={"messages": written})
    return sum(written.values())


def _worth_sending(numbers: list[int]) -> list[int]:
    """Of the rounds that are due together: the first sending if it is among them, else the newest reminder; a correction always."""
    reminders = [number for number in numbers if number != rules.CORRECTION_ROUND]
    correction = [number for number in numbers if number == rules.CORRECTION_ROUND]
    return [*(reminders[:1] if 0 in reminders else reminders[-1:]), *correction]


def _write(check_id: int, number: int, *, at: datetime) -> int:
    everybody = number in {0, rules.CORRECTION_ROUND}
    with connection.cursor() as cursor:
        cursor.execute(QUEUE, {"check": check_id, "round": number, "everybody": everybody, "at": at})
        count = int(cursor.rowcount)
    tell_planner("safety_delivery", rows=count)
    return count
