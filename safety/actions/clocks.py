"""After a clock that ran ahead was set right: what it put off by hours is due as if the right clock had written it (quality.md, "Reliability")."""

import logging
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction

from ossma.core import audit
from ossma.core.claiming import APART, LADDER
from ossma.core.duties import inner_action
from ossma.core.viewer import Viewer

log = logging.getLogger(__name__)

# The longest wait before the next try, by how often it was tried: a service that is away is asked again within these, too.
WAITS = (timedelta(minutes=10), *LADDER)
# A check that was sent later than now, and all its times to come.
CHECKS = """
WITH ahead AS (SELECT id, sent_at - %(at)s AS by FROM safety_safetycheck WHERE state IN ('open', 'stopped') AND sent_at > %(latest)s),
moved AS (
    UPDATE safety_round r SET due_at = r.due_at - ahead.by, asleep_due_at = r.asleep_due_at - ahead.by
    FROM ahead WHERE r.check_id = ahead.id AND r.queued_at IS NULL AND r.due_at > %(at)s)
UPDATE safety_safetycheck c SET sent_at = %(at)s FROM ahead WHERE c.id = ahead.id RETURNING c.id
"""
# A round that was queued later than now, and its messages.
ROUNDS = """
WITH ahead AS (SELECT id, check_id, number, queued_at - %(at)s AS by FROM safety_round WHERE queued_at > %(latest)s),
moved AS (
    UPDATE safety_delivery d SET due_at = d.due_at - ahead.by
    FROM ahead WHERE d.check_id = ahead.check_id AND d.round_number = ahead.number AND d.state = 'due' AND d.due_at > %(at)s)
UPDATE safety_round r SET queued_at = %(at)s FROM ahead WHERE r.id = ahead.id RETURNING r.check_id
"""
# A message that waits longer for its next try than any message does.
TRIES = """
UPDATE safety_delivery SET due_at = %(at)s
WHERE state = 'due' AND last_error <> '' AND due_at > %(latest)s + (%(waits)s::interval[])[least(tries + 1, %(most)s)]
RETURNING check_id
"""


@inner_action
@transaction.atomic
def set_times_right(*, actor: Viewer, at: datetime) -> int:
    """Pull forward what only a clock that ran ahead could have put off; returns for how many checks. Reminders keep their distances."""
    values: dict[str, Any] = {"at": at, "latest": at + APART, "waits": list(WAITS), "most": len(WAITS)}
    with connection.cursor() as cursor:
        touched: set[int] = set()
        for statement in (CHECKS, ROUNDS, TRIES):
            cursor.execute(statement, values)
            touched.update(row[0] for row in cursor.fetchall())
    for check_id in sorted(touched):
        log.warning("a clock ran ahead: the times of safety check %s were set right", check_id)
        audit.record(actor=actor, at=at, action="safety.times_set_right", subject=("check", check_id))
    return len(touched)
