"""What this room hangs into the registries of the floor; importing it (AppConfig.ready) does so."""

from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from applications.actions.changes import on_difference_settled
from applications.actions.deciding import on_settled, on_unsettled
from applications.models import Application
from applications.models.located import city_label
from applications.proposals import APPROVABLES
from applications.queries import applications, presence
from applications.queries.departures import not_departed
from applications.queries.itinerary import plans_of, stays_at
from applications.queries.money import APPLICATION, CHANGE, give_backs_waiting
from applications.rules.period import day_in_japan
from applications.states import ALIVE, ApplicationState, ServiceCode
from applications.summary import chip_of
from ossma.core import formats, registries, retention
from ossma.core.duties import Duty
from ossma.core.registries import Cover, Unsettled, WorkItem
from ossma.core.viewer import SYSTEM, Viewer


def approvals_panel(viewer: Viewer, at: datetime) -> tuple[str, dict[str, Any]]:
    """School's Today: applications that wait for a decision or for money."""
    counts = applications.count_by_state(viewer)
    states = (ApplicationState.AWAITING_APPROVAL, ApplicationState.AWAITING_PAYMENT)
    lines = [{"label": state.label, "count": counts.get(state, 0), "url": f"{reverse('school:applications:list')}?state={state}"} for state in states]
    listed = f"{reverse('school:applications:list')}?state={applications.CHANGE_WAITS}"
    lines.append({"label": _("A new period waits for approval"), "count": applications.count_of_changes(viewer), "url": listed})
    return "school/applications/today_panel.html", {"lines": lines, "may_open": viewer.is_school}


def member_panel(viewer: Viewer, member_id: int, at: datetime) -> tuple[str, dict[str, Any]]:
    """The member's file: applications, itinerary, and where the member is believed to be now, be it still in Japan."""
    rows = applications.of_member(viewer, member_id)
    here = presence.where_is(viewer, member_id, at)
    lines = [{"application": application, "chip": chip_of(application), "plan": plan} for application, plan in plans_of(rows)]
    return "school/applications/member_panel.html", {
        "lines": lines,
        "here": here,
        "departs_on": None if here else not_departed(viewer, [member_id], at).get(member_id),
        "city": city_label(here.country_id, here.city) if here else "",
        "now": at,
    }


def give_back_work(viewer: Viewer, at: datetime) -> list[WorkItem]:
    """Office: money to give back for which a refund could not be asked for yet (another one of the order is under way)."""
    count, oldest = give_backs_waiting(viewer)
    url = f"{reverse('admin:applications_giveback_changelist')}?refund__isempty=1"
    title = _("Money to give back that waits for another refund")
    return [WorkItem("give_back", title, count, url, oldest, duties=(Duty.HANDLE_PAYMENTS,))] if count else []


def cover_lines(member_id: int, at: datetime) -> list[Cover]:
    """For staff who help: the service that runs, and whether its fee is paid."""
    today = day_in_japan(at)
    running = [one for one in applications.of_member(SYSTEM, member_id) if one.state in ALIVE and one.first_day <= today <= one.last_day]
    return [Cover(str(ServiceCode(one.service).label), _paid(one)) for one in running]


def stay_lines(member_id: int, at: datetime) -> list[Cover]:
    """For staff who help: where the member stays by the itinerary, and whom to ask there."""
    lines = []
    for stay in stays_at(member_id, at):
        where = ", ".join(filter(None, (stay.place, stay.address)))
        lines += [
            Cover(_("By the itinerary (%(kind)s)") % {"kind": stay.get_kind_display()}, where),
            Cover(_("Phone there"), stay.phone),
            Cover(_("Local emergency contact"), stay.local_contact),
            Cover(_("Booking reference"), stay.booking),
            Cover(_("Note"), stay.note),
        ]
    return [line for line in lines if line.value]


def _paid(application: Application) -> str:
    text = _("paid, until %(day)s") if application.state == ApplicationState.IN_FORCE else _("fee not paid yet, until %(day)s")
    return text % {"day": formats.day(application.last_day, get_language() or "ja")}


registries.settled.register(APPLICATION, on_settled)
registries.settled.register(CHANGE, on_difference_settled)
registries.unsettled.register(APPLICATION, Unsettled(names=applications.named_in_force, close=on_unsettled))
# A period that holds stays: what of it is unpaid, the office takes up with the member.
registries.unsettled.register(CHANGE, Unsettled(names=lambda _change_id: "", close=lambda **_about: None))
registries.work_list.register("applications", give_back_work)
registries.today_panels.register("applications.waiting", approvals_panel)
registries.member_panels.register("applications", member_panel)
registries.cover_facts.register("applications.stay", stay_lines)
registries.cover_facts.register("applications", cover_lines)
for label, approvable in APPROVABLES.items():
    registries.approvals.register(label, approvable)
drafts = retention.Rule("applications.ApplicationDraft", "updated_at", retention.A_YEAR_AND_MORE)
registries.retention.register("applications.drafts", drafts)
retention.ended_by("applications.drafts", drafts.table)
retention.kept_because(
    "What was applied for, planned, quoted and called off: the contract with the member, kept with the books.",
    "applications.Application",
    "applications.Destination",
    "applications.PeriodChange",
    "applications.Quote",
    "applications.Cancellation",
    "applications.GiveBack",
)
retention.kept_because(
    "Where a member was: says why a check asked them; ends with the member (contracts.md D2).",
    "applications.Stay",
)
retention.kept_because(
    "Effective-dated tables of the office, a few rows a year: what was quoted must stay explainable.",
    "applications.FeeTable",
    "applications.FeeRow",
    "applications.HandlingRate",
    "applications.CancellationTable",
    "applications.CancellationRow",
)
