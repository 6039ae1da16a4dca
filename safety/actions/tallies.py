"""Keeping the figures: changes noted by the database are folded into the tallies, compared with the rows, and counted anew if need be."""

from datetime import datetime
from typing import Any

from django.db import connection, transaction

from ossma.core import audit
from ossma.core.viewer import Viewer
from safety.models import SafetyCheck
from safety.states import SummaryKind

FIGURES = ("help", "not_there", "ok", "silent", "opened", "late")
# Rows folded at a time: a second's work at most, and what a reader adds up meanwhile stays small.
FOLDED = 20_000
# One folds at a time, and nobody while a check is counted anew.
LOCK = "SELECT pg_advisory_xact_lock(hashtext('safety.tallies'))"
TRY_LOCK = "SELECT pg_try_advisory_xact_lock(hashtext('safety.tallies'))"

_NAMES = ", ".join(FIGURES)
_SUMS = ", ".join(f"sum({name}) AS {name}" for name in FIGURES)


def _added(table: str) -> str:
    return ", ".join(f"{name} = {table}.{name} + excluded.{name}" for name in FIGURES)


# `cells` (figures by school, place and minute of the first answer) go into each tally. In the order of its key, so that nobody waits in a circle.
SPREAD = f"""
, places AS (
    INSERT INTO safety_placetally (check_id, school_id, country_id, zone, {_NAMES})
    SELECT check_id, school_id, country_id, zone, {_SUMS} FROM cells
    GROUP BY GROUPING SETS ((check_id, country_id, zone), (check_id, school_id, country_id, zone)) ORDER BY 1, 2, 3, 4
    ON CONFLICT (check_id, school_id, country_id, zone) DO UPDATE SET {_added("safety_placetally")}
), schools AS (
    INSERT INTO safety_schooltally (check_id, school_id, {_NAMES})
    SELECT check_id, school_id, {_SUMS} FROM cells GROUP BY 1, 2 ORDER BY 1, 2
    ON CONFLICT (check_id, school_id) DO UPDATE SET {_added("safety_schooltally")}
), pace AS (
    INSERT INTO safety_pace (check_id, school_id, minute, answered)
    SELECT check_id, school_id, minute, sum(help + not_there + ok + silent) FROM cells WHERE minute IS NOT NULL
    GROUP BY GROUPING SETS ((check_id, minute), (check_id, school_id, minute)) ORDER BY 1, 2, 3
    ON CONFLICT (check_id, school_id, minute) DO UPDATE SET answered = safety_pace.answered + excluded.answered
)
"""  # noqa: S608 - names from this file only
# Shifts of a check that was deleted are dropped.
FOLD = f"""
WITH gone AS (
    DELETE FROM safety_shift WHERE {{which}} RETURNING *
), cells AS MATERIALIZED (
    SELECT check_id, school_id, country_id, zone, minute, {_SUMS} FROM gone
    WHERE EXISTS (SELECT FROM safety_safetycheck c WHERE c.id = gone.check_id) GROUP BY 1, 2, 3, 4, 5
) {SPREAD} SELECT count(*) FROM gone
"""  # noqa: S608 - names from this file only
FOLD_OLDEST = FOLD.format(which="id IN (SELECT id FROM safety_shift ORDER BY id LIMIT %(most)s)")
FOLD_CHECK = FOLD.format(which="check_id = %(check)s")
# What each recipient adds; the same as the trigger "safety_recipients_came" writes (migration "figures").
CELLS = """
    SELECT check_id, school_id, country_id, zone, date_trunc('minute', first_answered_at) AS minute,
        count(*) FILTER (WHERE standing = 'help') AS help, count(*) FILTER (WHERE standing = 'not_there') AS not_there,
        count(*) FILTER (WHERE standing = 'ok') AS ok, count(*) FILTER (WHERE standing = 'silent') AS silent,
        count(opened_at) AS opened, count(*) FILTER (WHERE late) AS late
    FROM safety_recipient WHERE check_id = %(check)s GROUP BY 1, 2, 3, 4, 5
"""
# Rows and the shifts they have written are of one snapshot: what changes meanwhile leaves its shift for the next fold.
ANEW = f"""
WITH gone AS (DELETE FROM safety_shift WHERE check_id = %(check)s), cells AS MATERIALIZED ({CELLS}) {SPREAD} SELECT count(*) FROM cells
"""  # noqa: S608 - names from this file only
# Every figure as it is kept, beside the same figure counted: each row that stands on one side only is wrong.
COMPARED = f"""
WITH cells AS MATERIALIZED ({CELLS}), shifts AS MATERIALIZED (SELECT * FROM safety_shift WHERE check_id = %(check)s),
kept AS (
    SELECT school_id, country_id, zone, minute, {_SUMS} FROM (
        SELECT school_id, country_id, zone, NULL::timestamptz AS minute, {_NAMES} FROM safety_placetally WHERE check_id = %(check)s
        UNION ALL SELECT school_id, NULL, NULL, NULL, {_NAMES} FROM safety_schooltally WHERE check_id = %(check)s
        UNION ALL SELECT school_id, NULL, NULL, minute, answered, 0, 0, 0, 0, 0 FROM safety_pace WHERE check_id = %(check)s
        UNION ALL {{shifts}}
    ) k GROUP BY 1, 2, 3, 4 HAVING {" OR ".join(f"sum({name}) <> 0" for name in FIGURES)}
), counted AS ({{cells}})
SELECT count(*) FROM ((TABLE kept EXCEPT TABLE counted) UNION ALL (TABLE counted EXCEPT TABLE kept)) wrong
"""  # noqa: S608 - names from this file only


def _rollups(table: str) -> str:
    """Every kind of figure that is kept, from the finest: by place, by school, by minute; the last only where somebody answered."""
    return f"""
        SELECT school_id, country_id, zone, NULL::timestamptz AS minute, {_SUMS} FROM {table}
        GROUP BY GROUPING SETS ((country_id, zone), (school_id, country_id, zone))
        UNION ALL SELECT school_id, NULL, NULL, NULL, {_SUMS} FROM {table} GROUP BY school_id
        UNION ALL SELECT school_id, NULL, NULL, minute, sum(help + not_there + ok + silent), 0, 0, 0, 0, 0 FROM {table} WHERE minute IS NOT NULL
        GROUP BY GROUPING SETS ((minute), (school_id, minute))
    """  # noqa: S608 - names from this file only


COMPARE = COMPARED.format(shifts=_rollups("shifts"), cells=_rollups("cells"))
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


@transaction.atomic
def fold_shifts(*, actor: Viewer, at: datetime, check_id: int | None = None, most: int = FOLDED) -> int:
    """Fold the oldest changes into the tallies; returns how many. 0 also when somebody else is at it. Safe at any time and twice at once.

    With a check: all of its changes, by whoever has just frozen its audience. Before that commits, nobody else knows of them.
    """
    if check_id is not None:
        return _number(FOLD_CHECK, {"check": check_id})
    return _number(FOLD_OLDEST, {"most": most}) if _number(TRY_LOCK) else 0


@transaction.atomic
def count_anew(*, actor: Viewer, at: datetime, check_id: int) -> None:
    """Make the kept figures of a check from its rows. Answers may come in meanwhile."""
    # The freeze of an audience holds the check, too.
    SafetyCheck.objects.select_for_update(of=("self",)).get(pk=check_id)
    with connection.cursor() as cursor:
        cursor.execute(LOCK)
        for table in ("safety_placetally", "safety_schooltally", "safety_pace"):
            cursor.execute(f"DELETE FROM {table} WHERE check_id = %s", [check_id])  # noqa: S608 - names from this file only
        cursor.execute(ANEW, {"check": check_id})
    audit.record(actor=actor, at=at, action="safety.figures_counted_anew", subject=("check", check_id))


@transaction.atomic
def compare_figures(*, actor: Viewer, at: datetime, check_id: int) -> int:
    """Compare the kept figures of a check with its rows and repair them; returns how many were wrong, and notes when that was last so."""
    wrong = _number(COMPARE, {"check": check_id})
    if wrong:
        count_anew(actor=actor, at=at, check_id=check_id)
    found = {"wrong": wrong, "found_at": at.isoformat()} if wrong else {}
    with connection.cursor() as cursor:
        cursor.execute(NOTE, {"check": check_id, "what": SummaryKind.COMPARED, "at": at, "figures": connection.ops.adapt_json_value(found, None)})
    return wrong
