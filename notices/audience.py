"""Who is meant: an audience as it is stored (JSON), and as one SQL statement over members and where they are now.

Used by safety checks and by notices. The dimensions are combined by "and"; within one dimension any value will do. Places are one dimension:
a country whose cities are named means those cities only. Named members come on top, wherever they are.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Any, TypeVar

from django.utils.translation import gettext as _

from applications.queries.presence import Statement, abroad
from ossma.core.refusals import NotFound, Refused
from ossma.core.viewer import SYSTEM, Face, Viewer

MOST_VALUES = 20_000
DIMENSIONS = ("everyone_abroad", "countries", "cities", "groups", "services", "kinds", "schools")


@dataclass(frozen=True, slots=True)
class Audience:
    """`countries`: ministry codes; `cities`: core_city ids; `groups`, `schools`, `named` (members): ids; `services`, `kinds`: codes."""

    everyone_abroad: bool = False
    countries: tuple[str, ...] = ()
    cities: tuple[int, ...] = ()
    groups: tuple[int, ...] = ()
    services: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    schools: tuple[int, ...] = ()
    named: tuple[int, ...] = ()

    @classmethod
    def from_json(cls, spec: Mapping[str, Any]) -> "Audience":
        """Read what was stored or posted. Raises Refused (field "audience") for anything that is not an audience."""
        unknown = set(spec) - {field.name for field in fields(cls)}
        if unknown:
            raise Refused(_("This audience cannot be read."), field="audience")
        values: dict[str, Any] = {"everyone_abroad": spec.get("everyone_abroad") is True}
        for name in ("countries", "services", "kinds"):
            values[name] = _values(spec.get(name), str)
        for name in ("cities", "groups", "schools", "named"):
            values[name] = _values(spec.get(name), int)
        return cls(**values)

    def to_json(self) -> dict[str, Any]:
        """What is stored: only what was chosen, in a fixed order."""
        return {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(self).items() if value}

    @property
    def asks_by_place(self) -> bool:
        """Whether anybody is meant beside those named."""
        return any(getattr(self, name) for name in DIMENSIONS)


T = TypeVar("T", int, str)


def _values(raw: Any, kind: type[T]) -> tuple[T, ...]:
    if raw is None:
        return ()
    if not isinstance(raw, list | tuple) or len(raw) > MOST_VALUES:
        raise Refused(_("This audience cannot be read."), field="audience")
    try:
        return tuple(sorted({kind(value) for value in raw}))
    except (TypeError, ValueError) as error:
        raise Refused(_("This audience cannot be read."), field="audience") from error


def asker(viewer: Viewer, *, school_id: int | None = None) -> Viewer:
    """Behind whose wall is asked: a school only behind its own, the office everywhere or (`school_id`) behind a school's. NotFound for others."""
    if viewer.face is Face.SCHOOL and viewer.school_id is not None:
        return Viewer(face=Face.SCHOOL, school_id=viewer.school_id)
    if viewer.face in {Face.OFFICE, Face.SYSTEM}:
        return SYSTEM if school_id is None else Viewer(face=Face.SCHOOL, school_id=school_id)
    raise NotFound


# The city of a stay is text, so that any place can be entered: it is the chosen one by name in its country, or by lying within about 30 km.
IN_CITY = """EXISTS (
    SELECT 1 FROM core_city c WHERE c.id = ANY(%(cities)s) AND (
        (c.country_id = p.country_id AND lower(p.city) IN (lower(c.name_ja), lower(c.name_en)))
        OR (abs(p.latitude - c.latitude) < 0.3 AND abs(p.longitude - c.longitude) * cos(radians(c.latitude)) < 0.3)
    ))"""
IN_COUNTRY = """(p.country_id = ANY(%(countries)s)
    AND NOT EXISTS (SELECT 1 FROM core_city c WHERE c.id = ANY(%(cities)s) AND c.country_id = p.country_id))"""
IN_GROUP = "EXISTS (SELECT 1 FROM members_group_members g WHERE g.member_id = p.member_id AND g.group_id = ANY(%(groups)s))"

MEMBERS = """
SELECT m.id AS member_id, m.school_id, {reason} AS reason, p.reason_id, p.country_id,
    COALESCE(p.city, '') AS city, COALESCE(p.zone, '') AS zone, p.latitude, p.longitude,
    u.email AS address, u.language, m.withdrawn_at IS NOT NULL AS withdrawn,
    a.state IS NOT NULL AND a.state <> 'in_force' AS unpaid
FROM members_member m
JOIN members_user u ON u.id = m.user_id
{join} JOIN ({presence}) p ON p.member_id = m.id
LEFT JOIN applications_application a ON a.id = p.application_id
WHERE (%(wall)s::bigint IS NULL OR m.school_id = %(wall)s) AND ({chosen})
"""


def _conditions(audience: Audience) -> list[str]:
    """The "and" of the dimensions in use, over a row `p` of who is abroad where."""
    conditions = []
    places = [sql for sql, used in ((IN_COUNTRY, audience.countries), (IN_CITY, audience.cities)) if used]
    if places:
        conditions.append(f"({' OR '.join(places)})")
    if audience.groups:
        conditions.append(IN_GROUP)
    if audience.services:
        conditions.append("p.service = ANY(%(services)s)")
    if audience.kinds:
        conditions.append("p.member_kind = ANY(%(kinds)s)")
    if audience.schools:
        conditions.append("p.school_id = ANY(%(schools)s)")
    return conditions


def members_sql(asking: Viewer, audience: Audience, *, at: datetime) -> Statement:
    """One row per member meant at `at` whom this asker may ask: member_id, school_id, reason, reason_id, country_id, city, zone, latitude,
    longitude, address, language, withdrawn, unpaid. `reason` is "named" for those in it by name only; their place is known if they are abroad.
    """
    presence, parameters = abroad(asking, at)
    by_place = " AND ".join(["p.member_id IS NOT NULL", *_conditions(audience)]) if audience.asks_by_place else "FALSE"
    named = bool(audience.named)
    sql = MEMBERS.format(
        presence=presence,
        join="LEFT" if named else "INNER",
        reason=f"CASE WHEN {by_place} THEN p.reason ELSE 'named' END" if named else "p.reason",
        chosen=f"{by_place} OR m.id = ANY(%(named)s)" if named else by_place,
    )
    lists = {name: list(value) for name, value in asdict(audience).items() if isinstance(value, tuple)}
    return sql, {**parameters, **lists, "wall": asking.school_id}
