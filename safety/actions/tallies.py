"""Keeping the figures: changes noted by the database are folded into the tallies, compared with the rows, and counted anew if need be."""

from datetime import datetime
from typing import Any

from django.db import connection, transaction

from ossma.core import audit
from ossma.core.duties import inner_action
from ossma.core.viewer import Viewer
from safety import rules
from safety.models import SafetyCheck
from safety.states import SummaryKind

FIGURES = ("help", "not_there", "ok", "silent", "opened", "late")
# Rows folded at a time: a second's work at most, and what a reader adds up meanwhile stays small.
FOLDED = 20_000
# One folds at a time, and nobody while a check is counted anew.
LOCK = "SELECT pg_advisory_xact_lock(hashtext('safety.tallies'))"
# A pass over a crowd is summed in memory, for the length of this transaction.
ROOM = "SET LOCAL work_mem = '64MB'"
# Of schools with more recipients than this in a check, figures are kept by place and minute, too; for the others their rows are few enough to count.
LARGE = rules.CROWD
TRY_LOCK = "SELECT pg_try_advisory_xact_lock(hashtext('safety.tallies'))"

_NAMES = ", ".join(FIGURES)
_SUMS = ", ".join(f"sum({name}) AS {name}" for name in FIGURES)


def _added(table: str) -> str:
    return ", ".join(f"{name} = {table}.{name} + excluded.{name}" for name in FIGURES)


# By school; `schools` is what each adds. In the order of the key, as below: nobody waits in a circle.
PER_SCHOOL = f"""
per_school AS (
    INSERT INTO safety_schooltally (check_id, school_id, by_place, {_NAMES}) SELECT check_id, school_id, by_place, {_NAMES} FROM schools ORDER BY 1, 2
    ON CONFLICT (check_id, school_id) DO UPDATE SET {_added("safety_schooltally")}
)
"""  # noqa: S608 - names from this file only
# By place and by minute, of all together and of the schools that `cells` name: those with a crowd of their own.
PER_PLACE = f"""
per_place AS (
    INSERT INTO safety_placetally (check_id, school_id, country_id, zone, {_NAMES})
    SELECT check_id, school_id, country_id, zone, {_SUMS} FROM cells
    GROUP BY GROUPING SETS ((check_id, country_id, zone), (check_id, school_id, country_id, zone))
    HAVING GROUPING(school_id) = 1 OR school_id IS NOT NULL ORDER BY 1, 2, 3, 4
    ON CONFLICT (check_id, school_id, country_id, zone) DO UPDATE SET {_added("safety_placetally")}
), pace AS (
    INSERT INTO safety_pace (check_id, school_id, minute, answered)
    SELECT check_id, school_id, minute, sum(help + not_there + ok + silent) FROM cells WHERE minute IS NOT NULL
    GROUP BY GROUPING SETS ((check_id, minute), (check_id, school_id, minute))
    HAVING GROUPING(school_id) = 1 OR school_id IS NOT NULL ORDER BY 1, 2, 3
    ON CONFLICT (check_id, school_id, minute) DO UPDATE SET answered = safety_pace.answered + excluded.answered
)
"""  # noqa: S608 - names from this file only
CELLS = f"""
SELECT check_id, CASE WHEN by_place THEN school_id END AS school_id, country_id, zone, minute, {_SUMS} FROM shifts GROUP BY 1, 2, 3, 4, 5
"""  # noqa: S608 - names from this file only
# Shifts of a check that was deleted are dropped.
FOLD = f"""
WITH gone AS (
    DELETE FROM safety_shift WHERE id IN (SELECT id FROM safety_shift ORDER BY id LIMIT %(most)s) RETURNING *
), shifts AS MATERIALIZED (
    SELECT gone.*, coalesce(t.by_place, FALSE) AS by_place FROM gone JOIN safety_safetycheck c ON c.id = gone.check_id
    LEFT JOIN safety_schooltally t ON t.check_id = gone.check_id AND t.school_id = gone.school_id
), schools AS (SELECT check_id, school_id, by_place, {_SUMS} FROM shifts GROUP BY 1, 2, 3), {PER_SCHOOL},
cells AS MATERIALIZED ({CELLS}), {PER_PLACE} SELECT count(*) FROM gone
"""  # noqa: S608 - names from this file only
# What a recipient adds to each of FIGURES.
MARKS = """
    count(*) FILTER (WHERE r.standing = 'help') AS help, count(*) FILTER (WHERE r.standing = 'not_there') AS not_there,
    count(*) FILTER (WHERE r.standing = 'ok') AS ok, count(*) FILTER (WHERE r.standing = 'silent') AS silent,
    count(r.opened_at) AS opened, count(*) FILTER (WHERE r.late) AS late
"""
COUNTED = f"""
schools AS MATERIALIZED (
    SELECT check_id, school_id, count(*) > %(large)s AS by_place, {MARKS} FROM safety_recipient r WHERE check_id = %(check)s GROUP BY 1, 2
), cells AS MATERIALIZED (
    SELECT r.check_id, CASE WHEN r.school_id IN (SELECT school_id FROM {{flags}} WHERE check_id = %(check)s AND by_place) THEN r.school_id END
        AS school_id, country_id, zone, date_trunc('minute', first_answered_at) AS minute, {MARKS}
    FROM safety_recipient r WHERE r.check_id = %(check)s GROUP BY 1, 2, 3, 4, 5
)
"""  # noqa: S608 - names from this file only
# Rows and the shifts they have written are of one snapshot: what changes meanwhile leaves its shift for the next fold.
ANEW = f"""
WITH gone AS (DELETE FROM safety_shift WHERE check_id = %(check)s), {COUNTED.format(flags="schools")}, {PER_SCHOOL}, {PER_PLACE}
SELECT count(*) FROM cells
"""  # noqa: S608 - names from this file only


def _rollups(schools: str, cells: str) -> str:
    """Every kind of figure that is kept: by place, by school, by minute."""
    return f"""
        SELECT school_id, country_id, zone, NULL::timestamptz AS minute, {_SUMS} FROM {cells}
        GROUP BY GROUPING SETS ((country_id, zone), (school_id, country_id, zone)) HAVING GROUPING(school_id) = 1 OR school_id IS NOT NULL
        UNION ALL SELECT school_id, NULL, NULL, NULL, {_SUMS} FROM {schools} GROUP BY school_id
        UNION ALL SELECT school_id, NULL, NULL, minute, sum(help + not_there + ok + silent), 0, 0, 0, 0, 0 FROM {cells} WHERE minute IS NOT NULL
        GROUP BY GROUPING SETS ((minute), (school_id, minute)) HAVING GROUPING(school_id) = 1 OR school_id IS NOT NULL
    """  # noqa: S608 - names from this file only


# Every figure as it is kept, beside the same figure counted: each row that stands on one side only is wrong.
COMPARE = f"""
WITH {COUNTED.format(flags="safety_schooltally")}, shifts AS MATERIALIZED (
    SELECT f.*, coalesce(t.by_place, FALSE) AS by_place FROM safety_shift f LEFT JOIN safety_schooltally t USING (check_id, school_id)
    WHERE check_id = %(check)s
), changes AS ({CELLS}), kept AS (
    SELECT school_id, country_id, zone, minute, {_SUMS} FROM (
        SELECT school_id, country_id, zone, NULL::timestamptz AS minute, {_NAMES} FROM safety_placetally WHERE check_id = %(check)s
        UNION ALL SELECT school_id, NULL, NULL, NULL, {_NAMES} FROM safety_schooltally WHERE check_id = %(check)s
        UNION ALL SELECT school_id, NULL, NULL, minute, answered, 0, 0, 0, 0, 0 FROM safety_pace WHERE check_id = %(check)s
        UNION ALL {_rollups("shifts", "changes")}
    ) k GROUP BY 1, 2, 3, 4 HAVING {" OR ".join(f"sum({name}) <> 0" for name in FIGURES)}
), counted AS ({_rollups("schools", "cells")})
SELECT count(*) FROM ((TABLE kept EXCEPT TABLE counted) UNION ALL (TABLE counted EXCEPT TABLE kept)) wrong
"""  # noqa: S608 - names from this file only
NOTE = """
INSERT INTO safety_summary (check_id, school_id, what, taken_at, took_ms, figures)
VALUES (%(check)s, NULL, %(what)s, %(at)s, extract(epoch FROM clock_timestamp() - now()) * 1000, %(figures)s)
ON CONFLICT (check_id, school_id, what) DO UPDATE SET taken_at = excluded.taken_at, took_ms = excluded.took_ms,
    figures = CASE WHEN excluded.figures = '{}' THEN safety_summary.figures ELSE excluded.figures END
"""


def _number(sql: str, values: dict[str, Any] | None = None) -> int:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return int(cursor.fetchone()[0])


@inner_action
@transaction.atomic
def fold_shifts(*, actor: Viewer, at: datetime, most: int = FOLDED) -> int:
    """Fold the oldest changes into the tallies; returns how many. 0 also when somebody else is at it. Safe at any time and twice at once."""
    return _number(FOLD, {"most": most}) if _number(TRY_LOCK) else 0


@inner_action
@transaction.atomic
def count_anew(*, actor: Viewer, at: datetime, check_id: int) -> None:
    """Make the kept figures of a check from its rows: when its audience has been frozen, and when they went wrong. Answers may come in meanwhile."""
    # The freeze of an audience holds the check, too.
    SafetyCheck.objects.select_for_update(of=("self",)).get(pk=check_id)
    with connection.cursor() as cursor:
        cursor.execute(LOCK)
        cursor.execute(ROOM)
        for table in ("safety_placetally", "safety_schooltally", "safety_pace"):
            cursor.execute(f"DELETE FROM {table} WHERE check_id = %s", [check_id])  # noqa: S608 - names from this file only
        cursor.execute(ANEW, {"check": check_id, "large": LARGE})
    audit.record(actor=actor, at=at, action="safety.figures_counted", subject=("check", check_id))


@inner_action
@transaction.atomic
def compare_figures(*, actor: Viewer, at: datetime, check_id: int) -> int:
    """Compare the kept figures of a check with its rows and repair them; returns how many were wrong, and notes when that was last so."""
    wrong = _number(COMPARE, {"check": check_id, "large": LARGE})
    if wrong:
        count_anew(actor=actor, at=at, check_id=check_id)
    found = {"wrong": wrong, "found_at": at.isoformat()} if wrong else {}
    with connection.cursor() as cursor:
        cursor.execute(NOTE, {"check": check_id, "what": SummaryKind.COMPARED, "at": at, "figures": connection.ops.adapt_json_value(found, None)})
    return wrong
