"""Every write of notices: readings of the feed, advisories, and what the duty desk has looked at."""

from collections.abc import Sequence
from dataclasses import asdict, fields
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from notices.models import Advisory, FeedRun
from notices.queries import compare
from notices.rules import Incoming, Novelty
from ossma.core import audit
from ossma.core.duties import Duty, inner_action, office_duty
from ossma.core.refusals import NotFound
from ossma.core.viewer import Viewer

# Two readings at once wait for each other: the second finds nothing left to do.
LOCK = "SELECT pg_advisory_xact_lock(hashtext('notices.store_feed'))"
CONTENT = tuple(field.name for field in fields(Incoming) if field.name not in {"key_cd", "country_cds"})
MAX_ERROR = 300
MAX_SOURCE = 300


@inner_action
@transaction.atomic
def store_feed(*, items: Sequence[Incoming], feed_time: datetime, source: str, actor: Viewer, at: datetime) -> FeedRun:
    """Store a whole file or nothing of it: new items, and new versions of those whose content changed under the same key (N2)."""
    with connection.cursor() as cursor:
        cursor.execute(LOCK)
    news = compare(items, feed_time)
    found = {kind: [item for item in items if news[item.key_cd] is kind] for kind in Novelty}
    rows = [*_made(found[Novelty.NEW], at), *_changed(found[Novelty.CHANGED], at)]
    _set_countries(rows, {item.key_cd: item.country_cds for item in items})
    run = FeedRun.objects.create(
        started_at=at, source=source[:MAX_SOURCE], ok=True, feed_time=feed_time,
        items=len(items), new=len(found[Novelty.NEW]), changed=len(found[Novelty.CHANGED]),
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
    figures = {"ok": run.ok, "items": run.items, "new": run.new, "changed": run.changed}
    audit.record(actor=actor, at=at, action="advisories.read", subject=("feed_run", run.pk), detail=figures)


def _values(item: Incoming) -> dict[str, Any]:
    values = asdict(item)
    del values["country_cds"]
    return values


def _made(items: Sequence[Incoming], at: datetime) -> list[Advisory]:
    return Advisory.objects.bulk_create([Advisory(**_values(item), first_seen_at=at, changed_at=at) for item in items])


def _changed(items: Sequence[Incoming], at: datetime) -> list[Advisory]:
    rows = {row.key_cd: row for row in Advisory.objects.filter(key_cd__in=[item.key_cd for item in items])}
    for item in items:
        row = rows[item.key_cd]
        for name in CONTENT:
            setattr(row, name, getattr(item, name))
        row.version, row.changed_at, row.looked_at = row.version + 1, at, None
    Advisory.objects.bulk_update(rows.values(), [*CONTENT, "version", "changed_at", "looked_at"])
    return list(rows.values())


def _set_countries(rows: Sequence[Advisory], codes: dict[str, frozenset[str]]) -> None:
    links = Advisory.countries.through
    links.objects.filter(advisory__in=rows).delete()
    links.objects.bulk_create([links(advisory=row, country_id=code) for row in rows for code in sorted(codes[row.key_cd])])
