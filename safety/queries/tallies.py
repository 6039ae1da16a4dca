"""Figures as a viewer may see them, in time that does not grow with the number of recipients: tallies plus the changes not folded in yet."""

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
# {kept} and {fresh}: how the tally and the changes are narrowed to a school.
BY_PLACE = f"""
SELECT {{key}}, {_SUMS} FROM (
    SELECT check_id, country_id, zone, {_NAMES} FROM safety_placetally WHERE check_id = ANY(%(checks)s) AND {{kept}}
    UNION ALL SELECT check_id, country_id, zone, {_NAMES} FROM safety_shift WHERE check_id = ANY(%(checks)s) AND {{fresh}}
) figures GROUP BY 1 HAVING sum({" + ".join(Standing.values)}) > 0
"""  # noqa: S608 - names from this file only
BY_SCHOOL = f"""
SELECT school_id, name_ja, name_en, {_NAMES} FROM (
    SELECT school_id, {_SUMS} FROM (
        SELECT school_id, {_NAMES} FROM safety_schooltally WHERE check_id = %(check)s
        UNION ALL SELECT school_id, {_NAMES} FROM safety_shift WHERE check_id = %(check)s
    ) added GROUP BY school_id
) figures JOIN members_school s ON s.id = school_id WHERE {" + ".join(Standing.values)} > 0
ORDER BY help DESC, silent DESC, name_ja LIMIT %(most)s
"""  # noqa: S608 - names from this file only
PACE = f"""
SELECT width_bucket(minute, %(ends)s), sum(answered)::int FROM (
    SELECT minute, answered FROM safety_pace WHERE check_id = %(check)s AND {{kept}}
    UNION ALL SELECT minute, {" + ".join(Standing.values)} FROM safety_shift WHERE check_id = %(check)s AND minute IS NOT NULL AND {{fresh}}
) answers GROUP BY 1
"""  # noqa: S608 - names from this file only
FIELDS = {"check_id": "check_row", "country_id": "country", "zone": "zone"}


def _rows(sql: str, values: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall()


def _narrowed(sql: str, viewer: Viewer, **key: str) -> str:
    if viewer.is_school:
        return sql.format(kept="school_id = %(school)s", fresh="school_id = %(school)s", **key)
    return sql.format(kept="school_id IS NULL", fresh="TRUE", **key)


def _is_kept_for(viewer: Viewer) -> bool:
    """Tallies are kept for the office and for schools; the groups a supporter follows are counted."""
    return viewer.face in {Face.OFFICE, Face.SYSTEM, Face.SCHOOL}


def _expressions() -> dict[str, Count]:
    marks = {standing.value: Count("pk", filter=Q(standing=standing)) for standing in Standing}
    return marks | {"opened": Count("opened_at"), "late": Count("pk", filter=Q(late=True))}


def counted_by(viewer: Viewer, key: str, check_ids: list[int]) -> list[Counted]:
    """The figures by one of FIELDS (check_id, country_id, zone), of these checks together; only keys somebody has. One query."""
    found: Any
    if _is_kept_for(viewer):
        found = _rows(_narrowed(BY_PLACE, viewer, key=key), {"checks": check_ids, "school": viewer.school_id})
    else:
        rows = behind_wall(viewer, Recipient.objects.filter(check_row__in=check_ids)).order_by()
        found = rows.values_list(FIELDS[key]).annotate(**_expressions())
    return [Counted(row[0], Tally(*row[1:5]), row[5], row[6]) for row in found]


def counted_by_school(check_id: int, most: int) -> list[tuple[int, str, str, Tally]]:
    """The schools that need somebody most: key, Japanese name, English name, figures. For those who see all schools. One query."""
    return [(row[0], row[1], row[2], Tally(*row[3:7])) for row in _rows(BY_SCHOOL, {"check": check_id, "most": most})]


def first_answers(viewer: Viewer, check_id: int, ends: list[datetime]) -> dict[int, int]:
    """How many answered first before the first of `ends` (0), before the second (1) and so on. Kept by whole minutes. One query."""
    if _is_kept_for(viewer):
        return dict(_rows(_narrowed(PACE, viewer), {"check": check_id, "school": viewer.school_id, "ends": ends}))
    bounds = Value(ends, output_field=ArrayField(DateTimeField()))
    step = Func(F("first_answered_at"), bounds, function="width_bucket", output_field=IntegerField())
    rows = behind_wall(viewer, Recipient.objects.filter(check_row=check_id).exclude(first_answered_at=None)).order_by()
    return dict(rows.annotate(step=step).values_list("step").annotate(n=Count("*")))
