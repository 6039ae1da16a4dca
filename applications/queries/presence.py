"""Who is abroad where: the one answer that safety checks, Today and the map build on.

Set-based on purpose: the statements below stand inside an INSERT ... SELECT over a million members. Columns of `abroad(at)`, at most one row per member:

member_id, school_id, application_id, service, member_kind
country_id      ministry code of the place (core_country.mofa_cd)
city            as stored: the Japanese name where the city is in core_city, else as typed
zone            IANA name
latitude, longitude   NULL where the city is not known
reason          own_report | itinerary | destination
reason_id       the applications_stay or applications_destination row that says so

The stay that holds `at` decides (an own report before the itinerary, then the one that began last), else the first destination of the application.
Somebody is abroad while an application that is alive (paid or not: safety.md S1) runs by the clock of its first destination.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from applications.states import ALIVE

type Statement = tuple[str, dict[str, Any]]

# A day more on either side than any zone needs, so that the index on the days can be used before the exact clock is asked.
MARGIN = timedelta(days=1)

ABROAD = """
SELECT DISTINCT ON (a.member_id)
    a.member_id, m.school_id, a.id AS application_id, a.service, m.kind AS member_kind,
    COALESCE(s.country_id, d.country_id) AS country_id,
    CASE WHEN s.id IS NULL THEN d.city ELSE s.city END AS city,
    CASE WHEN s.id IS NULL THEN d.zone ELSE s.zone END AS zone,
    CASE WHEN s.id IS NULL THEN d.latitude ELSE s.latitude END AS latitude,
    CASE WHEN s.id IS NULL THEN d.longitude ELSE s.longitude END AS longitude,
    COALESCE(s.source, 'destination') AS reason,
    COALESCE(s.id, d.id) AS reason_id
FROM applications_application a
JOIN members_member m ON m.id = a.member_id AND m.withdrawn_at IS NULL
JOIN applications_destination d ON d.application_id = a.id AND d.position = 1
LEFT JOIN (
    SELECT DISTINCT ON (h.member_id) h.*
    FROM applications_stay h
    JOIN applications_application ha ON ha.id = h.application_id AND ha.state IN ('awaiting_approval', 'awaiting_payment', 'in_force')
    WHERE h.starts_at <= %(presence_at)s AND h.ends_at > %(presence_at)s
    ORDER BY h.member_id, (h.source = 'own_report') DESC, h.starts_at DESC, h.id DESC
) s ON s.member_id = a.member_id
WHERE a.state IN ('awaiting_approval', 'awaiting_payment', 'in_force')
    AND a.first_day <= %(presence_latest)s AND a.last_day >= %(presence_earliest)s
    AND (%(presence_at)s AT TIME ZONE d.zone)::date BETWEEN a.first_day AND a.last_day
ORDER BY a.member_id, a.first_day DESC, a.id DESC
"""
