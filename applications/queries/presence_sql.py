"""The statements behind presence.py: `<…>` are filled here, `{of_stay}` and `{of_application}` there, with the viewer's wall.

Only constants of this room are put into the text; values travel as named parameters.
"""

from applications.states import ALIVE
from ossma.core import zones
from ossma.core.countries import HOME
from ossma.core.viewer import Face

# Literals, not a parameter: the partial index on the days is for exactly these states.
_ALIVE = ", ".join(f"'{state.value}'" for state in ALIVE)
# The longer of the period that holds and the one that was asked for (NULL is passed over): the expressions of the index application_abroad.
_FROM = "LEAST(a.first_day, a.asked_first_day)"
_UNTIL = "GREATEST(a.last_day, a.asked_last_day)"

MEMBERS_OF = {
    Face.SCHOOL: "SELECT id FROM members_member WHERE school_id = %(presence_school)s",
    Face.SUPPORTER: (
        "SELECT gm.member_id FROM members_group_members gm JOIN members_group g ON g.id = gm.group_id"
        " WHERE g.school_id = %(presence_school)s AND g.id = ANY(%(presence_groups)s)"
    ),
    Face.MEMBER: "SELECT %(presence_member)s::bigint",
    Face.LINK: "SELECT %(presence_member)s::bigint",
}

# What holds now by member: an own report before the itinerary, then the newest; a journey in the air: where it leads.
_HELD = """
SELECT DISTINCT ON (h.member_id) h.id, h.member_id, h.source, h.country_id, h.city, h.zone, h.latitude, h.longitude
FROM applications_stay h
JOIN applications_application ha ON ha.id = h.application_id AND ha.state IN (<alive>)
WHERE h.starts_at <= %(presence_at)s AND h.ends_at > %(presence_at)s AND {of_stay} AND <sources>
ORDER BY h.member_id, (h.source = 'own_report') DESC, h.starts_at DESC, h.id DESC
"""
# Where the last journey of an application ended: of an application, because the flight home of an earlier trip says nothing of this one.
_ARRIVED = """
SELECT DISTINCT ON (h.application_id) h.id, h.application_id, h.country_id, h.city, h.zone, h.latitude, h.longitude, h.starts_at, h.ends_at
FROM applications_stay h
WHERE h.from_country_id IS NOT NULL AND h.starts_at < %(presence_at)s AND h.ends_at <= %(presence_at)s AND {of_stay}
ORDER BY h.application_id, h.ends_at DESC, h.id DESC
"""
# Where the next journey begins: from Japan for long before it, from elsewhere on the eve.
_DEPARTING = """
SELECT DISTINCT ON (h.application_id) h.id, h.application_id, h.from_country_id AS country_id, h.from_city AS city, h.from_zone AS zone,
    h.from_latitude AS latitude, h.from_longitude AS longitude
FROM applications_stay h
WHERE h.from_country_id IS NOT NULL AND h.starts_at > %(presence_at)s AND h.starts_at <= %(presence_at)s + interval '60 days' AND {of_stay}
    AND (h.from_country_id = '<home>' OR h.starts_at <= %(presence_at)s + interval '1 day')
ORDER BY h.application_id, h.starts_at, h.id
"""
# Something that was planned after the last journey and is over, too: nobody knows where it led. Looked up for the few whom nothing holds now:
# as a CASE, because the planner would compute an anti-join over all stays of all members otherwise.
_PLANNED_SINCE = """EXISTS (
    SELECT 1 FROM applications_stay n WHERE n.application_id = j.application_id AND n.source = 'itinerary' AND n.id <> j.id
        AND n.starts_at >= j.starts_at AND n.starts_at <= %(presence_at)s AND n.ends_at > j.ends_at)"""

# A trip begins by the clock of its first stop and ends by that of its last, or of where the itinerary has the member: asked only at its very end.
# Asked outside of the sort of the crowd: a correlated EXISTS inside would keep it from running in parallel.
_NOT_OVER = """(<day_here> <= a.until OR EXISTS (
        SELECT 1 FROM applications_destination e
        WHERE e.application_id = a.id AND <day_there> <= a.until
    ) OR EXISTS (
        SELECT 1 FROM applications_stay e
        WHERE e.application_id = a.id AND e.starts_at <= %(presence_at)s AND e.ends_at > %(presence_at)s AND e.source = 'itinerary'
            AND <day_there> <= a.until
    ))"""
# The application that runs, one a member: chosen before the itinerary is joined, so that a million rows are sorted once.
_BEGUN = """
SELECT DISTINCT ON (a.member_id) a.member_id, m.school_id, a.id, a.service, m.kind, <until> AS until,
    d.id AS stop_id, d.country_id, d.city, d.zone, d.latitude, d.longitude
FROM applications_application a
JOIN members_member m ON m.id = a.member_id AND m.withdrawn_at IS NULL
JOIN applications_destination d ON d.application_id = a.id AND d.position = 1
WHERE a.state IN (<alive>) AND {of_application}
    AND <from> <= %(presence_latest)s AND <until> >= %(presence_earliest)s AND <local_day> >= <from>
ORDER BY a.member_id, a.first_day DESC, a.id DESC
"""
_PLACED = f"""
SELECT a.member_id, a.school_id, a.id AS application_id, a.service, a.kind AS member_kind,
    COALESCE(s.country_id, j.country_id, g.country_id, a.country_id) AS country_id,
    COALESCE(s.city, j.city, g.city, a.city) AS city,
    COALESCE(s.zone, j.zone, g.zone, a.zone) AS zone,
    CASE WHEN s.id IS NOT NULL THEN s.latitude WHEN j.id IS NOT NULL THEN j.latitude WHEN g.id IS NOT NULL THEN g.latitude
        ELSE a.latitude END AS latitude,
    CASE WHEN s.id IS NOT NULL THEN s.longitude WHEN j.id IS NOT NULL THEN j.longitude WHEN g.id IS NOT NULL THEN g.longitude
        ELSE a.longitude END AS longitude,
    COALESCE(s.source, CASE WHEN j.id IS NULL AND g.id IS NULL THEN 'destination' ELSE 'itinerary' END) AS reason,
    COALESCE(s.id, j.id, g.id, a.stop_id) AS reason_id
FROM ({_BEGUN}) a
LEFT JOIN ({_HELD}) s ON s.member_id = a.member_id
LEFT JOIN ({_ARRIVED}) j ON j.application_id = a.id AND CASE WHEN s.id IS NULL THEN NOT {_PLANNED_SINCE} END
LEFT JOIN ({_DEPARTING}) g ON g.application_id = a.id AND s.id IS NULL AND j.id IS NULL
WHERE COALESCE(s.country_id, j.country_id, g.country_id, '') <> '<home>' AND {_NOT_OVER}
"""  # noqa: S608
# Who says that they are somewhere else than on record; `<abroad>`: not back in Japan, or just that.
_REPORTING = """IN (
    SELECT o.member_id FROM applications_stay o
    WHERE o.source = 'own_report' AND (o.country_id <> '<home>') = <abroad> AND o.ends_at > %(presence_at)s AND o.starts_at <= %(presence_at)s)"""

# Both ends of a journey count while it lasts: it may not have left, or has just come from where something happened.
_DEPARTED = """
SELECT a.member_id, m.school_id, a.id AS application_id, a.service, m.kind AS member_kind,
    h.from_country_id AS country_id, h.from_city AS city, h.from_zone AS zone, h.from_latitude AS latitude, h.from_longitude AS longitude,
    h.source AS reason, h.id AS reason_id
FROM applications_stay h
JOIN applications_application a ON a.id = h.application_id AND a.state IN (<alive>)
JOIN members_member m ON m.id = a.member_id AND m.withdrawn_at IS NULL
WHERE h.from_country_id IS NOT NULL AND h.from_country_id <> '<home>' AND h.ends_at > %(presence_at)s AND h.starts_at <= %(presence_at)s
    AND h.starts_at > %(presence_at)s - interval '10 days' AND {of_stay}
"""

_ARRIVALS = """
SELECT t.member_id, m.school_id, t.application_id, t.service, m.kind AS member_kind,
    t.country_id, t.city, t.zone, t.latitude, t.longitude, t.reason, t.reason_id, t.arrives_at
FROM (
    SELECT a.member_id, a.id AS application_id, a.service, d.country_id, d.city, d.zone, d.latitude, d.longitude,
        'destination' AS reason, d.id AS reason_id, <begins> AS arrives_at
    FROM applications_application a
    JOIN applications_destination d ON d.application_id = a.id
    <offsets>
    WHERE a.state IN (<alive>) AND {of_application}
        AND <from> <= %(presence_latest)s AND <until> >= %(presence_earliest)s
        AND <local_day> + %(presence_days)s >= <from>
        AND <local_day> <= <until>
        AND (d.position > 1 OR <local_day> < <from>)
    UNION ALL
    SELECT h.member_id, h.application_id, ha.service, h.country_id, h.city, h.zone, h.latitude, h.longitude,
        h.source, h.id, CASE WHEN h.from_country_id IS NULL THEN h.starts_at ELSE h.ends_at END
    FROM applications_stay h
    JOIN applications_application ha ON ha.id = h.application_id AND ha.state IN (<alive>)
    WHERE h.starts_at > %(presence_at)s AND h.starts_at <= %(presence_until)s AND h.country_id <> '<home>' AND {of_stay}
) t
JOIN members_member m ON m.id = t.member_id AND m.withdrawn_at IS NULL
"""


def _filled(sql: str) -> str:
    sql = sql.replace("<local_day>", zones.local_day("d.zone")).replace("<day_here>", zones.local_day("a.zone"))
    sql = sql.replace("<day_there>", zones.local_day("e.zone"))
    sql = sql.replace("<begins>", zones.midnight("<from>")).replace("<offsets>", zones.join_offsets("d.zone", "<from>"))
    return sql.replace("<alive>", _ALIVE).replace("<from>", _FROM).replace("<until>", _UNTIL).replace("<home>", HOME)


RUNNING = _filled(f"SELECT a.* FROM ({_BEGUN}) a WHERE {_NOT_OVER}")  # noqa: S608
ABROAD = _filled(_PLACED.replace("<sources>", "TRUE"))
_ON_RECORD = (
    _PLACED.replace("<sources>", "h.source <> 'own_report'")
    .replace("{of_application}", f"{{of_application}} AND a.member_id {_REPORTING}")
    .replace("{of_stay}", f"{{of_stay}} AND h.member_id {_REPORTING}")
)
# What counts for audiences beside the place above: at most a few rows a member, and few members.
ALSO = _filled(f"SELECT r.* FROM ({_ON_RECORD.replace('<abroad>', 'TRUE')}) r UNION ALL SELECT d.* FROM ({_DEPARTED}) d")  # noqa: S608
BACK = _filled(_ON_RECORD.replace("<abroad>", "FALSE"))
ARRIVALS = _filled(_ARRIVALS)
ARRIVING = f"SELECT DISTINCT ON (e.member_id, e.country_id) e.* FROM ({ARRIVALS}) e ORDER BY e.member_id, e.country_id, e.arrives_at, e.reason_id"  # noqa: S608
