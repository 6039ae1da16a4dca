"""What this room hangs into the registries of the floor; importing it (AppConfig.ready) does so."""

from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from members.actions import invitations
from members.proposals import APPROVABLES
from members.queries import bounced, kind_requests, profile, staff
from members.work import approval_work
from ossma.core import registries, retention
from ossma.core.duties import Duty
from ossma.core.push import devices, vapid
from ossma.core.registries import Task, WorkItem
from ossma.core.viewer import SYSTEM, Viewer


def own_data_tasks(viewer: Viewer, at: datetime) -> list[Task]:
    """Member's home: placeholders of the school to correct (M6), a second address that gets no message yet."""
    mend = profile.to_mend(viewer.member_id) if viewer.member_id else profile.ToMend()
    tasks = []
    if mend.numbers:
        title = _("Please check your telephone numbers: %(numbers)s") % {"numbers": ", ".join(mend.numbers)}
        text = _("They do not say of which country they are, so they cannot be called in an emergency.")
        tasks.append(Task(title, text, reverse("member:members:edit"), urgent=True))
    if mend.placeholders:
        title = _("Please correct your mobile number and your emergency contact")
        text = _("Your school registered you with placeholders.")
        tasks.append(Task(title, text, reverse("member:members:edit"), urgent=True))
    if mend.address:
        title = _("Please confirm %(address)s") % {"address": mend.address}
        text = _("Until then no safety message goes there.")
        tasks.append(Task(title, text, reverse("member:members:index"), urgent=True))
    return tasks


def bounced_tasks(viewer: Viewer, at: datetime) -> list[Task]:
    """Member's home: an address from which messages come back would leave them alone in an emergency."""
    tasks = []
    for row, is_second in bounced.bounced(viewer, viewer.member_id) if viewer.member_id else []:
        title = _("%(address)s does not work") % {"address": row.address}
        url = reverse("member:members:edit") if is_second else reverse("account_email")
        tasks.append(Task(title, _("Our messages come back from there. Please enter an address that works."), url, urgent=True))
    return tasks


def kind_panel(viewer: Viewer, at: datetime) -> tuple[str, dict[str, Any]]:
    """The school's Today: members who ask for another member kind."""
    count, _since = kind_requests.count(viewer)
    return ("school/members/kind_panel.html", {"count": count}) if count else ("", {})


def kind_work(viewer: Viewer, at: datetime) -> list[WorkItem]:
    """For the office: the same, of every school."""
    count, since = kind_requests.count(viewer)
    title, url = _("Requests for another member kind"), reverse("office:members:kind_requests")
    return [WorkItem("kind_requests", title, count, url, since, duties=(Duty.HANDLE_APPLICATIONS,))] if count else []


def bounced_panel(viewer: Viewer, member_id: int, at: datetime) -> tuple[str, dict[str, Any]]:
    """The member's file: whether mail reaches them."""
    return "school/members/bounced_panel.html", {"bounced": [row for row, _is_second in bounced.bounced(viewer, member_id)]}


READERS = (Duty.FIND_MEMBER,)


def post_work(viewer: Viewer, at: datetime) -> list[WorkItem]:
    """For the office: members whom mail does not reach, returned mail that nobody understood."""
    dead, since = bounced.unreached(viewer)
    strange, first = bounced.strange_returns(viewer)
    final = f"{reverse('admin:core_bouncedaddress_changelist')}?is_final__exact=1"
    listed = reverse("office:members:returned")
    refused, lately = bounced.refused_by_policy(viewer, at)
    by_rule = f"{reverse('admin:core_returnedmail_changelist')}?reason__exact=policy"
    items = [
        WorkItem("bounced", _("Addresses that do not work"), dead, final, since, duties=READERS),
        WorkItem("returned", _("Returned mails nobody understood"), strange, listed, first, duties=READERS),
        # That is about our server and our sender's records, not about anybody's address.
        WorkItem("mail_policy", _("Our mails are refused by rule"), refused, by_rule, lately, urgent=True, duties=(Duty.SEE_HEALTH,)),
    ]
    return [item for item in items if item.count]


def delegate_work(viewer: Viewer, at: datetime) -> list[WorkItem]:
    """For the office: people of outside firms who have accepted and wait for its approval (contracts.md A1)."""
    waiting = staff.delegates_waiting(viewer)
    oldest = waiting.values_list("accepted_at", flat=True).first()
    url = reverse("office:members:staff_schools")
    title, duties = _("Delegates of outside firms to approve"), (Duty.MANAGE_CONTRACTS,)
    return [WorkItem("delegates", title, waiting.count(), url, oldest, duties=duties)] if oldest else []


def forget_invitations(at: datetime, dry_run: bool) -> int:
    """Retention: invitations that ended, or expired, INVITATION_KEPT_DAYS ago."""
    return staff.old_invitations(at).count() if dry_run else invitations.forget_invitations(actor=SYSTEM, at=at)


def push_tasks(viewer: Viewer, at: datetime) -> list[Task]:
    """Member's home: until one device of theirs takes push messages, the way to it (M9)."""
    if viewer.user_id is None or not vapid.is_on() or devices.of_users([viewer.user_id], at=at):
        return []
    text = _("A safety check then appears on the screen at once, and you answer right there.")
    return [Task(_("Receive safety checks on this phone"), text, reverse("member:members:push"))]


registries.home_tasks.register("members.own_data", own_data_tasks)
registries.home_tasks.register("members.push", push_tasks)
registries.home_tasks.register("members.bounced", bounced_tasks)
registries.today_panels.register("members.kinds", kind_panel)
registries.work_list.register("members.kinds", kind_work)
registries.member_panels.register("members.bounced", bounced_panel)
registries.work_list.register("members.post", post_work)
registries.work_list.register("members.delegates", delegate_work)
registries.retention.register("members.invitations", forget_invitations)
# It holds what was typed, medical notes included; who comes back later begins at the join password again.
sign_ups = retention.Rule("members.SignupDraft", "updated_at", retention.A_SEASON)
registries.retention.register("members.sign_ups", sign_ups)
retention.ended_by("members.sign_ups", sign_ups.table)
retention.ended_by("members.invitations", "members.Invitation")
retention.kept_because("The account itself: closing one is an act of the office (contracts.md D2).", "members.User")
retention.kept_because(
    "The member's file: ends with the member (contracts.md D2).",
    "members.Member",
    "members.EmergencyContact",
)
retention.kept_because("Says who decided what the member is: ends with the member.", "members.KindRequest")
retention.kept_because("Proof of what was agreed to.", "members.LegalAcceptance", "members.LegalDocument")
retention.kept_because(
    "A school, its contract and its people: some rows a school, kept for its accounts and its history.",
    "members.School",
    "members.SchoolStateChange",
    "members.SchoolContract",
    "members.SchoolRole",
    "members.JoinPassword",
    "members.Group",
)
registries.known_addresses.register("members", bounced.is_known_address)
registries.work_list.register("members.approvals", approval_work)
for label, approvable in APPROVABLES.items():
    registries.approvals.register(label, approvable)
