"""Refunds by bank transfer: the account that the money goes to, and the two people who look at it."""

import json
from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from ossma.core import audit
from ossma.core.duties import Duty, inner_action, not_for_office, office_duty
from ossma.core.refusals import Refused
from ossma.core.viewer import Viewer
from payments import rules
from payments.actions.moves import move_refund, note_refund
from payments.actions.refunds import finish_refund
from payments.disputes import require_possible
from payments.letters import tell_of_refund
from payments.models import Refund
from payments.queries.disputes import is_disputed
from payments.queries.locking import gone_without_us, lock_refund, share_of
from payments.queries.refunds import OPEN, is_in_file, stale_accounts, stale_files
from payments.states import RefundState, RefundWay

# The mail about an account names the end of its number only.
SHOWN_DIGITS = 3


@not_for_office
def give_account(*, refund_id: int, account: Mapping[str, str], actor: Viewer, at: datetime) -> Refund:
    """Keep the bank account that money goes back to, encrypted, until the transfer is made; the member is told each time.

    Another account than the one that was approved takes the approval back: the first person looks again.
    """
    given = json.dumps(dict(account), ensure_ascii=False)
    with transaction.atomic():
        refund = lock_refund(refund_id)
        if refund.way != RefundWay.TRANSFER or refund.state not in OPEN:
            raise Refused(_("No bank account is needed for this refund any more."))
        if refund.account == given:
            return refund
        if is_in_file(refund):
            raise Refused(rules.account_is_fixed())
        changed = bool(refund.account)
        refund.account, refund.account_at, refund.account_version = given, at, refund.account_version + 1
        refund.save(update_fields=["account", "account_at", "account_version"])
        note_refund(refund=refund, what="account_changed" if changed else "account_given", actor=actor, at=at)
        withdrawn = changed and refund.state == RefundState.APPROVED
        if withdrawn:
            withdraw_approval(refund=refund, actor=actor, at=at)
        ending = account["number"][-SHOWN_DIGITS:]
        tell_of_refund(
            refund, "account_noted", occasion=f"-{refund.account_version}", at=at,
            bank=account["bank"], ending=ending, changed=changed, withdrawn=withdrawn,
        )  # fmt: skip
    return refund


@inner_action
def withdraw_approval(*, refund: Refund, actor: Viewer, at: datetime) -> None:
    """Nobody has approved this account: the decision is made again, that on the handling fee too."""
    if refund.handling_returned:
        refund.amount, refund.handling_returned = refund.amount - refund.handling, False
    refund.approved_by = refund.approved_at = refund.due_at = None
    refund.withdrawn_at = at
    move_refund(refund=refund, to=RefundState.REQUESTED, what="approval_withdrawn", actor=actor, at=at)


@office_duty(Duty.CONFIRM_TRANSFER)
def confirm_transfer(*, refund_id: int, reference: str, seen: str, actor: Viewer, at: datetime) -> Refund:
    """The second pair of eyes: the transfer was made, to the account whose fingerprint is `seen`.

    Raises Refused for whoever approved it, and when the account that is kept is another than the one that was seen.
    """
    with transaction.atomic():
        refund = lock_refund(refund_id)
        if refund.way != RefundWay.TRANSFER:
            raise Refused(_("Money on a card is given back by the gateway."))
        if refund.state == RefundState.APPROVED:
            rules.require_in_no_file(is_in_file=is_in_file(refund))
            require_possible(is_disputed=is_disputed(refund.attempt), amount=refund.amount, held=share_of(refund.payment, refund.attempt))
            rules.require_in_step(missing=gone_without_us(refund.attempt))
            refusal = rules.refusal_of_second_pair(approved_by=refund.approved_by_id, user_id=actor.user_id)
            if refusal:
                raise refusal
            if not refund.account:
                raise Refused(_("The member has not given a bank account yet."))
            rules.require_seen(account=refund.account, seen=seen)
        refund.done_by_id = actor.user_id
        finish_refund(refund=refund, reference=reference, cause="bank transfer", actor=actor, at=at)
    return refund


@inner_action
def forget_accounts(*, actor: Viewer, at: datetime) -> int:
    """Empty the bank accounts of refunds that ended 90 days ago. Returns how many."""
    with transaction.atomic():
        count = stale_accounts(at).update(account="") + stale_files(at).update(content="")
        if count:
            audit.record(actor=actor, at=at, action="refunds.accounts_forgotten", subject=("refunds", count))
    return count
