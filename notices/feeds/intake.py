"""Taking a file in: parse it, then store it whole, or note that it could not be read.

The last good data stays either way.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from django.conf import settings
from django.utils import translation

from notices import actions, queries
from notices.feeds.broken import FeedBroken
from notices.feeds.districts import cities_named
from notices.feeds.items import Item
from notices.feeds.parse import parse
from notices.feeds.source import FeedAway
from notices.rules import Incoming, Novelty, Reading
from ossma.core.viewer import Viewer


def incoming(item: Item) -> Incoming:
    """An item of the feed in the words of our tables."""
    return Incoming(
        key_cd=item.key,
        info_type=item.info_type,
        title=item.title,
        lead=item.lead,
        url=item.url,
        issued_on=item.issued_on,
        issued_at=item.issued_at,
        unknown_countries=list(item.unknown_cds),
        mission_cd=item.mission_cd,
        risk_levels=sorted(item.risk_levels, reverse=True),
        infection_levels=sorted(item.infection_levels, reverse=True),
        content_hash=item.content_hash,
        needs_look=item.needs_look,
        oddities=sorted({oddity.kind.value for oddity in item.oddities}),
        country_cds=item.country_cds,
        city_names=cities_named(
            info_type=item.info_type,
            mission_cd=item.mission_cd,
            country_cds=item.country_cds,
            title=item.title,
            lead=item.lead,
        ),
    )


@dataclass(frozen=True, slots=True)
class Intake:
    """What came of a file: what each item is to us, and the keys of those taken back; or why nothing could be read."""

    items: list[Incoming] = field(default_factory=list)
    news: dict[str, Novelty] = field(default_factory=dict)
    withdrawn: list[str] = field(default_factory=list)
    error: str = ""


def take_in(*, read: Callable[[], bytes], source: str, actor: Viewer, at: datetime, dry_run: bool = False) -> Intake:
    """Read, parse and store one file, or only compare it with what we hold. A failure is put on record as well.

    A file whose own time lies ahead of ours counts as made now: one wrong clock must not make all later files old.
    """
    try:
        feed = parse(read())
    except (FeedBroken, FeedAway) as error:
        if not dry_run:
            with translation.override(settings.LANGUAGE_CODE):
                actions.note_failed_run(source=source, error=str(error), actor=actor, at=at)
        return Intake(error=str(error))
    items = [incoming(item) for item in feed.items]
    reading = Reading(feed.name, min(feed.last_modified, at), items, unusable=feed.unusable)
    found = queries.compare(reading)
    if not dry_run:
        actions.store_feed(reading=reading, source=source, actor=actor, at=at)
    return Intake(items, found.news, withdrawn=found.withdrawn)
