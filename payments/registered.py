"""What this room hangs into the registries of the floor; importing it (AppConfig.ready) does so."""

from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from ossma.core import registries, retention
from ossma.core.duties import Duty
from ossma.core.formats import yen
from ossma.core.registries import Health, Task, WorkItem
from ossma.core.viewer import SYSTEM, Face, Viewer
from payments import actions, queries
from payments.queries.transfers import files_waiting
from payments.states import PaymentState, RefundState, TransferFileState, TroubleKind

# A gateway that is away must not take this product off the net; from this many overdue notices on, monitors are told too.
MANY_WAITING = 50


def office_work(viewer: Viewer, at: datetime) -> list[WorkItem]:
    """Money that disagrees with the gateway, by kind, oldest first (office.md O1)."""
    listed = reverse("admin:payments_trouble_changelist")
    troubles = [
        WorkItem(
            key=f"trouble:{row['kind']}",
            title=str(TroubleKind(row["kind"]).label),
            count=row["count"],
            url=f"{listed}?resolved_at__isempty=1&kind__exact={row['kind']}",
            oldest=row["oldest"],
            duties=(Duty.HANDLE_PAYMENTS,),
        )
        for row in queries.open_troubles(viewer)
    ]
    return [*troubles, *_refund_work(viewer), *_late_slips(viewer, at)]


def _refund_work(viewer: Viewer) -> list[WorkItem]:
    """Refunds to decide, and transfers to make."""
    listed = f"{reverse('admin:payments_refund_changelist')}?state__exact={RefundState.REQUESTED}"
    to_make = reverse("admin:payments_transferfile_to_make")
    kinds: dict[str, tuple[str, Duty, str]] = {
        RefundState.REQUESTED: (_("Refunds to decide"), Duty.APPROVE_REFUND, listed),
        RefundState.APPROVED: (_("Bank transfers to make"), Duty.CONFIRM_TRANSFER, to_make),
    }
    files = {
        TransferFileState.MADE: _("Transfer files to confirm"),
        TransferFileState.CONFIRMED: _("Transfer files without the bank's result"),
    }
    refunds = [
        WorkItem(f"refunds:{state}", kinds[state][0], count, kinds[state][2], oldest, duties=(kinds[state][1],))
        for state, count, oldest in queries.refunds_waiting(viewer)
    ]
    return refunds + [
        WorkItem(
            f"transfer_files:{one.state}",
            files[TransferFileState(one.state)],
            one.count,
            to_make,
            one.oldest,
            duties=(Duty.CONFIRM_TRANSFER,),
        )
        for one in files_waiting(viewer)
    ]


def _late_slips(viewer: Viewer, at: datetime) -> list[WorkItem]:
    """Slips whose term is over and of which the gateway has not said what became."""
    count, oldest = queries.late_slips(viewer, at)
    url = f"{reverse('admin:payments_payment_changelist')}?state__exact=awaiting"
    title = _("Late convenience store payments")
    return [WorkItem("late_slips", title, count, url, oldest, duties=(Duty.HANDLE_PAYMENTS,))] if count else []


def payment_tasks(viewer: Viewer, at: datetime) -> list[Task]:
    """Member's home: what is to be paid or to be finished, and where an account is wanted. What the office is checking is nobody's task."""
    texts = {
        PaymentState.OWED: _("Not paid yet"),
        PaymentState.STARTED: _("The payment has been started"),
        PaymentState.AWAITING: _("Please pay at the store"),
        PaymentState.EXPIRED: _("The time to pay has run out"),
    }
    doubt = _("The result is being confirmed. Please do not pay again")
    tasks = []
    for payment in queries.payments_to_deal_with(viewer):
        if payment.account_wanted:
            tasks.append(Task(payment.title, _account_wanted(payment.account_wanted), reverse("member:payments:refund", args=[payment.pk])))
        if payment.state in texts and not payment.held:
            said = doubt if payment.in_doubt else texts[PaymentState(payment.state)]
            look = _("Look at it") if payment.in_doubt else ""
            tasks.append(Task(payment.title, said, reverse("member:payments:detail", args=[payment.pk]), action=look))
    return tasks


def _account_wanted(amount: int) -> str:
    words = _("%(amount)s goes back to you by bank transfer. Please enter a bank account")
    return words % {"amount": yen(amount, get_language() or "ja")}


def member_panel(viewer: Viewer, member_id: int, at: datetime) -> tuple[str, dict[str, Any]]:
    """The member's file: what was owed and paid (office.md O2). Supporters follow safety, not money: they get an empty panel."""
    context = {
        "payments": queries.payments_about(viewer, member_id),
        "may_see": viewer.face is not Face.SUPPORTER,
        "is_office": viewer.is_office,
    }
    return "school/payments/member_panel.html", context


def gateway_health() -> Health:
    """Whether notices of the gateway are applied in time."""
    waiting = queries.notices_waiting(SYSTEM, timezone.now())
    return Health(ok=waiting < MANY_WAITING, detail=f"{waiting} notices overdue")


def forget_accounts(at: datetime, dry_run: bool) -> int:
    """Bank accounts of refunds that ended 90 days ago."""
    return queries.old_accounts(at) if dry_run else actions.forget_accounts(actor=SYSTEM, at=at)


registries.retention.register("payments.accounts", forget_accounts)
retention.ended_by("payments.accounts", "payments.Refund")
retention.kept_because(
    "Books: kept for the seven years of the tax law; accounts for refunds, in files for the bank too, are emptied earlier.",
    "payments.Payment",
    "payments.PaymentLine",
    "payments.PaymentMove",
    "payments.LedgerLine",
    "payments.TransferFile",
    "payments.TransferLine",
)
retention.kept_because(
    "Evidence of what the gateway and we said to each other: kept with the books.",
    "payments.Attempt",
    "payments.GatewayNotice",
    "payments.Trouble",
)
registries.work_list.register("payments", office_work)
registries.home_tasks.register("payments", payment_tasks)
registries.member_panels.register("payments", member_panel)
registries.data_export.register("payments", queries.export_of)
registries.health.register("gateway", gateway_health)
