"""What advisories hang into the start pages (school's Today, office's work list, health page); importing it (AppConfig.ready) does so."""

from datetime import datetime, timedelta
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from notices import queries
from notices.feeds import label_of
from notices.rules import weight
from ossma.core import registries
from ossma.core.duties import Duty
from ossma.core.registries import Health, WorkItem
from ossma.core.viewer import Viewer

SHOWN = 5
LOOK_BACK = timedelta(days=7)


def today_advisories(viewer: Viewer, at: datetime) -> tuple[str, dict[str, Any]]:
    """The newest advisories of a week that concern the viewer's members. Supporters see them without the way to a draft."""
    found = queries.touching(viewer, at, since=at - LOOK_BACK, limit=SHOWN)
    rows = [
        {
            "title": one.advisory.title,
            "type": label_of(one.advisory.info_type),
            "weight": weight(one.advisory.info_type, [*one.advisory.risk_levels, *one.advisory.infection_levels]),
            "concern": one.concern,
            "url": reverse("school:notices:advisory", args=[one.advisory.pk]) if viewer.is_school else one.advisory.url,
        }
        for one in found
    ]
    context = {
        "rows": rows,
        "url": reverse("school:notices:advisories") if viewer.is_school else "",
        "is_stale": queries.freshness(at).is_stale,
        "stale_label": _("The advisories may be out of date"),
    }
    return "school/notices/panel.html", context


def desk_work(viewer: Viewer, at: datetime) -> list[WorkItem]:
    """For the office: what no machine could match, and a feed that is not read any more."""
    waiting = queries.to_look_at(viewer)
    oldest = waiting.values_list("first_seen_at", flat=True).first()
    url = reverse("office:notices:advisories")
    items = []
    if oldest:
        items.append(
            WorkItem("advisories", _("Advisories for the duty desk"), waiting.count(), f"{url}?show=desk", oldest, duties=(Duty.SEND_CHECK,))
        )
    fresh = queries.freshness(at)
    if fresh.is_stale:
        items.append(WorkItem("feed", _("Safety advisories are not up to date"), 1, url, fresh.last_good, urgent=True, duties=(Duty.SEND_CHECK,)))
    return items


def feed_health() -> Health:
    """How old the last good reading of the feed is. A ministry that is away must not take this product off the net: the office's work list tells."""
    fresh = queries.freshness(timezone.now())
    age = f"last good reading {fresh.last_good:%Y-%m-%dT%H:%M:%SZ}" if fresh.last_good else "never read"
    return Health(ok=True, detail=f"{age}, stale" if fresh.is_stale else age)


registries.today_panels.register("notices.advisories", today_advisories)
registries.work_list.register("notices.advisories", desk_work)
registries.health.register("advisories", feed_health)
