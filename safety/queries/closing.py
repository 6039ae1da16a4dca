"""The figures of a check at its end, counted once from the rows themselves (safety.md S3, "Closing a check writes its report")."""

from collections import Counter
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Count

from safety.ladder import OFFICE_ASLEEP_ROUND, OFFICE_ROUND
from safety.models import Delivery, Omission, Round, SafetyCase, SafetyCheck
from safety.states import CaseState, Standing

SHARES = (50, 90, 100)
OPEN_CASES_LISTED = 200
FIGURES = (*Standing.values, "opened", "late", "bounced")
_COUNTS = ", ".join([
    *(f"count(*) FILTER (WHERE standing = '{standing}')" for standing in Standing.values),
    "count(opened_at)", "count(*) FILTER (WHERE late)", "count(bounced_at)",
])  # fmt: skip
# GROUPING tells what a row counts by: 3 everybody, 1 a school, 2 a country.
PEOPLE = f"""
SELECT GROUPING(school_id, country_id), school_id, country_id, {_COUNTS}
FROM safety_recipient WHERE check_id = %(check)s GROUP BY GROUPING SETS ((), (school_id), (country_id))
"""  # noqa: S608 - names from this file only
EVERYBODY, A_SCHOOL, A_COUNTRY = 3, 1, 2
# When so many of a hundred had answered for the first time. Who never did comes last and has no time: min() passes over them.
_REACHED = ", ".join(f"min(first) FILTER (WHERE place * 100 >= asked * {share})" for share in SHARES)
REACHED = f"""
SELECT {{key}}, {_REACHED} FROM (
    SELECT school_id, first_answered_at AS first,
        row_number() OVER ({{window}} ORDER BY first_answered_at) AS place, count(*) OVER ({{window}}) AS asked
    FROM safety_recipient WHERE check_id = %(check)s
) r GROUP BY 1
"""  # noqa: S608 - names from this file only
ANSWERS = """
SELECT width_bucket(first_answered_at, %(starts)s), count(*) FROM safety_recipient
WHERE check_id = %(check)s AND first_answered_at IS NOT NULL GROUP BY 1
"""


def _rows(sql: str, check: SafetyCheck, **values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, {"check": check.pk, **values})
        return cursor.fetchall()


def _seconds(check: SafetyCheck, moments: tuple[datetime | None, ...]) -> dict[str, int | None]:
    """Seconds from the sending to each of SHARES; nothing where it never came to that."""
    since = check.sent_at or check.created_at
    return {str(share): int((at - since).total_seconds()) if at else None for share, at in zip(SHARES, moments, strict=True)}


def closing_figures(check: SafetyCheck) -> dict[str, Any]:
    """All that the report keeps. For the action that ends the check and stands behind the wall itself."""
    parts: dict[str, dict[str, Any]] = {}
    places = []
    for by, school, country, *counts in _rows(PEOPLE, check):
        figures = dict(zip(FIGURES, counts, strict=True))
        if by == A_COUNTRY:
            places.append([country, *counts[: len(Standing)]])
        else:
            parts["" if by == EVERYBODY else str(school)] = figures
    for _all, *moments in _rows(REACHED.format(key="''", window=""), check):
        parts[""]["reached"] = _seconds(check, tuple(moments))
    # Of a school's own check all and its part are the same.
    for school, *moments in _rows(REACHED.format(key="school_id", window="PARTITION BY school_id"), check) if check.school_id is None else []:
        parts[str(school)]["reached"] = _seconds(check, tuple(moments))
    return {
        "all": parts.pop("", {}),
        "schools": parts if check.school_id is None else {},
        "places": sorted(places, key=lambda row: (-row[1], -row[4], row[0] or "")),
        "rounds": _rounds(check),
        "left_out": dict(Omission.objects.filter(check_row=check).order_by().values_list("reason").annotate(n=Count("*"))),
        "open_cases": _open_cases(check),
    }


def _rounds(check: SafetyCheck) -> list[dict[str, Any]]:
    """What each round sent by each channel, and how many answered first between it and the next."""
    sent = Round.objects.filter(check_row=check).exclude(queued_at=None).exclude(number__in=[OFFICE_ROUND, OFFICE_ASLEEP_ROUND])
    rounds = [(row.number, row.queued_at) for row in sent.order_by("queued_at", "number") if row.queued_at]
    if not rounds:
        return []
    answers = dict(_rows(ANSWERS, check, starts=[at for _number, at in rounds]))
    messages = _messages(check)
    return [
        {
            "number": number,
            "at": at.isoformat(),
            # Whoever answered before the first message arrived (by the app, say) answered the first.
            "answers": answers.get(place, 0) + (answers.get(0, 0) if place == 1 else 0),
            "channels": {channel: dict(counts) for channel, counts in messages.get(number, {}).items()},
        }
        for place, (number, at) in enumerate(rounds, start=1)
    ]


def _messages(check: SafetyCheck) -> dict[int, dict[str, Counter[str]]]:
    """By round and channel what became of the messages."""
    rows = Delivery.objects.filter(check_row=check).order_by().values_list("round_number", "channel", "state")
    found: dict[int, dict[str, Counter[str]]] = {}
    for number, channel, state, n, bounced in rows.annotate(n=Count("*"), bounced=Count("bounced_at")):
        found.setdefault(number, {}).setdefault(channel, Counter()).update({state: n, "bounced": bounced})
    return found


def _open_cases(check: SafetyCheck) -> list[list[Any]]:
    """The cases that outlive the check: number, school, cause and state, the longest waiting first."""
    rows = SafetyCase.objects.filter(recipient__check_row=check).exclude(state=CaseState.RESOLVED).order_by("opened_at")
    return [list(row) for row in rows.values_list("pk", "school_id", "cause", "state")[:OPEN_CASES_LISTED]]
