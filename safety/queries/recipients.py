"""Who would be asked, who is left out and why (safety.md S1): the same statement feeds the preview and the freezing."""

from dataclasses import dataclass, field
from datetime import datetime

from django.db import connection

from applications.queries.presence import Statement
from members.models import Member, School
from notices.audience import Audience, asker
from notices.audience_sql import members_sql
from ossma.core.models import Country
from ossma.core.viewer import Viewer
from safety.states import CheckKind, LeftOut

# The list of people left out is for looking at, not for export: beyond this many only the numbers are told.
LONGEST_LIST = 200

# Paid or not never keeps anybody out of an ad hoc check. Whoever still owes an answer about the same incident is not asked twice.
CANDIDATES = """
SELECT m.*, CASE
    WHEN m.withdrawn THEN 'withdrawn'
    WHEN m.address = '' THEN 'no_address'
    WHEN m.unpaid AND %(paid_only)s THEN 'not_paid'
    WHEN %(incident)s::bigint IS NOT NULL AND EXISTS (
        SELECT 1 FROM safety_recipient r JOIN safety_safetycheck c ON c.id = r.check_id
        WHERE c.incident_id = %(incident)s AND c.state = 'open' AND r.member_id = m.member_id AND r.standing = 'silent'
    ) THEN 'already_asked'
    ELSE '' END AS left_out
FROM ({members}) m
"""

# GROUPING tells which of the two columns a row does not count by: 3 the totals, 1 by country, 2 by school.
COUNTS = """
WITH c AS ({candidates})
SELECT GROUPING(country_id, school_id), left_out, country_id, school_id, count(*)
FROM c GROUP BY GROUPING SETS ((left_out), (left_out, country_id), (left_out, school_id))
HAVING GROUPING(country_id, school_id) = 3 OR left_out = ''
ORDER BY count(*) DESC
"""
TOTAL, BY_COUNTRY, BY_SCHOOL = 3, 1, 2

LEFT_OUT = "WITH c AS ({candidates}) SELECT member_id, left_out FROM c WHERE left_out <> '' ORDER BY left_out, member_id LIMIT %(longest)s"


def candidates_sql(asking: Viewer, audience: Audience, *, kind: str, incident_id: int | None, at: datetime) -> Statement:
    """The columns of `members_sql` and `left_out`: empty for those who are asked, else a value of LeftOut."""
    members, parameters = members_sql(asking, audience, at=at)
    return CANDIDATES.format(members=members), {**parameters, "paid_only": kind != CheckKind.AD_HOC, "incident": incident_id}


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a breakdown: a country (ministry code) or a school, and how many are asked there. No key: place not known."""

    key: str
    label: str
    count: int


@dataclass(frozen=True, slots=True)
class LeftOutMember:
    """Somebody whom the audience means and who is not asked."""

    member_id: int
    name: str
    school: str
    reason: LeftOut


@dataclass(frozen=True, slots=True)
class Preview:
    """What sending now would do. `left_out` holds at most 200 people, `left_out_counts` all of them by reason."""

    count: int = 0
    by_country: list[Line] = field(default_factory=list)
    by_school: list[Line] = field(default_factory=list)
    left_out: list[LeftOutMember] = field(default_factory=list)
    left_out_counts: dict[LeftOut, int] = field(default_factory=dict)


def preview(viewer: Viewer, *, audience: Audience, kind: str, at: datetime, incident_id: int | None = None, school_id: int | None = None) -> Preview:
    """The number, its breakdown, and who is left out. A school asks behind its own wall; the office may look through a school's (`school_id`)."""
    asking = asker(viewer, school_id=school_id)
    candidates, parameters = candidates_sql(asking, audience, kind=kind, incident_id=incident_id, at=at)
    with connection.cursor() as cursor:
        cursor.execute(COUNTS.format(candidates=candidates), parameters)
        rows = cursor.fetchall()
        cursor.execute(LEFT_OUT.format(candidates=candidates), {**parameters, "longest": LONGEST_LIST})
        people = cursor.fetchall()
    totals = {left_out: n for grouping, left_out, _country, _school, n in rows if grouping == TOTAL}
    return Preview(
        count=totals.get("", 0),
        by_country=_by_country({country: n for grouping, _left, country, _school, n in rows if grouping == BY_COUNTRY}),
        by_school=_by_school({school: n for grouping, _left, _country, school, n in rows if grouping == BY_SCHOOL}),
        left_out=_people(people),
        left_out_counts={reason: totals[reason] for reason in LeftOut if reason in totals},
    )


def _by_country(counts: dict[str | None, int]) -> list[Line]:
    names = {country.pk: country.label for country in Country.objects.filter(pk__in=counts)}
    return [Line(key or "", names.get(key or "", ""), n) for key, n in counts.items()]


def _by_school(counts: dict[int, int]) -> list[Line]:
    names = {school.pk: school.name for school in School.objects.filter(pk__in=counts)}
    return [Line(str(key), names[key], n) for key, n in counts.items()]


def _people(rows: list[tuple[int, str]]) -> list[LeftOutMember]:
    members = Member.objects.select_related("school").in_bulk([member_id for member_id, _reason in rows])
    return [LeftOutMember(pk, members[pk].name, members[pk].school.name, LeftOut(reason)) for pk, reason in rows]
