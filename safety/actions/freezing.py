"""The audience is frozen: a row for everybody who is asked, with place and reason, and one for everybody who was meant and is not asked."""

from datetime import datetime

from django.db import connection

from notices.audience import Audience, asker
from ossma.core import audit
from ossma.core.duties import inner_action
from ossma.core.viewer import SYSTEM, Viewer
from safety.actions.tallies import count_anew
from safety.models import Incident, SafetyCheck
from safety.queries.recipients import candidates_sql
from safety.statistics import tell_planner

FREEZE = """
WITH c AS MATERIALIZED ({candidates}), asked AS (
    INSERT INTO safety_recipient (check_id, member_id, school_id, reason, reason_id, country_id, city, zone, latitude, longitude, standing, late)
    SELECT %(check)s, member_id, school_id, reason, reason_id, country_id, city, zone, latitude, longitude, 'silent', FALSE
    FROM c WHERE left_out = ''
), left_out AS (
    INSERT INTO safety_omission (check_id, member_id, reason) SELECT %(check)s, member_id, left_out FROM c WHERE left_out <> ''
)
SELECT count(*) FILTER (WHERE left_out = ''), count(*) FILTER (WHERE left_out <> '') FROM c
"""


@inner_action
def freeze_audience(*, actor: Viewer, at: datetime, check: SafetyCheck) -> int:
    """Write who is asked and who is left out; returns how many are asked. Inside the transaction that sends."""
    if check.incident_id is not None:
        # Two waves about one event at once must see each other's recipients.
        Incident.objects.select_for_update().get(pk=check.incident_id)
    asking = asker(SYSTEM, school_id=check.school_id)
    candidates, parameters = candidates_sql(
        asking, Audience.from_json(check.audience), kind=check.kind, incident_id=check.incident_id, at=at, check_id=check.pk,
        ask_again=check.ask_again,
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(FREEZE.format(candidates=candidates), parameters)
        asked, left_out = cursor.fetchone()
    tell_planner("safety_recipient", rows=asked)
    count_anew(actor=actor, at=at, check_id=check.pk)
    audit.record(
        actor=actor, at=at, action="safety.audience_frozen", subject=("check", check.pk), school_id=check.school_id,
        detail={"asked": asked, "left_out": left_out},
    )  # fmt: skip
    return asked
