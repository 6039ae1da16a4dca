"""Bank transfers that wait to be made, and the files that they are made by: for the office."""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import cache

from django.conf import settings
from django.db.models import F, OuterRef, QuerySet, Subquery, Sum
from django.db.models.expressions import CombinedExpression
from django.db.models.functions import Coalesce
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from ossma.core.duties import Duty
from ossma.core.viewer import Viewer
from payments.bank_text import bank_kana, not_taken
from payments.banks import Place, Unclear, find_bank, find_branch
from payments.models import LedgerLine, Refund, TransferFile
from payments.queries.disputes import REFUND_IS_DISPUTED
from payments.states import RefundState, RefundWay, TransferFileState, TransferLineState
from payments.zengin import HOLDER, Sender, Transfer


@dataclass(frozen=True, slots=True)
class ToMake:
    """An approved refund by transfer. `transfer` as banks take it, None while `obstacle` says why it cannot go into a file."""

    refund: Refund
    transfer: Transfer | None
    obstacle: str = ""

    @property
    def bank(self) -> str:
        """The account in one line, in the kana of banks."""
        if self.transfer is None:
            return ""
        one = self.transfer
        return f"{one.bank_code} {one.bank_kana} / {one.branch_code} {one.branch_kana} / {one.account}"


@dataclass(frozen=True, slots=True)
class FileWaiting:
    """Files that wait for somebody: how many in this state, and since when."""

    state: str
    count: int
    oldest: datetime


def transfers_to_make(viewer: Viewer, *, only: list[int] | None = None) -> list[ToMake]:
    """All approved transfers that are in no file, oldest approval first; `only` these refunds. One query."""
    if not viewer.may(Duty.CONFIRM_TRANSFER):
        return []
    rows = Refund.objects.filter(state=RefundState.APPROVED, way=RefundWay.TRANSFER)
    rows = rows.exclude(transfer_lines__state=TransferLineState.WAITING)
    rows = rows if only is None else rows.filter(pk__in=only)
    rows = (
        rows.annotate(gone=_gone(), disputed=REFUND_IS_DISPUTED, booked=_booked())
        .select_related("payment__member", "attempt")
        .order_by("approved_at", "pk")
    )
    # One search per bank and branch, however many accounts are there.
    bank_of, branch_of = cache(find_bank), cache(find_branch)
    return [_to_make(row, viewer, bank_of, branch_of) for row in rows]


def _gone() -> CombinedExpression:
    """How much less the gateway holds of the order than the ledger says, in yen (`locking.gone_without_us`, for many)."""
    done = Refund.objects.filter(attempt=OuterRef("attempt"), way=RefundWay.TRANSFER, state=RefundState.DONE)
    given = done.order_by().values("attempt")
    should_hold = _booked() + Coalesce(Subquery(given.annotate(sum=Sum("amount")).values("sum")), 0)
    return should_hold - Coalesce(F("attempt__held_there"), should_hold)


def _booked() -> Coalesce:
    """What the order has brought in and not given back, in yen."""
    lines = LedgerLine.objects.filter(attempt=OuterRef("attempt")).order_by().values("attempt")
    return Coalesce(Subquery(lines.annotate(sum=Sum("amount")).values("sum")), 0)


def _to_make(refund: Refund, viewer: Viewer, bank_of: Callable[[str], Place], branch_of: Callable[[Place, str], Place]) -> ToMake:
    account = json.loads(refund.account) if refund.account else {}
    obstacle = _obstacle(refund, account, viewer)
    if obstacle:
        return ToMake(refund, None, obstacle)
    try:
        bank: Place = bank_of(account.get("bank_code") or account["bank"])
        branch: Place = branch_of(bank, account.get("branch_code") or account["branch"])
    except Unclear:
        words = _("The bank or branch is not known: %(bank)s %(branch)s. Ask the member to enter the account again.")
        return ToMake(refund, None, words % {"bank": account["bank"], "branch": account["branch"]})
    transfer = Transfer(
        number=refund.pk,
        bank_code=bank.code,
        bank_kana=bank_kana(bank.kana),
        branch_code=branch.code,
        branch_kana=bank_kana(branch.kana),
        kind=account["kind"],
        account=account["number"],
        holder=bank_kana(account["holder"])[:HOLDER].strip(),
        amount=refund.amount,
    )
    return ToMake(refund, transfer)


def _obstacle(refund: Refund, account: dict[str, str], viewer: Viewer) -> str:
    if not account:
        return _("The member has not entered a bank account yet.")
    if refund.approved_by_id is not None and refund.approved_by_id == viewer.user_id:
        return _("You approved it yourself: somebody else has to put it into a file.")
    if refund.disputed:  # type: ignore[attr-defined]
        return _("The payer disputes the charge with the bank. Wait for the decision.")
    if refund.amount > refund.booked:  # type: ignore[attr-defined]
        return _("The order no longer holds that much: the payer's bank took it back. Refuse the refund.")
    if refund.gone > 0:  # type: ignore[attr-defined]
        return _("The gateway holds less of this order than our ledger says. Book that first.")
    if sign := not_taken(account["holder"]):
        return _("Banks do not take “%(sign)s” in the account holder. Ask the member to enter the account again.") % {"sign": sign}
    return ""


def mark_of(transfers: list[Transfer]) -> str:
    """What a page has shown of transfers, for the question whether it still holds."""
    shown = json.dumps([asdict(one) for one in transfers], sort_keys=True)
    return salted_hmac("payments.transfers", shown, algorithm="sha256").hexdigest()


def transfers_in(file: TransferFile) -> list[Transfer]:
    """What stands in a file; empty once its content is forgotten."""
    return [Transfer(**row) for row in json.loads(file.content)] if file.content else []


def files_open(viewer: Viewer) -> QuerySet[TransferFile]:
    """Files that wait for the second person or for the bank, newest first."""
    if not viewer.may(Duty.CONFIRM_TRANSFER):
        return TransferFile.objects.none()
    waiting = TransferFile.objects.filter(state__in=(TransferFileState.MADE, TransferFileState.CONFIRMED))
    return waiting.select_related("made_by", "confirmed_by")


def files_waiting(viewer: Viewer) -> list[FileWaiting]:
    """For the work list: files to confirm, and files without the bank's result."""
    found: dict[str, list[datetime]] = {}
    for state, made_at in files_open(viewer).order_by("made_at").values_list("state", "made_at"):
        found.setdefault(state, []).append(made_at)
    return [FileWaiting(state, len(times), times[0]) for state, times in found.items()]


def sender() -> Sender | None:
    """The office's own account by the settings; None while they do not name one that banks take."""
    try:
        bank = find_bank(settings.TRANSFER_BANK)
        branch = find_branch(bank, settings.TRANSFER_BRANCH)
    except Unclear:
        return None
    code, number, name = settings.TRANSFER_CLIENT_CODE, settings.TRANSFER_ACCOUNT, settings.TRANSFER_CLIENT_NAME
    if not (code.isdecimal() and len(code) <= 10 and number.isdecimal() and len(number) <= 7) or not name or not_taken(name):
        return None
    return Sender(
        code,
        name,
        bank.code,
        bank_kana(bank.kana),
        branch.code,
        bank_kana(branch.kana),
        settings.TRANSFER_ACCOUNT_KIND,
        number,
    )
