"""Figures as a viewer may see them, in time that does not grow with the number of recipients: tallies plus the changes not folded in yet."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import connection
from django.db.models import Count, DateTimeField, F, Func, IntegerField, Q, Value

from ossma.core.viewer import Face, Viewer
from safety.models import Recipient
from safety.queries.walls import behind_wall
from safety.states import Standing

FIGURES = (*Standing.values, "opened", "late")


@dataclass(frozen=True, slots=True)
class Tally:
    """How many stand where."""

    help: int = 0
    not_there: int = 0
    ok: int = 0
    silent: int = 0

    @property
    def total(self) -> int:
        """Everybody who was asked."""
        return self.help + self.not_there + self.ok + self.silent

    @property
    def answered(self) -> int:
        """Everybody of whom we know something."""
        return self.total - self.silent

    @property
    def worst(self) -> str:
        """The mark that stands for all of them on a map: help first, then silence."""
        if self.help:
            return "help"
        if self.silent:
            return "silent"
        return "not_there" if self.not_there else "safe"

    def of(self, standing: str) -> int:
        """The figure of one standing; everybody for an empty one."""
        return getattr(self, standing) if standing else self.total


@dataclass(frozen=True, slots=True)
class Counted:
    """One line of figures: the tally of everybody with this key; of them so many opened the question, so many were late."""

    key: Any
    tally: Tally
    opened: int
    late: int


_NAMES = ", ".join(FIGURES)
_SUMS = ", ".join(f"sum({name})::int AS {name}" for name in FIGURES)
_TOTAL = " + ".join(Standing.values)
# What a row adds to each of FIGURES.
_MARKS = ", ".join([*(f"(standing = '{name}')::int" for name in Standing.values), "(opened_at IS NOT NULL)::int", "late::int"])
# Of a school figures are kept by place if it has a crowd; else its rows are few.
_KEPT = "EXISTS (SELECT FROM safety_schooltally WHERE check_id = %(check)s AND school_id = %(school)s AND by_place)"
OF_ALL = f"""
SELECT {{key}}, {_SUMS} FROM (
    SELECT check_id, country_id, zone, {_NAMES} FROM safety_placetally WHERE check_id = ANY(%(checks)s) AND school_id IS NULL
    UNION ALL SELECT check_id, country_id, zone, {_NAMES} FROM safety_shift WHERE check_id = ANY(%(checks)s)
) figures GROUP BY 1 HAVING sum({_TOTAL}) > 0
"""  # noqa: S608 - names from this file only
OF_SCHOOL = f"""
SELECT check_id, {_SUMS} FROM (
    SELECT check_id, {_NAMES} FROM safety_schooltally WHERE check_id = ANY(%(checks)s) AND school_id = %(school)s
    UNION ALL SELECT check_id, {_NAMES} FROM safety_shift WHERE check_id = ANY(%(checks)s) AND school_id = %(school)s
) figures GROUP BY 1 HAVING sum({_TOTAL}) > 0
"""  # noqa: S608 - names from this file only
OF_SCHOOL_BY_PLACE = f"""
SELECT {{key}}, {_SUMS} FROM (
    SELECT country_id, zone, {_NAMES} FROM safety_placetally WHERE check_id = %(check)s AND school_id = %(school)s
    UNION ALL SELECT country_id, zone, {_NAMES} FROM safety_shift WHERE check_id = %(check)s AND school_id = %(school)s AND {_KEPT}
    UNION ALL SELECT country_id, zone, {_MARKS} FROM safety_recipient WHERE check_id = %(check)s AND school_id = %(school)s AND NOT {_KEPT}
) figures GROUP BY 1 HAVING sum({_TOTAL}) > 0
"""  # noqa: S608 - names from this file only
BY_SCHOOL = f"""
SELECT school_id, name_ja, name_en, {_NAMES} FROM (
    SELECT school_id, {_SUMS} FROM (
        SELECT school_id, {_NAMES} FROM safety_schooltally WHERE check_id = %(check)s
        UNION ALL SELECT school_id, {_NAMES} FROM safety_shift WHERE check_id = %(check)s
    ) added GROUP BY school_id
) figures JOIN members_school s ON s.id = school_id WHERE {_TOTAL} > 0
ORDER BY help DESC, silent DESC, name_ja LIMIT %(most)s
"""  # noqa: S608 - names from this file only
PACE = f"""
SELECT width_bucket(minute, %(ends)s), sum(answered)::int FROM (
    SELECT minute, answered FROM safety_pace WHERE check_id = %(check)s AND school_id IS NULL
    UNION ALL SELECT minute, {_TOTAL} FROM safety_shift WHERE check_id = %(check)s AND minute IS NOT NULL
) answers GROUP BY 1
"""  # noqa: S608 - names from this file only
PACE_OF_SCHOOL = f"""
SELECT width_bucket(minute, %(ends)s), sum(answered)::int FROM (
    SELECT minute, answered FROM safety_pace WHERE check_id = %(check)s AND school_id = %(school)s
    UNION ALL SELECT minute, {_TOTAL} FROM safety_shift WHERE check_id = %(check)s AND school_id = %(school)s AND minute IS NOT NULL AND {_KEPT}
    UNION ALL SELECT date_trunc('minute', first_answered_at), 1 FROM safety_recipient
    WHERE check_id = %(check)s AND school_id = %(school)s AND first_answered_at IS NOT NULL AND NOT {_KEPT}
) answers GROUP BY 1
"""  # noqa: S608 - names from this file only
FIELDS = {"country_id": "country", "zone": "zone"}


def _rows(sql: str, values: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall()


def _is_kept_for(viewer: Viewer) -> bool:
    """Tallies are kept for the office and for schools; the groups a supporter follows are counted."""
    return viewer.face in {Face.OFFICE, Face.SYSTEM, Face.SCHOOL}


def _expressions() -> dict[str, Count]:
    marks = {standing.value: Count("pk", filter=Q(standing=standing)) for standing in Standing}
    return marks | {"opened": Count("opened_at"), "late": Count("pk", filter=Q(late=True))}


def _counted(rows: Iterable[Any]) -> list[Counted]:
    return [Counted(row[0], Tally(*row[1:5]), row[5], row[6]) for row in rows]


def counted(viewer: Viewer, check_ids: list[int]) -> list[Counted]:
    """The figures of several checks, each by its number; only checks with somebody whom this viewer may see. One query."""
    if viewer.is_school:
        return _counted(_rows(OF_SCHOOL, {"checks": check_ids, "school": viewer.school_id}))
    if _is_kept_for(viewer):
        return _counted(_rows(OF_ALL.format(key="check_id"), {"checks": check_ids}))
    rows = behind_wall(viewer, Recipient.objects.filter(check_row__in=check_ids)).order_by()
    return _counted(rows.values_list("check_row").annotate(**_expressions()))


def counted_by(viewer: Viewer, key: str, check_id: int) -> list[Counted]:
    """The figures of a check by one of FIELDS; only keys somebody has. One query."""
    if viewer.is_school:
        return _counted(_rows(OF_SCHOOL_BY_PLACE.format(key=key), {"check": check_id, "school": viewer.school_id}))
    if _is_kept_for(viewer):
        return _counted(_rows(OF_ALL.format(key=key), {"checks": [check_id]}))
    rows = behind_wall(viewer, Recipient.objects.filter(check_row=check_id)).order_by()
    return _counted(rows.values_list(FIELDS[key]).annotate(**_expressions()))


def counted_by_school(check_id: int, most: int) -> list[tuple[int, str, str, Tally]]:
    """The schools that need somebody most: key, Japanese name, English name, figures. For those who see all schools. One query."""
    return [(row[0], row[1], row[2], Tally(*row[3:7])) for row in _rows(BY_SCHOOL, {"check": check_id, "most": most})]


def first_answers(viewer: Viewer, check_id: int, ends: list[datetime]) -> dict[int, int]:
    """How many answered first before the first of `ends` (0), before the second (1) and so on. Kept by whole minutes. One query."""
    if _is_kept_for(viewer):
        statement = PACE_OF_SCHOOL if viewer.is_school else PACE
        return dict(_rows(statement, {"check": check_id, "school": viewer.school_id, "ends": ends}))
    bounds = Value(ends, output_field=ArrayField(DateTimeField()))
    step = Func(F("first_answered_at"), bounds, function="width_bucket", output_field=IntegerField())
    rows = behind_wall(viewer, Recipient.objects.filter(check_row=check_id).exclude(first_answered_at=None)).order_by()
    return dict(rows.annotate(step=step).values_list("step").annotate(n=Count("*")))
