"""An audience as one SQL statement over members and where they are, or will soon be. Set-based: it stands inside an INSERT … SELECT.

Whoever is meant more than once is one row: where they are now before where they travel, that before being named.
"""

from dataclasses import fields
from datetime import datetime
from typing import Any

from applications.queries.presence import Statement, abroad, also_counted, arrivals_within, reported_back
from notices.audience import Audience, Exceptions, Group, Near
from ossma.core.formats import HOME_ZONE
from ossma.core.viewer import Viewer

EARTH_KM = 6371.0
KM_A_DEGREE = 111.0

# The city of a stay is text, so that any place can be entered: it is the chosen one by name in its country, or by lying within about 30 km.
IN_CITY = """EXISTS (
    SELECT 1 FROM core_city c WHERE c.id = ANY(%(cities{n})s) AND (
        (c.country_id = {p}.country_id AND lower({p}.city) IN (lower(c.name_ja), lower(c.name_en)))
        OR (abs({p}.latitude - c.latitude) < 0.3 AND abs({p}.longitude - c.longitude) * cos(radians(c.latitude)) < 0.3)
    ))"""
IN_COUNTRY = """({p}.country_id = ANY(%(countries{n})s)
    AND NOT EXISTS (SELECT 1 FROM core_city c WHERE c.id = ANY(%(cities{n})s) AND c.country_id = {p}.country_id))"""
IN_GROUP = "EXISTS (SELECT 1 FROM members_group_members g WHERE g.member_id = {p}.member_id AND g.group_id = ANY(%(groups{n})s))"
OF = {"services": "{p}.service", "kinds": "{p}.member_kind", "schools": "{p}.school_id"}

# The great circle (haversine) from `{o}` to the middle of the circle.
KM_AWAY = f"""2 * {EARTH_KM} * asin(least(1, sqrt(power(sin(radians({{o}}.latitude - %(latitude{{n}})s) / 2), 2)
    + cos(radians({{o}}.latitude)) * cos(radians(%(latitude{{n}})s)) * power(sin(radians({{o}}.longitude - %(longitude{{n}})s) / 2), 2))))"""
WITHIN = "({o}.latitude BETWEEN %(south{n})s AND %(north{n})s AND {km_away} <= %(km{n})s)"
# Of whom only the country is known may be inside the circle: rather one too many asked than one forgotten. The circle's countries are those of the
# known cities inside it, and of the nearest one.
IN_ITS_COUNTRIES = """({p}.latitude IS NULL AND {p}.country_id IN (
    SELECT c.country_id FROM core_city c WHERE {within} UNION ALL (SELECT c.country_id FROM core_city c ORDER BY {km_away}, c.id LIMIT 1)))"""

PLACE = "member_id, application_id, country_id, city, zone, latitude, longitude, reason_id"
HERE = "SELECT {columns}, p.reason, 0 AS rank, NULL::timestamptz AS arrives_at FROM here p WHERE {chosen}"
# By one of the further places that count, for those whom the first does not mean already.
ALSO = """SELECT DISTINCT ON (p.member_id) {columns}, p.reason, 0 AS rank, NULL::timestamptz AS arrives_at FROM also p
WHERE {chosen} AND NOT EXISTS (SELECT 1 FROM here q WHERE q.member_id = p.member_id AND {chosen_first}) ORDER BY p.member_id, p.reason_id"""
# Whoever travels there is still where they are: by that clock they sleep and are asked, by Japan's before the trip.
SOON = """SELECT {columns}, 'arriving' AS reason, 1 AS rank, p.arrives_at
FROM (
    SELECT s.member_id, s.school_id, s.application_id, s.service, s.member_kind, s.country_id, s.city, COALESCE(n.zone, %(home_zone)s) AS zone,
        s.latitude, s.longitude, s.reason_id, s.arrives_at
    FROM soon s LEFT JOIN here n ON n.member_id = s.member_id
) p WHERE {chosen}"""
NAMED = """SELECT n.member_id, p.application_id, p.country_id, p.city, COALESCE(p.zone, %(home_zone)s) AS zone, p.latitude, p.longitude,
    p.reason_id, 'named' AS reason, 2 AS rank, NULL::timestamptz AS arrives_at
FROM unnest(%(named)s::bigint[]) AS n (member_id) LEFT JOIN here p ON p.member_id = n.member_id WHERE {chosen}"""
THERE_NOW = "EXISTS (SELECT 1 FROM here q WHERE q.member_id = p.member_id AND ({there}))"
ONCE = "SELECT DISTINCT ON (b.member_id) b.* FROM ({branches}) b ORDER BY b.member_id, b.rank, b.arrives_at, b.reason_id"

MEMBERS = """
WITH here AS ({here}), back AS ({back}), also AS ({also} UNION ALL SELECT * FROM back){soon}
SELECT m.id AS member_id, m.school_id, w.reason, w.reason_id, w.country_id,
    COALESCE(w.city, '') AS city, COALESCE(w.zone, '') AS zone, w.latitude, w.longitude,
    u.email AS address, u.language, m.withdrawn_at IS NOT NULL AS withdrawn,
    a.state IS NOT NULL AND a.state <> 'in_force' AS unpaid,
    w.rank = 0 AND w.member_id IN (SELECT member_id FROM back) AS is_back
FROM ({meant}) w
JOIN members_member m ON m.id = w.member_id
JOIN members_user u ON u.id = m.user_id
LEFT JOIN applications_application a ON a.id = w.application_id
WHERE %(wall)s::bigint IS NULL OR m.school_id = %(wall)s
"""


def _places(part: Group | Exceptions, n: str, p: str) -> list[str]:
    places = [sql.format(n=n, p=p) for sql, used in ((IN_COUNTRY, part.countries), (IN_CITY, part.cities)) if used]
    if isinstance(part, Group) and part.near:
        places.append(f"({_within(n, p)} OR {IN_ITS_COUNTRIES.format(p=p, within=_within(n, 'c'), km_away=KM_AWAY.format(n=n, o='c'))})")
    return places


def _within(n: str, o: str) -> str:
    return WITHIN.format(n=n, o=o, km_away=KM_AWAY.format(n=n, o=o))


def _people(part: Group | Exceptions, n: str, p: str) -> list[str]:
    found = [f"{column.format(p=p)} = ANY(%({name}{n})s)" for name, column in OF.items() if getattr(part, name)]
    return [*found, IN_GROUP.format(n=n, p=p)] if part.groups else found


def _conditions(group: Group, n: str, p: str = "p") -> str:
    """The "and" of a group's dimensions over a row `p` of who is where."""
    places = _places(group, n, p)
    both = [f"({' OR '.join(places)})"] if places else []
    return " AND ".join([*both, *_people(group, n, p)]) or "TRUE"


def _except(audience: Audience, *, travelling: bool = False, p: str = "p") -> list[str]:
    """What must not hold. A place is excepted for those who are there now, and for those who are meant because they travel there."""
    part = audience.exceptions
    excluded = [*_places(part, "_x", p), *_people(part, "_x", p)]
    if part.named:
        excluded.append(f"{p}.member_id = ANY(%(named_x)s)")
    if travelling and (there := _places(part, "_x", "q")):
        excluded.append(THERE_NOW.format(there=" OR ".join(there)))
    return [f"({' OR '.join(excluded)}) IS NOT TRUE"] if excluded else []


DEPARTED_ON = "EXISTS (SELECT 1 FROM applications_application d WHERE d.id = {p}.application_id AND d.first_day = %(departed_on)s)"


def _departed(audience: Audience, p: str = "p") -> list[str]:
    if audience.departed_on is None:
        return []
    return [DEPARTED_ON.format(p=p)]


def _meant_here(audience: Audience, p: str) -> str:
    """Whether the place `p` of somebody is one that the audience means; empty when it asks only about those who travel."""
    any_of = [f"({_conditions(group, f'_{n}', p)})" for n, group in enumerate(audience.conditions) if not group.arriving_only]
    return " AND ".join([f"({' OR '.join(any_of)})", *_except(audience, p=p), *_departed(audience, p)]) if any_of else ""


def _branches(audience: Audience) -> list[str]:
    """Those who are there now (by any place that counts), those who travel there, those who are named: as far as the audience means them."""
    columns = ", ".join(f"p.{name}" for name in PLACE.split(", "))
    found = []
    if here := _meant_here(audience, "p"):
        found.append(HERE.format(columns=columns, chosen=here))
        found.append(ALSO.format(columns=columns, chosen=here, chosen_first=_meant_here(audience, "q")))
    soon = [
        f"(p.arrives_at <= %(presence_at)s + make_interval(days => %(arriving_{n})s) AND {_conditions(group, f'_{n}')})"
        for n, group in enumerate(audience.conditions) if group.arriving_days
    ]  # fmt: skip
    if soon:
        chosen = [f"({' OR '.join(soon)})", *_except(audience, travelling=True), *_departed(audience)]
        found.append(SOON.format(columns=columns, chosen=" AND ".join(chosen)))
    if audience.named:
        excepted = ["n.member_id <> ALL(%(named_x)s)"] if audience.exceptions.named else []
        found.append(NAMED.format(chosen=" AND ".join([*excepted, *_departed(audience)]) or "TRUE"))
    return found


def _near_parameters(near: Near, n: str) -> dict[str, Any]:
    reach = near.km / KM_A_DEGREE + 0.1
    circle = {"latitude": near.latitude, "longitude": near.longitude, "km": near.km, "south": near.latitude - reach, "north": near.latitude + reach}
    return {f"{name}{n}": value for name, value in circle.items()}


def _parameters(part: Group | Exceptions, n: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    shape = Group if isinstance(part, Group) else Exceptions
    for one in fields(shape):
        value = getattr(part, one.name)
        if isinstance(value, tuple):
            found[f"{one.name}{n}"] = list(value)
    if isinstance(part, Group) and part.near:
        found |= _near_parameters(part.near, n)
    return found


def members_sql(asking: Viewer, audience: Audience, *, at: datetime) -> Statement:
    """One row per member meant at `at` whom this asker may ask: member_id, school_id, reason, reason_id, country_id, city, zone, latitude,
    longitude, address, language, withdrawn, unpaid, is_back (meant by the record, but says they are back in Japan). `reason` is "named" for those
    in it by name only; their place is known if they are abroad. `zone`: of where they are, also for those who will travel.
    """
    here, parameters = abroad(asking, at)
    further, more_here = also_counted(asking, at)
    back, more_back = reported_back(asking, at)
    parameters |= more_here | more_back
    soon = ""
    days = max((group.arriving_days for group in audience.conditions), default=0)
    if days:
        ahead, more = arrivals_within(asking, at, days)
        soon, parameters = f", soon AS ({ahead})", {**parameters, **more}
    for n, group in enumerate(audience.conditions):
        parameters |= _parameters(group, f"_{n}") | {f"arriving_{n}": group.arriving_days}
    parameters |= _parameters(audience.exceptions, "_x") | {"named": list(audience.named), "departed_on": audience.departed_on}
    branches = _branches(audience) or [HERE.format(columns=PLACE, chosen="FALSE")]
    # Of those who are there now each is one row; whoever travels, or is named too, may be several.
    once = days or audience.named
    joined = " UNION ALL ".join(f"({branch})" for branch in branches)
    meant = ONCE.format(branches=joined) if once else joined
    parameters |= {"wall": asking.school_id, "home_zone": HOME_ZONE.key}
    return MEMBERS.format(here=here, also=further, back=back, soon=soon, meant=meant), parameters
