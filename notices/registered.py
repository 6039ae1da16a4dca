"""What advisories hang into the start pages (school's Today, office's work list, health page); importing it (AppConfig.ready) does so."""

from datetime import datetime, timedelta
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from applications.queries.applications import countries_of
from notices import actions, queries
from notices.feeds import CREDIT
from notices.presenters import advisory_row, country_rows, levels_where_members_are
from ossma.core import formats, registries, retention
from ossma.core.duties import Duty
from ossma.core.registries import Health, WorkItem
from ossma.core.viewer import SYSTEM, Viewer

SHOWN = 5
LEVELS_SHOWN = 10
LOOK_BACK = timedelta(days=7)


def today_advisories(viewer: Viewer, at: datetime) -> tuple[str, dict[str, Any]]:
    """The gravest advisories of a week that concern the viewer's members, and the danger levels where they are.

    Supporters have no way to a draft.
    """
    concerns = queries.concern_by_country(viewer, at)
    found = queries.with_concern(viewer, queries.touching(concerns, since=at - LOOK_BACK)[:SHOWN], at)
    levels = levels_where_members_are(viewer, at, concerns)
    rows = [
        {
            "row": advisory_row(one),
            "url": reverse("school:notices:advisory", args=[one.advisory.pk]) if viewer.is_school else one.advisory.url,
        }
        for one in found
    ]
    url = reverse("school:notices:advisories") if viewer.is_school else ""
    context = {
        "rows": rows,
        "levels": [row for row in levels if row.level][:LEVELS_SHOWN],
        "unknown": sum(1 for row in levels if not row.lines),
        "url": url,
        "levels_url": f"{url}?show=levels" if url else "",
        "fresh": queries.freshness(at),
    }
    return "school/notices/panel.html", context


def desk_work(viewer: Viewer, at: datetime) -> list[WorkItem]:
    """For the office: what no machine could match, what a file lost, a feed that is not read or stands still."""
    waiting = queries.to_look_at(viewer)
    oldest = waiting.values_list("first_seen_at", flat=True).first()
    url = reverse("office:notices:advisories")
    items = []
    if oldest:
        items.append(
            WorkItem(
                "advisories",
                _("Advisories for the duty desk"),
                waiting.count(),
                f"{url}?show=desk",
                oldest,
                duties=(Duty.SEND_CHECK,),
            )
        )
    lost = queries.lost_items()
    if lost:
        items.append(
            WorkItem(
                "feed_lost",
                _("Items that the newest file of the ministry lost"),
                lost,
                url,
                urgent=True,
                duties=(Duty.SEND_CHECK,),
            )
        )
    fresh = queries.freshness(at)
    if fresh.is_frozen:
        ages = {"read": _told(fresh.last_good), "made": _told(fresh.feed_time)}
        title = _("The ministry's file stands still: read %(read)s, made %(made)s") % ages
        items.append(WorkItem("feed", title, 1, url, fresh.feed_time, urgent=True, duties=(Duty.SEND_CHECK,)))
    elif fresh.is_stale:
        items.append(
            WorkItem(
                "feed",
                _("Safety advisories are not up to date"),
                1,
                url,
                fresh.last_good,
                urgent=True,
                duties=(Duty.SEND_CHECK,),
            )
        )
    return items


def _told(moment: datetime | None) -> str:
    return formats.day_and_clock(moment, timezone.get_current_timezone(), get_language() or "ja") if moment else "–"


def feed_health() -> Health:
    """How old the last good reading and the ministry's own file are.

    A ministry that is away must not take this product off the net.
    """
    fresh = queries.freshness(timezone.now())
    age = f"last good reading {fresh.last_good:%Y-%m-%dT%H:%M:%SZ}" if fresh.last_good else "never read"
    if fresh.feed_time:
        age += f", newest file of {fresh.feed_time:%Y-%m-%dT%H:%M:%SZ}"
    state = ", frozen" if fresh.is_frozen else ", stale" if fresh.is_stale else ""
    return Health(ok=True, detail=age + state)


def levels_head(viewer: Viewer, application_id: int, at: datetime) -> tuple[str, dict[str, Any]]:
    """On the page of an application: the danger levels of its destinations."""
    places = {country.pk: country for country in countries_of(viewer, application_id)}
    return "member/notices/levels_head.html", {
        "rows": country_rows(places.values(), queries.levels_of(places)),
        "credit": CREDIT,
    }


def forget_runs(at: datetime, dry_run: bool) -> int:
    """Readings of the feed are kept for 90 days; how far each feed has come stays."""
    return actions.forget_runs(actor=SYSTEM, at=at, dry_run=dry_run)


registries.application_heads.register("notices.levels", levels_head)
registries.retention.register("notices.runs", forget_runs)
registries.today_panels.register("notices.advisories", today_advisories)
registries.work_list.register("notices.advisories", desk_work)
registries.health.register("advisories", feed_health)
retention.ended_by("notices.runs", "notices.FeedRun")
retention.kept_because("One row a feed: how far it has come decides what an older file may do.", "notices.FeedState")
