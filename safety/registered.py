"""What checks hang into the start pages (school's Today, office's work list, health page); importing it (AppConfig.ready) does so."""

from datetime import datetime, timedelta
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from members import school_access
from members.states import SchoolAct
from ossma.core import registries
from ossma.core.duties import Duty
from ossma.core.registries import CameBack, Health, WorkItem
from ossma.core.viewer import SYSTEM, Viewer
from safety import actions, retention
from safety.actions.pictures import delete_pictures
from safety.actions.positions import coarsen_positions
from safety.life import touch_life
from safety.proposals import APPROVABLES
from safety.queries import dashboard, following, plans
from safety.queries import desk as desks
from safety.queries.cover import line_of
from safety.queries.pictures import picture_facts
from safety.queries.summaries import found_wrong_since, waiting_shifts
from safety.states import CheckKind

# From this many messages given up on, monitors are told too.
MANY_FAILURES = 50
CASES_SHOWN = 5
# From this many changes that nobody folds into the figures, dashboards grow slow; a figure found wrong is told for a week.
MANY_SHIFTS = 50_000
TOLD_FOR = timedelta(days=7)


def today_safety(viewer: Viewer, at: datetime) -> tuple[str, dict[str, Any]]:
    """Who needs help, first of all; then the checks that run, with their figures."""
    checks = following.open_checks(viewer)
    tallies = dashboard.tallies(viewer, checks)
    listed = following.open_cases(viewer)
    cases = [case for case in listed if not case.is_drill]
    rows: list[dict[str, Any]] = [{"check": check, "tally": tallies[check.pk]} for check in checks]
    context = {
        "now": at,
        "cases": cases[:CASES_SHOWN],
        "more": max(0, len(cases) - CASES_SHOWN),
        "follow": desks.counts(viewer, at),
        "checks": [row for row in rows if row["check"].kind != CheckKind.DRILL],
        # In a box of their own, below what is real.
        "drills": [row for row in rows if row["check"].kind == CheckKind.DRILL],
        "drill_cases": len(listed) - len(cases),
        "may_ask": viewer.is_school and school_access.may(viewer, SchoolAct.FOLLOW_UP),
    }
    return "school/safety/panel.html", context


CASES = (Duty.WORK_CASES,)


def office_work(viewer: Viewer, at: datetime) -> list[WorkItem]:
    """For the office: calls for help nobody has answered, the silent of checks that run, messages that did not arrive."""
    items = []
    waiting, oldest = following.waiting_cases(viewer)
    if waiting:
        items.append(WorkItem("help", _("Needs help"), waiting, reverse("office:safety:cases"), oldest, urgent=True, duties=CASES))
    follow = desks.counts(viewer, at)
    if follow.handed_over:
        url = f"{reverse('office:safety:desk')}?part=due"
        title = _("Handed to the helpline, nobody in charge")
        items.append(WorkItem("handed_over", title, follow.handed_over, url, follow.handed_oldest, urgent=True, duties=CASES))
    if follow.overdue:
        url = f"{reverse('office:safety:desk')}?part=due"
        items.append(WorkItem("follow", _("Follow-ups due"), follow.overdue, url, follow.oldest, urgent=True, duties=CASES))
    checks = following.open_checks(viewer, real_only=True)
    tallies = dashboard.tallies(viewer, checks)
    for check in checks:
        if tallies[check.pk].silent:
            title, url = _("No answer: %(title)s") % {"title": check.title}, reverse("office:safety:show", args=[check.pk])
            items.append(WorkItem(f"silent:{check.pk}", title, tallies[check.pk].silent, url, check.sent_at, duties=CASES))
    held = plans.held_drafts(viewer)
    if held:
        title, url = _("Safety checks drafted from advisories"), reverse("office:safety:preview", args=[held[0].pk])
        due = bool(held[0].held_until and held[0].held_until <= at)
        items.append(WorkItem("rule_drafts", title, len(held), url, held[0].created_at, urgent=due, duties=(Duty.SEND_CHECK,)))
    outdated = plans.outdated_drafts(viewer)
    if outdated:
        title = _("Safety checks whose advisory was taken back or has risen")
        url, first = reverse("office:safety:show", args=[outdated[0].pk]), outdated[0].created_at
        items.append(WorkItem("outdated_drafts", title, len(outdated), url, first, urgent=True, duties=(Duty.SEND_CHECK,)))
    failed, since = dashboard.failed_sendings(viewer)
    if failed:
        items.append(WorkItem("undelivered", _("Messages not delivered"), failed, reverse("office:safety:list"), since, duties=CASES))
    return items


def member_panel(viewer: Viewer, member_id: int, at: datetime) -> tuple[str, dict[str, Any]]:
    """The member's file: the last sign of life, cases, calls."""
    face = "office" if viewer.is_office else "school"
    return "school/safety/member_panel.html", {"past": following.past_of(viewer, member_id), "case_url": f"{face}:safety:case", "now": at}


def sending_health() -> Health:
    """How many messages of running checks were given up."""
    failed, _since = dashboard.failed_sendings(SYSTEM)
    return Health(ok=failed < MANY_FAILURES, detail=f"{failed} messages of open checks given up")


def figures_health() -> Health:
    """Whether the figures of the dashboards are folded, and were right whenever they were compared with the rows."""
    waiting, wrong = waiting_shifts(MANY_SHIFTS), found_wrong_since(timezone.now() - TOLD_FOR)
    return Health(ok=waiting < MANY_SHIFTS and not wrong, detail=f"{waiting} changes to fold, {wrong} checks with wrong figures repaired")


def sign_of_life(member_id: int, at: datetime, source: str, place: str) -> None:
    """What lower rooms hear of a member goes into the one row of their last sign of life."""
    touch_life(member_ids=[member_id], at=at, source=source, place=place)


def coarsen(at: datetime, dry_run: bool) -> int:
    """Exact positions are kept for 90 days."""
    return coarsen_positions(actor=SYSTEM, at=at, dry_run=dry_run)


def forget_pictures(at: datetime, dry_run: bool) -> int:
    """Pictures of answers are kept as long as exact positions."""
    return delete_pictures(actor=SYSTEM, at=at, dry_run=dry_run)


def cover_head(viewer: Viewer, application_id: int, at: datetime) -> tuple[str, dict[str, Any]]:
    """On the page of an application: is it paid, insured, planned, and can the member be reached?"""
    return "member/safety/cover_head.html", {"line": line_of(viewer, application_id, at)}


registries.application_heads.register("safety.cover", cover_head)
registries.today_panels.register("safety.now", today_safety)
registries.work_list.register("safety.now", office_work)
registries.member_panels.register("safety", member_panel)


def came_back(back: CameBack, at: datetime) -> str:
    """The post brought back a message of a check."""
    return actions.message_came_back(actor=SYSTEM, at=at, delivery_id=back.number)


def said_came_back(address: str, actor: Viewer, at: datetime) -> int:
    """Somebody of the office read that mail to an address came back."""
    return actions.said_came_back(actor=actor, at=at, address=address)


registries.came_back.register("safety", came_back)
registries.said_came_back.register("safety", said_came_back)
registries.health.register("safety", sending_health)
registries.health.register("safety.figures", figures_health)
registries.signs_of_life.register("safety", sign_of_life)
registries.retention.register("safety.positions", coarsen)
registries.retention.register("safety.pictures", forget_pictures)
registries.data_export.register("safety.pictures", picture_facts)
retention.hang_in()
for label, approvable in APPROVABLES.items():
    registries.approvals.register(label, approvable)
