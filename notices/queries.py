"""Reading advisories, how fresh they are, and whom of the viewer's members they concern (support.md N2).

Advisories themselves are public facts; whom they concern is behind the wall.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet

from applications.queries.presence import arrivals_within, arriving_within, places_now
from notices.models import Advisory, FeedRun, FeedState
from notices.rules import (
    ARRIVALS,
    INFECTION_TYPES,
    LISTED_FOR,
    RISK_TYPES,
    SOON,
    Held,
    Novelty,
    Point,
    Reading,
    is_elsewhere,
    is_frozen,
    is_stale,
    novelty,
    still_listed,
    taken_back,
)
from ossma.core.countries.files import cities
from ossma.core.duties import Duty
from ossma.core.refusals import first_or_404
from ossma.core.viewer import Viewer

# The lists of advisories for those who ask.
ALL, TOUCHING, DESK = "", "touching", "desk"

# Who is in a country now, and who arrives there within `SOON`, once per advisory: being there wins. The wall stands
# inside the two statements.
CONCERNED = """
WITH asked AS (SELECT * FROM unnest(%(keys)s::bigint[], %(codes)s::text[]) AS pair (key, country_id)),
there AS (
    SELECT p.member_id, p.country_id, TRUE AS here FROM ({abroad}) p
    UNION ALL
    SELECT r.member_id, r.country_id, FALSE FROM ({arriving}) r
)
SELECT key, count(*) FILTER (WHERE here), count(*) FILTER (WHERE NOT here) FROM (
    SELECT asked.key, there.member_id, bool_or(there.here) AS here
    FROM asked JOIN there ON there.country_id = asked.country_id GROUP BY asked.key, there.member_id
) AS each_once GROUP BY key
"""

PLACES = """
SELECT p.country_id, p.latitude, p.longitude FROM ({abroad}) p
UNION ALL
SELECT r.country_id, r.latitude, r.longitude FROM ({arriving}) r
"""

BY_COUNTRY = """
SELECT country_id, count(*) FILTER (WHERE here), count(*) FILTER (WHERE NOT here) FROM (
    SELECT there.member_id, there.country_id, bool_or(there.here) AS here FROM (
        SELECT p.member_id, p.country_id, TRUE AS here FROM ({abroad}) p
        UNION ALL
        SELECT r.member_id, r.country_id, FALSE FROM ({arriving}) r
    ) AS there GROUP BY there.member_id, there.country_id
) AS each_once GROUP BY country_id
"""


@dataclass(frozen=True, slots=True)
class Concern:
    """How many of the viewer's members are there now, and how many more travel there within 30 days."""

    now: int = 0
    soon: int = 0

    @property
    def anybody(self) -> bool:
        """Whether the advisory touches the viewer's members at all."""
        return bool(self.now or self.soon)


@dataclass(frozen=True, slots=True)
class Freshness:
    """How new what we show is: the last good reading, the ministry's own time of the newest file, the last error.

    `is_frozen`: we read, but the file stands still. `is_stale`: what is shown may be out of date, for either reason.
    """

    last_good: datetime | None
    error: str
    is_stale: bool
    feed_time: datetime | None = None
    is_frozen: bool = False


@dataclass(frozen=True, slots=True)
class Comparison:
    """What a file is to us: of each item by key, and the keys of those it should hold and does not.

    `doubtful`: how many are missing where they are so many that nothing is done about them.
    """

    news: dict[str, Novelty]
    withdrawn: list[str]
    doubtful: int
    # The newest file ever read of this feed; None before the first.
    newest: datetime | None


@dataclass(frozen=True, slots=True)
class CountryLevels:
    """The danger levels of a country by the newest item that sets them.

    Several at once differ by area; an empty tuple is no level in that item.
    """

    country_id: str
    levels: tuple[int, ...]
    is_infection: bool
    advisory: Advisory


@dataclass(frozen=True, slots=True)
class Touching:
    """An advisory and whom it concerns."""

    advisory: Advisory
    concern: Concern


def last_good_run() -> FeedRun | None:
    """The last reading that was stored."""
    return FeedRun.objects.filter(ok=True).first()


def freshness(at: datetime) -> Freshness:
    """How fresh the advisories are. Public: it says nothing about people."""
    newest = FeedRun.objects.first()
    good = newest if newest is None or newest.ok else last_good_run()
    last_good = good.started_at if good else None
    feed_time = _newest_of(ARRIVALS)
    unread, frozen = is_stale(last_good, at), is_frozen(feed_time, at)
    return Freshness(
        last_good,
        "" if newest is None or newest.ok else newest.error,
        unread or frozen,
        feed_time,
        frozen and not unread,
    )


def _newest_of(name: str) -> datetime | None:
    return FeedState.objects.filter(name=name).values_list("newest_time", flat=True).first()


def lost_items() -> int:
    """How many items the newest good file had no key for, or was missing in numbers that are not believed."""
    run = last_good_run()
    return run.unusable + run.doubtful if run else 0


def compare(reading: Reading) -> Comparison:
    """What a file is to us."""
    newest = _newest_of(reading.name)
    keys = [item.key_cd for item in reading.items]
    rows = Advisory.objects.filter(key_cd__in=keys).values_list("key_cd", "content_hash", "as_of", "withdrawn_at")
    known = {key: Held(held, as_of, withdrawn_at is not None) for key, held, as_of, withdrawn_at in rows}
    news = {
        item.key_cd: novelty(item, known.get(item.key_cd), feed_time=reading.feed_time, newest=newest, is_arrivals=reading.is_arrivals)
        for item in reading.items
    }
    withdrawn, doubtful = _gone(reading, newest)
    return Comparison(news, withdrawn, doubtful, newest)


def _gone(reading: Reading, newest: datetime | None) -> tuple[list[str], int]:
    """Which items the ministry took back, and how many are gone in a way that is not believed.

    An item without a key may be any of them.
    """
    if not reading.is_arrivals or reading.unusable or newest is None or reading.feed_time <= newest:
        return [], 0
    young = Advisory.objects.filter(withdrawn_at=None, issued_on__gte=(reading.feed_time - LISTED_FOR).date())
    rows = young.filter(Q(as_of=None) | Q(as_of__lt=reading.feed_time)).values_list("key_cd", "issued_on", "issued_at")
    expected = [key for key, issued_on, issued_at in rows if still_listed(issued_on, issued_at, reading.feed_time)]
    present = {item.key_cd for item in reading.items}
    gone = taken_back(expected, present)
    return sorted(gone), 0 if gone else len(set(expected) - present)


def advisories(*, country: str = "", info_type: str = "") -> QuerySet[Advisory]:
    """The advisories, the last news first, with their countries. Two queries, whatever their number."""
    rows = Advisory.objects.prefetch_related("countries")
    if country:
        rows = rows.filter(countries=country)
    return rows.filter(info_type=info_type) if info_type else rows


def advisory(advisory_id: int) -> Advisory:
    """One advisory with its countries. Raises NotFound."""
    return first_or_404(list(Advisory.objects.prefetch_related("countries").filter(pk=advisory_id)))


def concern_of(viewer: Viewer, wanted: Mapping[int, Iterable[str]], at: datetime) -> dict[int, Concern]:
    """Whom of the viewer's members each of these concerns: {key: ministry codes} → {key.

    Concern}. One query for all of them.
    """
    pairs = [(key, code) for key, codes in wanted.items() for code in codes]
    here, parameters = places_now(viewer, at)
    ahead, more = arriving_within(viewer, at, SOON.days)
    values = {**parameters, **more, "keys": [key for key, _code in pairs], "codes": [code for _key, code in pairs]}
    with connection.cursor() as cursor:
        cursor.execute(CONCERNED.format(abroad=here, arriving=ahead), values)
        found = {key: Concern(now, soon) for key, now, soon in cursor.fetchall()}
    return {key: found.get(key, Concern()) for key in wanted}


def with_concern(viewer: Viewer, rows: Iterable[Advisory], at: datetime) -> list[Touching]:
    """Advisories (their countries prefetched) with whom they concern, in their order. One query."""
    listed = list(rows)
    concerns = concern_of(viewer, {row.pk: [country.pk for country in row.countries.all()] for row in listed}, at)
    return [Touching(row, concerns[row.pk]) for row in listed]


def concern_by_country(viewer: Viewer, at: datetime) -> dict[str, Concern]:
    """Of the viewer's members: how many are in each country now, and how many more travel there within 30 days.

    One query.
    """
    here, parameters = places_now(viewer, at)
    ahead, more = arriving_within(viewer, at, SOON.days)
    with connection.cursor() as cursor:
        cursor.execute(BY_COUNTRY.format(abroad=here, arriving=ahead), {**parameters, **more})
        return {code: Concern(now, soon) for code, now, soon in cursor.fetchall()}


def places_of(viewer: Viewer, at: datetime) -> dict[str, list[Point | None]]:
    """Where the viewer's members are and travel within 30 days, by country; None where the place is not known exactly.

    For a member's own few places, not for a school's hundreds. One query.
    """
    here, parameters = places_now(viewer, at)
    ahead, more = arrivals_within(viewer, at, SOON.days)
    found: dict[str, list[Point | None]] = {}
    with connection.cursor() as cursor:
        cursor.execute(PLACES.format(abroad=here, arriving=ahead), {**parameters, **more})
        for code, latitude, longitude in cursor.fetchall():
            known = latitude is not None and longitude is not None
            found.setdefault(code, []).append((float(latitude), float(longitude)) if known else None)
    return found


def speaks_of_elsewhere(row: Advisory, places: Mapping[str, Sequence[Point | None]]) -> bool:
    """Whether an advisory (its countries prefetched) names cities far from all of these places in its country."""
    if not row.city_names:
        return False
    codes = {country.pk for country in row.countries.all()}
    named = [(float(city.latitude), float(city.longitude)) for city in cities() if city.mofa_cd in codes and city.name_ja in row.city_names]
    return is_elsewhere(named, [place for code in codes for place in places.get(code, [])])


def touching(countries: Iterable[str], *, since: datetime | None = None) -> QuerySet[Advisory]:
    """The current advisories about any of these countries, the gravest first, then the last news first.

    To be cut into pages by the caller.
    """
    about = Advisory.countries.through.objects.filter(advisory=OuterRef("pk"), country__in=list(countries))
    rows = Advisory.objects.prefetch_related("countries").filter(Exists(about), withdrawn_at=None).order_by("-weight", "-changed_at", "-pk")
    return rows.filter(changed_at__gte=since) if since else rows


def listed(viewer: Viewer, at: datetime, show: str) -> QuerySet[Advisory]:
    """One of the lists for those who ask.

    ALL by the last news, TOUCHING (of the viewer's members) by weight, DESK (what a person must see).
    """
    if show == TOUCHING:
        return touching(concern_by_country(viewer, at))
    return to_look_at(viewer).prefetch_related("countries") if show == DESK else advisories()


def levels_of(countries: Iterable[str]) -> dict[str, list[CountryLevels]]:
    """The danger levels the ministry has set, by country: danger information first, then infectious diseases. One query.

    A country without an entry has none that we know of: never to be shown as safe.
    """
    codes = list(countries)
    found: dict[str, list[CountryLevels]] = {code: [] for code in codes}
    # mypy does not know the annotation of a table that Django makes itself.
    links: Any = Advisory.countries.through.objects
    rows = links.filter(country__in=codes, advisory__info_type__in=RISK_TYPES | INFECTION_TYPES, advisory__withdrawn_at=None).annotate(
        is_infection=Q(advisory__info_type__in=INFECTION_TYPES)
    )
    order = ("country_id", "is_infection", "-advisory__issued_on", "-advisory_id")
    for row in rows.order_by(*order).distinct("country_id", "is_infection").select_related("advisory"):
        levels = row.advisory.infection_levels if row.is_infection else row.advisory.risk_levels
        found[row.country_id].append(CountryLevels(row.country_id, tuple(levels), row.is_infection, row.advisory))
    return found


def to_look_at(viewer: Viewer) -> QuerySet[Advisory]:
    """What the duty desk must see, the oldest first: unknown codes and kinds. The office's only."""
    rows = Advisory.objects.filter(needs_look=True, looked_at=None).order_by("first_seen_at")
    return rows if viewer.may(Duty.SEND_CHECK) else rows.none()
