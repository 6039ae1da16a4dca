"""Reading advisories, how fresh they are, and whom of the viewer's members they concern (support.md N2).

Advisories themselves are public facts; whom they concern is behind the wall.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.db.models import QuerySet

from applications.queries.presence import abroad, arriving_within
from notices.models import Advisory, FeedRun
from notices.rules import SOON, Incoming, Novelty, is_stale, novelty
from ossma.core.duties import Duty
from ossma.core.refusals import first_or_404
from ossma.core.viewer import Viewer

# Who is in a country now, and who arrives there within `SOON`, once per advisory: being there wins. The wall stands inside the two statements.
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
    """How new what we show is: the last good reading, and why the last one failed if it did."""

    last_good: datetime | None
    error: str
    is_stale: bool


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
    return Freshness(last_good, "" if newest is None or newest.ok else newest.error, is_stale(last_good, at))


def compare(items: Sequence[Incoming], feed_time: datetime) -> dict[str, Novelty]:
    """What each item (by key) is to us. `feed_time`: when the ministry made the file."""
    last = last_good_run()
    newest = last is None or last.feed_time is None or feed_time >= last.feed_time
    known = dict(Advisory.objects.filter(key_cd__in=[item.key_cd for item in items]).values_list("key_cd", "content_hash"))
    return {item.key_cd: novelty(item, known, newest=newest) for item in items}


def advisories(*, country: str = "", info_type: str = "") -> QuerySet[Advisory]:
    """The advisories, newest to us first, with their countries. Two queries, whatever their number."""
    rows = Advisory.objects.prefetch_related("countries")
    if country:
        rows = rows.filter(countries=country)
    return rows.filter(info_type=info_type) if info_type else rows


def advisory(advisory_id: int) -> Advisory:
    """One advisory with its countries. Raises NotFound."""
    return first_or_404(list(Advisory.objects.prefetch_related("countries").filter(pk=advisory_id)))


def concern_of(viewer: Viewer, wanted: Mapping[int, Iterable[str]], at: datetime) -> dict[int, Concern]:
    """Whom of the viewer's members each of these concerns: {key: ministry codes} → {key: Concern}. One query for all of them."""
    pairs = [(key, code) for key, codes in wanted.items() for code in codes]
    here, parameters = abroad(viewer, at)
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


def touching(viewer: Viewer, at: datetime, *, since: datetime, limit: int) -> list[Touching]:
    """The newest advisories first seen or changed since then that concern the viewer's members."""
    rows = Advisory.objects.prefetch_related("countries").filter(changed_at__gte=since).order_by("-changed_at", "-pk")
    return [found for found in with_concern(viewer, rows, at) if found.concern.anybody][:limit]


def to_look_at(viewer: Viewer) -> QuerySet[Advisory]:
    """What the duty desk must see, the oldest first: unknown codes and kinds. The office's only."""
    rows = Advisory.objects.filter(needs_look=True, looked_at=None).order_by("first_seen_at")
    return rows if viewer.may(Duty.SEND_CHECK) else rows.none()
