"""Every write of notices: readings of the feed, advisories, and what the duty desk has looked at."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction

from notices.models import Advisory, FeedRun, FeedState
from notices.queries import compare
from notices.rules import Incoming, Novelty, Reading, weight
from ossma.core import audit
from ossma.core.duties import Duty, inner_action, office_duty
from ossma.core.refusals import NotFound
from ossma.core.viewer import Viewer

# Two readings at once wait for each other: the second finds nothing left to do.
LOCK = "SELECT pg_advisory_xact_lock(hashtext('notices.store_feed'))"
MAX_ERROR = 300
RUNS_KEPT = timedelta(days=90)
MAX_SOURCE = 300


@inner_action
@transaction.atomic
def store_feed(*, reading: Reading, source: str, actor: Viewer, at: datetime) -> FeedRun:
    """Store a whole file or nothing of it (N2): new items, new versions of changed ones, and which were taken back.

    A file older than the newest one ever read of its feed adds what is missing and changes nothing else, however
    often it is read.
    """
    with connection.cursor() as cursor:
        cursor.execute(LOCK)
    found = compare(reading)
    by_news = {kind: [item for item in reading.items if found.news[item.key_cd] is kind] for kind in Novelty}
    made = [
        *_made(by_news[Novelty.NEW], reading, at, None),
        *_made(by_news[Novelty.TAKEN_BACK], reading, at, found.newest),
    ]
    rows = [*made, *_changed(by_news[Novelty.CHANGED], reading, at)]
    _set_countries(rows, {item.key_cd: item.country_cds for item in reading.items})
    keys = [item.key_cd for item in by_news[Novelty.RETURNED]]
    Advisory.objects.filter(key_cd__in=keys).update(withdrawn_at=None, as_of=reading.feed_time)
    Advisory.objects.filter(key_cd__in=found.withdrawn).update(withdrawn_at=reading.feed_time)
    _keep_state(reading, at)
    run = FeedRun.objects.create(
        started_at=at, source=source[:MAX_SOURCE], ok=True, feed_time=reading.feed_time, items=len(reading.items),
        new=len(made), changed=len(by_news[Novelty.CHANGED]), withdrawn=len(found.withdrawn), returned=len(keys),
        unusable=reading.unusable, doubtful=found.doubtful,
    )  # fmt: skip
    _record(actor=actor, at=at, run=run)
    return run


@inner_action
@transaction.atomic
def note_failed_run(*, source: str, error: str, actor: Viewer, at: datetime) -> FeedRun:
    """Keep on record that a file could not be read, and why: the office sees it, the last good data stays."""
    run = FeedRun.objects.create(started_at=at, source=source[:MAX_SOURCE], ok=False, error=error[:MAX_ERROR])
    _record(actor=actor, at=at, run=run)
    return run


@inner_action
@transaction.atomic
def forget_runs(*, actor: Viewer, at: datetime, dry_run: bool = False) -> int:
    """Delete readings of the feed older than RUNS_KEPT, but never the last good one.

    Returns how many; `dry_run` only counts.
    """
    last_good = FeedRun.objects.filter(ok=True).values("pk")[:1]
    rows = FeedRun.objects.filter(started_at__lt=at - RUNS_KEPT).exclude(pk__in=last_good)
    if dry_run:
        return rows.count()
    count = rows.delete()[0]
    if count:
        audit.record(actor=actor, at=at, action="advisories.runs_forgotten", subject=("feed_runs", count))
    return count


@office_duty(Duty.SEND_CHECK)
@transaction.atomic
def mark_looked_at(*, advisory_id: int, actor: Viewer, at: datetime) -> Advisory:
    """The duty desk has seen an advisory that could not be matched by machine. Twice does it once. Raises NotFound."""
    row = Advisory.objects.select_for_update().filter(pk=advisory_id).first()
    if row is None:
        raise NotFound
    if row.needs_look and row.looked_at is None:
        row.looked_at = at
        row.save(update_fields=["looked_at"])
        audit.record(actor=actor, at=at, action="advisory.looked_at", subject=("advisory", row.pk))
    return row


def _record(*, actor: Viewer, at: datetime, run: FeedRun) -> None:
    figures = {
        "ok": run.ok,
        **{name: getattr(run, name) for name in ("items", "new", "changed", "withdrawn", "returned")},
    }
    audit.record(actor=actor, at=at, action="advisories.read", subject=("feed_run", run.pk), detail=figures)


def _keep_state(reading: Reading, at: datetime) -> None:
    """How far this feed has come. The lock of the caller makes two readings at once one after the other."""
    values = {"newest_time": reading.feed_time, "read_at": at}
    state, is_first = FeedState.objects.get_or_create(name=reading.name, defaults=values)
    if not is_first and reading.feed_time > state.newest_time:
        state.newest_time, state.read_at = reading.feed_time, at
        state.save(update_fields=list(values))


def _values(item: Incoming, reading: Reading) -> dict[str, Any]:
    values = asdict(item)
    del values["country_cds"]
    levels = [*item.risk_levels, *item.infection_levels]
    return values | {"as_of": reading.feed_time, "weight": weight(item.info_type, levels, item.title)}


def _made(items: Sequence[Incoming], reading: Reading, at: datetime, withdrawn_at: datetime | None) -> list[Advisory]:
    times = {"first_seen_at": at, "changed_at": at, "withdrawn_at": withdrawn_at}
    return Advisory.objects.bulk_create([Advisory(**_values(item, reading), **times) for item in items])


def _changed(items: Sequence[Incoming], reading: Reading, at: datetime) -> list[Advisory]:
    rows = {row.key_cd: row for row in Advisory.objects.filter(key_cd__in=[item.key_cd for item in items])}
    names: list[str] = []
    for item in items:
        values = _values(item, reading) | {"changed_at": at, "looked_at": None, "withdrawn_at": None}
        row, names = rows[item.key_cd], [*values, "version"]
        for name, value in values.items():
            setattr(row, name, value)
        row.version += 1
    if rows:
        Advisory.objects.bulk_update(rows.values(), names)
    return list(rows.values())


def _set_countries(rows: Sequence[Advisory], codes: dict[str, frozenset[str]]) -> None:
    links = Advisory.countries.through
    links.objects.filter(advisory__in=rows).delete()
    links.objects.bulk_create([links(advisory=row, country_id=code) for row in rows for code in sorted(codes[row.key_cd])])
