"""Counting of a large check what is not kept exact at every answer: what became of the messages, the figures by group, the map."""

from datetime import datetime

from django.db import connection, transaction

from ossma.core.duties import inner_action
from ossma.core.viewer import Viewer
from safety.queries.positions import MOST_SPOTS
from safety.queries.summaries import MOST_COUNTED
from safety.states import SummaryKind

# Of two workers at once the second goes home.
TRY_LOCK = "SELECT pg_try_advisory_xact_lock(hashtext('safety.summaries'), %s)"
# One pass over a crowd is summed in memory, for the length of this transaction.
ROOM = "SET LOCAL work_mem = '64MB'"
CROWDS = "SELECT school_id FROM safety_schooltally WHERE check_id = %(check)s AND help + not_there + ok + silent > %(most)s"
KEEP = """
INSERT INTO safety_summary (check_id, school_id, what, taken_at, took_ms, figures)
SELECT %(check)s, school_id, %(what)s, %(at)s, extract(epoch FROM clock_timestamp() - statement_timestamp()) * 1000,
    coalesce(jsonb_agg(figures) FILTER (WHERE figures IS NOT NULL), '[]')
FROM ({counted} UNION ALL SELECT NULL, NULL) counted GROUP BY school_id ORDER BY school_id
ON CONFLICT (check_id, school_id, what) DO UPDATE SET taken_at = excluded.taken_at, took_ms = excluded.took_ms, figures = excluded.figures
"""
# Of the whole check, and of each school with a crowd of its own.
SENDING = f"""
SELECT school_id, jsonb_build_array(channel, state, count(*), count(bounced_at)) AS figures FROM (
    SELECT CASE WHEN r.school_id IN ({CROWDS}) THEN r.school_id ELSE 0 END AS school_id, d.channel, d.state, d.bounced_at
    FROM safety_delivery d JOIN safety_recipient r ON r.id = d.recipient_id WHERE d.check_id = %(check)s
) d GROUP BY GROUPING SETS ((channel, state), (school_id, channel, state)) HAVING school_id IS NULL OR school_id <> 0
"""  # noqa: S608 - names from this file only
GROUPS = f"""
SELECT g.school_id, jsonb_build_array(g.id, g.name, count(*) FILTER (WHERE r.standing = 'help'), count(*) FILTER (WHERE r.standing = 'not_there'),
    count(*) FILTER (WHERE r.standing = 'ok'), count(*) FILTER (WHERE r.standing = 'silent')) AS figures
FROM members_group g JOIN members_group_members m ON m.group_id = g.id JOIN safety_recipient r ON r.member_id = m.member_id AND r.check_id = %(check)s
WHERE g.school_id IN ({CROWDS}) AND r.school_id = g.school_id GROUP BY g.school_id, g.id, g.name
"""  # noqa: S608 - names from this file only
# As queries.positions.shown_positions counts them: the newest position of each, but not of those who show only their region.
SPOTS = f"""
SELECT school_id, jsonb_build_array(lat, lon, country_id, standing, n) AS figures FROM (
    SELECT school_id, lat, lon, country_id, standing, count(*) AS n,
        row_number() OVER (PARTITION BY school_id ORDER BY count(*) DESC, lat, lon) AS place
    FROM (
        SELECT DISTINCT ON (r.id) CASE WHEN r.school_id IN ({CROWDS}) THEN r.school_id ELSE 0 END AS school_id, a.coarse_latitude AS lat,
            a.coarse_longitude AS lon, r.country_id, r.standing
        FROM safety_recipient r JOIN safety_answer a ON a.recipient_id = r.id
        WHERE r.check_id = %(check)s AND r.standing <> 'silent' AND NOT a.unconfirmed AND a.coarse_latitude IS NOT NULL
            AND NOT EXISTS (SELECT FROM safety_safetypreference p WHERE p.member_id = r.member_id AND p.precision = 'region')
        ORDER BY r.id, a.said_at DESC, a.id DESC
    ) placed GROUP BY GROUPING SETS ((lat, lon, country_id, standing), (school_id, lat, lon, country_id, standing))
    HAVING school_id IS NULL OR school_id <> 0
) cells WHERE place <= {MOST_SPOTS}
"""  # noqa: S608 - names from this file only
STATEMENTS = {SummaryKind.SENDING: SENDING, SummaryKind.GROUPS: GROUPS, SummaryKind.SPOTS: SPOTS}


@inner_action
@transaction.atomic
def count_now(*, actor: Viewer, at: datetime, check_id: int, what: SummaryKind) -> bool:
    """Count messages, groups or positions of a large check and keep the figures; False when somebody else is at it."""
    with connection.cursor() as cursor:
        cursor.execute(TRY_LOCK, [check_id])
        if not cursor.fetchone()[0]:
            return False
        cursor.execute(ROOM)
        cursor.execute(KEEP.format(counted=STATEMENTS[what]), {"check": check_id, "what": what, "at": at, "most": MOST_COUNTED})
    return True
