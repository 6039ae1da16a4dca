"""When the ladder ends: everybody who is still silent becomes a case that people follow up (safety.md S1, S3)."""

from datetime import datetime

from django.db import connection, transaction

from ossma.core import audit
from ossma.core.duties import inner_action
from ossma.core.viewer import Viewer
from safety import ladder
from safety.models import SafetyCheck
from safety.queries import ladder as ladders
from safety.states import CheckKind
from safety.statistics import tell_planner

# One open case per member, whatever opened it: whoever is followed up already is not counted twice. The recipient is changed with it: an answer
# under way is waited for and makes them no case, one that comes meanwhile finds them changed and ends it.
OPEN = """
WITH followed AS (
    UPDATE safety_recipient r SET followed_at = %(at)s
    WHERE r.check_id = %(check)s AND r.standing = 'silent' AND NOT r.zone = ANY(%(night)s) AND NOT EXISTS (
        -- Somebody has followed this very silence up and said how it ended.
        SELECT 1 FROM safety_safetycase done WHERE done.recipient_id = r.id AND done.state = 'resolved')
    RETURNING r.id, r.member_id, r.school_id, r.country_id, r.city, r.zone
)
INSERT INTO safety_safetycase (member_id, school_id, recipient_id, cause, state, need, is_drill, opened_at, country_id, city, zone,
    call_back, handover, resolution)
SELECT r.member_id, r.school_id, r.id, 'silent', 'new', '', FALSE, %(at)s, r.country_id, r.city, r.zone, '', '', ''
FROM followed r
ORDER BY r.id
ON CONFLICT DO NOTHING
"""


@inner_action
@transaction.atomic
def open_silent_cases(*, actor: Viewer, at: datetime, check: SafetyCheck, awake_only: bool) -> int:
    """A case for each silent recipient, with the place they are believed to be at; returns how many are new. A drill makes none.

    `awake_only`: those who sleep now are left to a later round.
    """
    if check.kind == CheckKind.DRILL:
        return 0
    night = [zone for zone in ladders.zones(check.pk) if ladder.sleeps(zone, at)] if awake_only else []
    with connection.cursor() as cursor:
        cursor.execute(OPEN, {"check": check.pk, "at": at, "night": night})
        count = int(cursor.rowcount)
    tell_planner("safety_safetycase", rows=count)
    audit.record(
        actor=actor, at=at, action="safety.silent_cases_opened", subject=("check", check.pk), school_id=check.school_id, detail={"count": count}
    )  # fmt: skip
    return count
