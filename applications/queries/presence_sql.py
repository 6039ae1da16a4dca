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

# Where the itinerary puts somebody: what holds now (the newest; a journey in the air: where it leads), else where the last journey ended,
# unless something newer was planned and is over, else where the next one begins. `{sources}` narrows what holds now.
_HELD = """
SELECT DISTINCT ON (k.member_id) k.id, k.member_id, k.source, k.country_id, k.city, k.zone, k.latitude, k.longitude
FROM (
    SELECT h.id, h.member_id, h.source, h.country_id, h.city, h.zone, h.latitude, h.longitude, 0 AS tier, extract(epoch FROM h.starts_at) AS newest
    FROM applications_stay h
    JOIN applications_application ha ON ha.id = h.application_id AND ha.state IN (<alive>)
    WHERE h.starts_at <= %(presence_at)s AND h.ends_at > %(presence_at)s AND {of_stay} AND {sources}
    UNION ALL
    SELECT h.id, h.member_id, h.source, h.country_id, h.city, h.zone, h.latitude, h.longitude, 1, extract(epoch FROM h.ends_at)
    FROM applications_stay h
    JOIN applications_application ha ON ha.id = h.application_id AND ha.state IN (<alive>)
    WHERE h.from_country_id IS NOT NULL AND h.ends_at <= %(presence_at)s AND h.ends_at > %(presence_at)s - interval '400 days' AND {of_stay}
        AND NOT EXISTS (
            SELECT 1 FROM applications_stay n WHERE n.member_id = h.member_id AND n.source = 'itinerary' AND n.id <> h.id
                AND n.starts_at >= h.starts_at AND n.starts_at <= %(presence_at)s AND n.ends_at > h.ends_at)
    UNION ALL
    SELECT h.id, h.member_id, h.source, h.from_country_id, h.from_city, h.from_zone, h.from_latitude, h.from_longitude,
        2, -extract(epoch FROM h.starts_at)
    FROM applications_stay h
    JOIN applications_application ha ON ha.id = h.application_id AND ha.state IN (<alive>)
    WHERE h.from_country_id IS NOT NULL AND h.starts_at > %(presence_at)s AND {of_stay}
        AND h.starts_at <= %(presence_at)s + CASE WHEN h.from_country_id = '<home>' THEN interval '60 days' ELSE interval '1 day' END
) k
ORDER BY k.member_id, k.tier, (k.source = 'own_report') DESC, k.newest DESC, k.id DESC
"""

_PLACED = """
SELECT DISTINCT ON (a.member_id)
    a.member_id, m.school_id, a.id AS application_id, a.service, m.kind AS member_kind,
    COALESCE(s.country_id, d.country_id) AS country_id,
    COALESCE(s.city, d.city) AS city,
    COALESCE(s.zone, d.zone) AS zone,
    CASE WHEN s.id IS NULL THEN d.latitude ELSE s.latitude END AS latitude,
    CASE WHEN s.id IS NULL THEN d.longitude ELSE s.longitude END AS longitude,
    COALESCE(s.source, 'destination') AS reason,
    COALESCE(s.id, d.id) AS reason_id
FROM applications_application a
JOIN members_member m ON m.id = a.member_id AND m.withdrawn_at IS NULL
JOIN applications_destination d ON d.application_id = a.id AND d.position = 1
LEFT JOIN (<held>) s ON s.member_id = a.member_id
WHERE a.state IN (<alive>) AND {of_application} AND s.country_id IS DISTINCT FROM '<home>'
    AND <from> <= %(presence_latest)s AND <until> >= %(presence_earliest)s
    AND <local_day> BETWEEN <from> AND <until>
ORDER BY a.member_id, a.first_day DESC, a.id DESC
"""
_REPORTING_TOO = """{of_application} AND a.member_id IN (
    SELECT o.member_id FROM applications_stay o
    WHERE o.source = 'own_report' AND o.country_id <> '<home>' AND o.ends_at > %(presence_at)s AND o.starts_at <= %(presence_at)s)"""

# Both ends of a journey count while it lasts: it may not have left, or has just come from where something happened.
_DEPARTED = """
SELECT a.member_id, m.school_id, a.id AS application_id, a.service, m.kind AS member_kind,
    h.from_country_id AS country_id, h.from_city AS city, h.from_zone AS zone, h.from_latitude AS latitude, h.from_longitude AS longitude,
    h.source AS reason, h.id AS reason_id
FROM applications_stay h
JOIN applications_application a ON a.id = h.application_id AND a.state IN (<alive>)
JOIN members_member m ON m.id = a.member_id AND m.withdrawn_at IS NULL
WHERE h.from_country_id IS NOT NULL AND h.from_country_id <> '<home>' AND h.ends_at > %(presence_at)s AND h.starts_at <= %(presence_at)s
    AND {of_stay}
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
    sql = sql.replace("<local_day>", zones.local_day("d.zone")).replace("<begins>", zones.midnight("<from>"))
    sql = sql.replace("<offsets>", zones.join_offsets("d.zone", "<from>"))
    return sql.replace("<alive>", _ALIVE).replace("<from>", _FROM).replace("<until>", _UNTIL).replace("<home>", HOME)


ABROAD = _filled(_PLACED.replace("<held>", _HELD.replace("{sources}", "TRUE")))
_ON_RECORD = _PLACED.replace("<held>", _HELD.replace("{sources}", "h.source <> 'own_report'")).replace("{of_application}", _REPORTING_TOO)
# What counts for audiences beside the place above: at most a few rows a member, and few members.
ALSO = _filled(f"SELECT r.* FROM ({_ON_RECORD}) r UNION ALL SELECT d.* FROM ({_DEPARTED}) d")  # noqa: S608
ARRIVALS = _filled(_ARRIVALS)
ARRIVING = f"SELECT DISTINCT ON (e.member_id, e.country_id) e.* FROM ({ARRIVALS}) e ORDER BY e.member_id, e.country_id, e.arrives_at, e.reason_id"  # noqa: S608
