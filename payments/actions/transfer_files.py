"""Files of bank transfers: made by one person, confirmed by another, ended by the bank's result (office.md, "Duties and roles")."""

import json
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from ossma.core import audit
from ossma.core.duties import Duty, office_duty
from ossma.core.refusals import NotFound, Refused
from ossma.core.viewer import Viewer
from payments import rules
from payments.actions.refunds import finish_refund
from payments.actions.transfers import withdraw_approval
from payments.letters import tell_of_refund
from payments.models import Payment, Refund, TransferFile, TransferLine
from payments.queries.disputes import disputed_in
from payments.queries.locking import lock_refund
from payments.queries.transfers import mark_of, transfers_in, transfers_to_make
from payments.states import TRANSFER_FILE_MOVES, TransferFileState, TransferLineState
from payments.transfer_table import Result
from payments.zengin import Transfer


@dataclass(slots=True)
class Outcome:
    """What an import did: how many transfers were booked, were known already, were not made; and why which row did not fit."""

    done: int = 0
    known: int = 0
    returned: int = 0
    misfits: list[str] = field(default_factory=list)


@office_duty(Duty.CONFIRM_TRANSFER)
def make_transfer_file(*, refund_ids: list[int], seen: str, transfer_on: date, actor: Viewer, at: datetime) -> TransferFile:
    """Put these refunds into a file for the bank. `seen`: the mark of the transfers that this person saw.

    Raises Refused when they are not the same by now, for none, and for a day that is over.
    """
    if transfer_on < at.astimezone(rules.HOME_ZONE).date():
        raise Refused(_("This day is over. Choose today or a later day."), field="transfer_on")
    if actor.user_id is None:
        raise NotFound
    with transaction.atomic():
        orders = Refund.objects.filter(pk__in=refund_ids).values("attempt")
        concerned = Payment.objects.filter(ledger__attempt__in=orders).values("pk")
        list(Payment.objects.select_for_update().filter(pk__in=concerned).order_by("pk").values_list("pk"))
        ready = [one for one in transfers_to_make(actor, only=refund_ids) if one.transfer is not None]
        transfers = [one.transfer for one in ready if one.transfer is not None]
        if not transfers or mark_of(transfers) != seen:
            raise Refused(_("What is to be transferred has changed since this page was opened. Please look at it again."))
        total = sum(one.amount for one in transfers)
        file = TransferFile.objects.create(made_at=at, made_by_id=actor.user_id, transfer_on=transfer_on, count=len(transfers), total=total)
        rows = [TransferLine(file=file, refund=one.refund, amount=one.refund.amount) for one in ready]
        lines = TransferLine.objects.bulk_create(rows)
        numbered = [replace(one, number=line.pk) for one, line in zip(transfers, lines, strict=True)]
        file.content = json.dumps([asdict(one) for one in numbered], ensure_ascii=False)
        file.save(update_fields=["content"])
        _record(file, "made", {"count": file.count, "total": total}, actor=actor, at=at)
    return file


@office_duty(Duty.CONFIRM_TRANSFER)
def confirm_transfer_file(*, file_id: int, seen: str, actor: Viewer, at: datetime) -> TransferFile:
    """The second pair of eyes: these transfers may go to the bank. Raises Refused for whoever made the file."""
    with transaction.atomic():
        file = _lock_file(file_id)
        rules.require_other_confirmer(made_by=file.made_by_id, user_id=actor.user_id)
        if mark_of(transfers_in(file)) != seen:
            raise Refused(_("What is to be transferred has changed since this page was opened. Please look at it again."))
        _require_move(file, TransferFileState.CONFIRMED)
        _require_undisputed(file)
        file.state, file.confirmed_at, file.confirmed_by_id = TransferFileState.CONFIRMED, at, actor.user_id
        file.save(update_fields=["state", "confirmed_at", "confirmed_by"])
        _record(file, "confirmed", {"count": file.count, "total": file.total}, actor=actor, at=at)
    return file


@office_duty(Duty.CONFIRM_TRANSFER)
def discard_transfer_file(*, file_id: int, reason: str, actor: Viewer, at: datetime) -> TransferFile:
    """Take out of a file what is not booked: it does not go to the bank. The refunds wait to be made again.

    Once confirmed, only somebody else than its maker may: what has gone to the bank would be paid twice.
    Raises Refused without a reason.
    """
    if not reason.strip():
        raise Refused(_("Please write why."), field="reason")
    with transaction.atomic():
        file = _lock_file(file_id)
        if file.state == TransferFileState.CONFIRMED:
            rules.require_other_confirmer(made_by=file.made_by_id, user_id=actor.user_id)
        is_partly_booked = file.lines.exclude(state=TransferLineState.WAITING).exists()
        to = TransferFileState.FINISHED if is_partly_booked else TransferFileState.DISCARDED
        _require_move(file, to)
        dropped = file.lines.filter(state=TransferLineState.WAITING).update(state=TransferLineState.DROPPED, ended_at=at)
        file.state, file.ended_at, file.reason = to, at, reason.strip()[:300]
        file.save(update_fields=["state", "ended_at", "reason"])
        _record(file, "discarded", {"dropped": dropped, "why": file.reason}, actor=actor, at=at)
    return file


@office_duty(Duty.CONFIRM_TRANSFER)
def take_transfer_file(*, file_id: int, form: str, actor: Viewer, at: datetime) -> list[Transfer]:
    """What stands in a file, to be handed to the bank as `form`; on record. Raises Refused before somebody has confirmed it."""
    with transaction.atomic():
        file = _lock_file(file_id)
        if file.state not in {TransferFileState.CONFIRMED, TransferFileState.FINISHED} or not file.content:
            raise Refused(_("Only a confirmed file can be handed to the bank."))
        _require_undisputed(file)
        members = list(file.lines.values_list("refund__payment__member_id", flat=True))
        audit.record_looks(actor=actor, at=at, action="refund.account_seen", member_ids=members)
        _record(file, "taken", {"form": form, "count": file.count}, actor=actor, at=at)
    return transfers_in(file)


@office_duty(Duty.CONFIRM_TRANSFER)
def import_transfer_results(*, results: list[Result], actor: Viewer, at: datetime) -> Outcome:
    """Book what the bank says that it did. A row that does not fit changes nothing and is named; the same file again changes nothing."""
    outcome, files = Outcome(), set()
    for result in results:
        try:
            with transaction.atomic():
                files.add(_book(result, outcome, actor=actor, at=at))
        except Refused as refused:
            outcome.misfits.append(_("No. %(number)d: %(why)s") % {"number": result.number, "why": refused.message})
    for file_id in files:
        _end_file(file_id, actor=actor, at=at)
    detail = {
        "done": outcome.done,
        "known": outcome.known,
        "returned": outcome.returned,
        "misfits": len(outcome.misfits),
    }
    audit.record(
        actor=actor,
        at=at,
        action="transfer_results.imported",
        subject=("transfer_results", len(results)),
        detail=detail,
    )
    return outcome


def _book(result: Result, outcome: Outcome, *, actor: Viewer, at: datetime) -> int:
    """One row, under the locks of its file and of its refund. Returns the number of the file."""
    found = TransferLine.objects.filter(pk=result.number).values_list("file_id", "refund_id").first()
    if found is None:
        raise Refused(_("There is no transfer of this number."))
    file_id, refund_id = found
    refund = lock_refund(refund_id)
    file = _lock_file(file_id)
    line = file.lines.select_for_update().get(pk=result.number)
    _require_fit(result, file, line)
    if line.state != TransferLineState.WAITING:
        _require_same_end(result, line)
        outcome.known += 1
        return file_id
    line.ended_at = at
    if result.refused:
        line.state, line.note = TransferLineState.RETURNED, result.refused[:300]
        line.save(update_fields=["state", "note", "ended_at"])
        _ask_for_account(refund, line, actor=actor, at=at)
        outcome.returned += 1
        return file_id
    line.state = TransferLineState.DONE
    line.save(update_fields=["state", "ended_at"])
    # Two people: who approved the refund did not make the file (`transfers_to_make`), and who made it did not confirm it.
    refund.done_by_id = file.made_by_id
    finish_refund(refund=refund, reference=f"file-{file.pk}-{line.pk}", cause="bank transfer", actor=actor, at=at)
    outcome.done += 1
    return file_id


def _require_fit(result: Result, file: TransferFile, line: TransferLine) -> None:
    if file.state in {TransferFileState.MADE, TransferFileState.DISCARDED} or line.state == TransferLineState.DROPPED:
        raise Refused(_("Its file was not confirmed or was discarded, so it should not have gone to the bank. Please look into it."))
    if result.amount != line.amount:
        raise Refused(_("The sum is %(said)d yen; ours is %(ours)d yen.") % {"said": result.amount, "ours": line.amount})
    ours = {one.number: one for one in transfers_in(file)}.get(line.pk)
    theirs = result.transfer
    if ours and theirs and (ours.bank_code, ours.branch_code, ours.account) != (theirs.bank_code, theirs.branch_code, theirs.account):
        raise Refused(_("It went to another account than ours names. Please look into it."))


def _require_same_end(result: Result, line: TransferLine) -> None:
    """The same word again is no news; another one is."""
    if (line.state == TransferLineState.RETURNED) != bool(result.refused):
        raise Refused(_("The bank said something else of it before: %(state)s.") % {"state": line.get_state_display()})


def _ask_for_account(refund: Refund, line: TransferLine, *, actor: Viewer, at: datetime) -> None:
    """The account was wrong: the member enters it again, and the first person looks again."""
    refund.account, refund.last_error = "", line.note
    withdraw_approval(refund=refund, actor=actor, at=at)
    tell_of_refund(refund, "account", occasion=f"-t{line.pk}", at=at)


def _end_file(file_id: int, *, actor: Viewer, at: datetime) -> None:
    with transaction.atomic():
        file = _lock_file(file_id)
        if file.state == TransferFileState.CONFIRMED and not file.lines.filter(state=TransferLineState.WAITING).exists():
            file.state, file.ended_at = TransferFileState.FINISHED, at
            file.save(update_fields=["state", "ended_at"])
            _record(file, "finished", {"count": file.count}, actor=actor, at=at)


def _require_undisputed(file: TransferFile) -> None:
    if numbers := disputed_in(file):
        words = _("The payer disputes the charge of refund no. %(numbers)s with the bank. Discard the file and make it without that refund.")
        raise Refused(words % {"numbers": ", ".join(map(str, numbers))})


def _lock_file(file_id: int) -> TransferFile:
    file = TransferFile.objects.select_for_update().filter(pk=file_id).first()
    if file is None:
        raise NotFound
    return file


def _require_move(file: TransferFile, to: TransferFileState) -> None:
    if to not in TRANSFER_FILE_MOVES[TransferFileState(file.state)]:
        words = _("This file is %(state)s, so this cannot be done any more.")
        raise Refused(words % {"state": file.get_state_display()})


def _record(file: TransferFile, what: str, detail: dict[str, object], *, actor: Viewer, at: datetime) -> None:
    audit.record(actor=actor, at=at, action=f"transfer_file.{what}", subject=("transfer_file", file.pk), detail=detail)
