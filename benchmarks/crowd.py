"""An invented crowd abroad, written set-based: members of some schools with an application in force and one destination."""

from datetime import datetime, timedelta
from typing import Any

from django.db import connection

SCHOOLS = """
INSERT INTO members_school (name_ja, name_en, name_kana, state, phone, notify_addresses, is_demo)
SELECT '測定大学' || n, 'Bench University ' || n, 'そくてい', 'active', '', '{}', TRUE FROM generate_series(1, %(schools)s) n RETURNING id
"""
USERS = """
INSERT INTO members_user (password, is_superuser, is_staff, is_active, date_joined, email, name, language, is_demo)
SELECT '!', FALSE, FALSE, TRUE, %(at)s, 'crowd' || n || '@bench.example', '', CASE WHEN n %% 4 = 0 THEN 'en' ELSE 'ja' END, TRUE
FROM generate_series(1, %(people)s) n
"""
MEMBERS = """
INSERT INTO members_member (number, kind, family_name, given_name, family_kana, given_kana, family_roman, given_roman, birth_date, sex,
    student_number, department, grade, postal_code, address, mobile, nationality, blood_type, allergies, illnesses, medication, has_placeholders,
    registered_at, is_demo, user_id, school_id)
SELECT 'B' || u.id, 'student', '測定', '太郎', 'そくてい', 'たろう', 'SOKUTEI', 'TARO', '2004-04-01', '', '', '', '', '100-0000', 'x', '+81', 'JP',
    '', '', '', '', FALSE, %(at)s, TRUE, u.id,
    (%(school_ids)s::bigint[])[CASE WHEN u.id %% 10 < %(tenths)s THEN 1 ELSE 1 + u.id / 10 %% %(schools)s END]
FROM members_user u WHERE u.email LIKE 'crowd%%@bench.example'
"""
APPLICATIONS = """
INSERT INTO applications_application (number, service, payer, state, purpose, host, first_day, last_day, tabireg_wanted, key, submitted_at, is_demo,
    member_id, refusal)
SELECT 'B' || m.id, 'ossma', 'school', 'in_force', 'study', '', %(first)s, %(last)s, FALSE, gen_random_uuid(), %(at)s, TRUE, m.id, ''
FROM members_member m WHERE m.number LIKE 'B%%'
"""
DESTINATIONS = """
INSERT INTO applications_destination (position, city, zone, latitude, longitude, application_id, country_id)
SELECT 1, c.name_ja, c.zone, c.latitude, c.longitude, a.id, c.country_id
FROM applications_application a
JOIN (SELECT *, row_number() OVER (ORDER BY id) - 1 AS place, count(*) OVER () AS places FROM core_city) c ON a.id %% c.places = c.place
WHERE a.number LIKE 'B%%'
"""


def make_crowd(people: int, *, at: datetime, schools: int = 10, tenths: int = 0) -> None:
    """Write the crowd into an otherwise empty database. So many tenths of it belong to the first school, the others to all alike."""
    values: dict[str, Any] = {"people": people, "schools": schools, "tenths": tenths, "at": at}
    values |= {"first": at.date() - timedelta(days=30), "last": at.date() + timedelta(days=30)}
    with connection.cursor() as cursor:
        cursor.execute(SCHOOLS, values)
        values["school_ids"] = [row[0] for row in cursor.fetchall()]
        for statement in (USERS, MEMBERS, APPLICATIONS, DESTINATIONS):
            cursor.execute(statement, values)
        cursor.execute("ANALYZE")
