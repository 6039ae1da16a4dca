"""The office's work list of what needs a second person: every table of the registry `approvals`, for those who can act on it."""

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from members.queries.approval import Pending, in_hand, to_change, to_decide
from ossma.core import registries
from ossma.core.duties import Duty
from ossma.core.registries import Approvable, WorkItem
from ossma.core.viewer import Viewer


def approval_work(viewer: Viewer, at: datetime) -> list[WorkItem]:
    """Proposals to decide about (never one's own), refused ones to change, and for writers what waits for others."""
    items: list[WorkItem] = []
    for label, found in registries.approvals:
        name = str(found.model._meta.verbose_name_plural)
        title = _("Tables to approve: %(table)s") if Duty.SET_PRICES in found.approves else _("To publish: %(table)s")
        items += _item(found, f"approve:{label}", title % {"table": name}, to_decide(viewer, found), "decide", found.approves)
        refused = _("Refused, to be changed: %(table)s") % {"table": name}
        items += _item(found, f"refused:{label}", refused, to_change(viewer, found), "change", found.writes)
        waits = _("Waits to be published: %(table)s") % {"table": name}
        items += _item(found, f"in_hand:{label}", waits, in_hand(viewer, found), "change", found.writes)
    return items


def _item(found: Approvable, key: str, title: str, pending: Pending, page: str, duties: tuple[Duty, ...]) -> list[WorkItem]:
    """A line that leads to the only proposal, or to the list of them; none where nothing waits."""
    if not pending.count:
        return []
    table = f"admin:{found.model._meta.app_label}_{found.model._meta.model_name}"
    standing = "refused" if key.startswith("refused:") else "waiting"
    listed = f"{reverse(f'{table}_changelist')}?approval={standing}"
    url = reverse(f"{table}_{page}", args=[pending.only]) if pending.only else listed
    return [WorkItem(key, title, pending.count, url, pending.oldest, duties=duties)]
