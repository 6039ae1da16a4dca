"""Who is abroad where: the one answer that safety checks, Today and the map build on.

Set-based on purpose: the statements stand inside an INSERT ... SELECT over a million members. `abroad` gives at most one row per member:

member_id, school_id, application_id, service, member_kind
country_id            ministry code of the place (core_country.mofa_cd)
city                  the Japanese name where core_city knows the city, else as typed
zone                  IANA name
latitude, longitude   NULL where the city is not known
reason                own_report | itinerary | destination
reason_id             the row of applications_stay or applications_destination that says so

The stay that holds `at` decides (an own report before the itinerary, then the one that began last; a journey in the air: where it leads), else where
the last journey of this application ended, unless something planned after it is over too; else where the next begins, else the first destination.
Whoever by this is in Japan (not departed, or back) is not abroad. Beside this one place others count for audiences (`also_counted`): the place on
record while an own report holds, and the place of departure while a journey lasts.
Somebody is abroad while an application that is alive (paid or not: safety.md S1) runs: from its first day by the clock of its first destination
through its last by that of its last one, or of the stay that holds.
`arriving_within` gives the same columns and `arrives_at` for places ahead: at most one row per member and country.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from applications.queries.presence_sql import ABROAD, ALSO, ARRIVALS, ARRIVING, BACK, MEMBERS_OF, RUNNING
from ossma.core import zones
from ossma.core.duties import Duty
from ossma.core.viewer import Viewer

Statement = tuple[str, dict[str, Any]]

# A day more on either side than any zone needs, so that the index on the days works before the exact clock is asked.
MARGIN = timedelta(days=1)
NOBODY_AT_ALL = "SELECT NULL::bigint WHERE false"
ASKED = "= ANY(%(presence_asked)s)"


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """Where one member is believed to be, and why (the columns above)."""

    member_id: int
    school_id: int
    application_id: int
    service: str
    member_kind: str
    country_id: str
    city: str
    zone: str
    latitude: float | None
    longitude: float | None
    reason: str
    reason_id: int


def abroad(viewer: Viewer, at: datetime) -> Statement:
    """Everybody abroad at `at` whom this viewer may know of, as SQL and its named parameters (all begin with `presence_` or `zones_`).

    Compose: `INSERT INTO … SELECT … FROM ({sql}) p WHERE p.country_id = ANY(%(countries)s)` with `params | {"countries": […]}`.
    """
    return _walled(ABROAD, viewer), _abroad_params(viewer, at)


def also_counted(viewer: Viewer, at: datetime) -> Statement:
    """The further places that count for audiences, in the columns of `abroad`: none or a few rows per member."""
    return _walled(ALSO, viewer), _abroad_params(viewer, at)


def reported_back(viewer: Viewer, at: datetime) -> Statement:
    """Where those are on record who say that they are back in Japan, in the columns of `abroad`: they count nowhere, and whoever asks is told."""
    return _walled(BACK, viewer), _abroad_params(viewer, at)


def places_now(viewer: Viewer, at: datetime) -> Statement:
    """All places that count now, `abroad` and `also_counted` together: a member may be in several rows, and twice in one country."""
    return f"SELECT * FROM ({_walled(ABROAD, viewer)}) first UNION ALL SELECT * FROM ({_walled(ALSO, viewer)}) further", _abroad_params(viewer, at)  # noqa: S608


def further_places(viewer: Viewer, member_id: int, at: datetime) -> list[Whereabouts]:
    """What counts for one member beside `where_is`."""
    with connection.cursor() as cursor:
        cursor.execute(_walled(ALSO, viewer, also=ASKED), _abroad_params(viewer, at) | {"presence_asked": [member_id]})
        return [Whereabouts(*row) for row in cursor.fetchall()]


def arriving_within(viewer: Viewer, at: datetime, days: int) -> Statement:
    """Who travels to a place within `days` days from `at`, by itinerary or by the destination of an application that begins.

    Further stops of a journey that runs or begins count as well: nobody knows their day, so it may be any (`arrives_at` is then the first day).
    """
    return _walled(ARRIVING, viewer), _arriving_params(viewer, at, days)


def arrivals_within(viewer: Viewer, at: datetime, days: int) -> Statement:
    """The same before it is narrowed down to one row per member and country: for whoever asks about cities and distances."""
    return _walled(ARRIVALS, viewer), _arriving_params(viewer, at, days)


def where_is(viewer: Viewer, member_id: int, at: datetime) -> Whereabouts | None:
    """Where one member is at `at`; None while they are not abroad or not this viewer's to see."""
    return whereabouts(viewer, [member_id], at).get(member_id)


def running_application(viewer: Viewer, member_id: int, at: datetime) -> int | None:
    """The application by which one member may be abroad at `at`, wherever the record has them; None where none runs."""
    params = _abroad_params(viewer, at) | {"presence_asked": [member_id]}
    with connection.cursor() as cursor:
        cursor.execute(_walled(RUNNING, viewer, also=ASKED), params)
        row = cursor.fetchone()
    return row[2] if row else None


def whereabouts(viewer: Viewer, member_ids: list[int], at: datetime) -> dict[int, Whereabouts]:
    """Where these members are at `at`, by member id; for lists of a page's length."""
    params = _abroad_params(viewer, at) | {"presence_asked": member_ids}
    with connection.cursor() as cursor:
        cursor.execute(_walled(ABROAD, viewer, also=ASKED), params)
        return {row[0]: Whereabouts(*row) for row in cursor.fetchall()}


def count_by_country(viewer: Viewer, at: datetime) -> list[tuple[str, int]]:
    """How many of the viewer's members are in each country at `at`: (ministry code, count), most first."""
    sql, params = abroad(viewer, at)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT p.country_id, count(*) FROM ({sql}) p GROUP BY 1 ORDER BY 2 DESC, 1", params)  # noqa: S608
        return cursor.fetchall()


def _abroad_params(viewer: Viewer, at: datetime) -> dict[str, Any]:
    day = at.date()
    return {**_wall(viewer), **zones.days_at(at), "presence_at": at, "presence_earliest": day - MARGIN, "presence_latest": day + MARGIN}


def _arriving_params(viewer: Viewer, at: datetime, days: int) -> dict[str, Any]:
    return {
        **_wall(viewer),
        **zones.days_at(at),
        **zones.offsets_around(at, days),
        "presence_at": at,
        "presence_until": at + timedelta(days=days),
        "presence_days": days,
        "presence_earliest": at.date() - MARGIN,
        "presence_latest": at.date() + timedelta(days=days) + MARGIN,
    }


def _walled(sql: str, viewer: Viewer, *, also: str = "") -> str:
    """The statement for this viewer's members only: the wall stands inside it, where it narrows the work too."""
    conditions = [also] if also else []
    if not viewer.may(Duty.FIND_MEMBER):
        conditions.append(f"IN ({MEMBERS_OF.get(viewer.face, NOBODY_AT_ALL)})")
    of_stay, of_application = (" AND ".join(f"{column} {one}" for one in conditions) or "TRUE" for column in ("h.member_id", "a.member_id"))
    return sql.format(of_stay=of_stay, of_application=of_application)


def _wall(viewer: Viewer) -> dict[str, Any]:
    return {"presence_school": viewer.school_id, "presence_groups": list(viewer.group_ids), "presence_member": viewer.member_id}
