"""Conversations with a gateway: what is asked in which order, and which action each answer leads to.

No database transaction is open while the gateway is being asked.
"""

import logging
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from ossma.core.viewer import SYSTEM, Viewer
from payments import actions, queries, rules
from payments.gateways.base import (
    GatewayError,
    GatewayRefused,
    GatewayState,
    GatewayUnknown,
    Hint,
    LinkOrder,
    Method,
    Notice,
    Reason,
    Status,
)
from payments.gateways.registry import gateway
from payments.models import Attempt, GatewayNotice
from payments.rules import Verdict
from payments.states import AttemptState, NoticeState, TroubleKind

log = logging.getLogger(__name__)
TRIES = 3
# So many orders in a row that cannot be asked mean that the gateway is away: the rest waits for the next run.
SILENCES = 5
SILENT_NOTICES = 2
CLOSABLE = {Status.NOT_STARTED, Status.STARTED, Status.UNKNOWN, Status.AWAITING}


@dataclass(frozen=True, slots=True)
class Payer:
    """What the gateway is told about the person: for its form, nothing else."""

    name: str
    kana: str
    mail: str
    language: str
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """What came of asking about one order: a verdict, or why there is none; `away` when the gateway did not answer."""

    order_id: str
    verdict: Verdict | None = None
    error: str = ""
    away: bool = False


def _found(state: GatewayState) -> rules.Found:
    return rules.Found(
        status=state.status.value,
        amount=state.amount,
        currency=state.currency,
        method=state.method.value if state.method else "",
        slip=state.slip,
        access_id=state.access_id,
        access_pass=state.access_pass,
        raw=dict(state.raw),
        paid_at=state.at if state.status is Status.PAID else None,
        parts=state.parts,
        intent=state.intent,
        disputes=state.disputes,
    )


def start(*, payment_id: int, payer: Payer, return_url: str, actor: Viewer, at: datetime) -> str | None:
    """The address where this can be paid, or None while the gateway must first be asked what became of an earlier try.

    Raises Refused when nothing can be paid, GatewayError when the gateway is away.
    """
    for _round in range(TRIES):
        attempt, new = actions.begin_attempt(payment_id=payment_id, actor=actor, at=at)
        if new:
            url = _ask_for_link(attempt, payer=payer, return_url=return_url, actor=actor, at=at)
            if url:
                return url
            continue
        if rules.may_reuse(state=attempt.state, link=attempt.link, expires_at=attempt.expires_at, at=at):
            return attempt.link
        if rules.is_being_made(state=attempt.state, created_at=attempt.created_at, at=at):
            return None
        if _close(attempt, to=AttemptState.VOIDED, why="replaced", cause="member", actor=actor, at=at) is Verdict.NOTHING:
            return None
    return None


def _ask_for_link(attempt: Attempt, *, payer: Payer, return_url: str, actor: Viewer, at: datetime) -> str | None:
    """The new link; None when the payment was called off while the gateway was making it, or the order's name was spent already."""
    payment = attempt.payment
    slip_days = rules.terms_of(due_on=payment.due_on, purpose=payment.purpose, at=at).slip_days
    order = LinkOrder(
        order_id=attempt.order_id,
        amount=attempt.amount,
        title=payment.title_en if payer.language == "en" else payment.title_ja,
        return_url=return_url,
        expires_at=attempt.expires_at,
        methods=tuple(Method(method) for method in payment.methods),
        language=payer.language,
        payer_name=payer.name,
        payer_kana=payer.kana,
        payer_mail=payer.mail,
        payer_phone=payer.phone,
        konbini_days=slip_days,
    )
    try:
        link = gateway(attempt.gateway).create_link(order)
    except GatewayUnknown as error:
        actions.mark_unknown(order_id=attempt.order_id, error=str(error), actor=actor, at=at)
        raise
    except GatewayError as error:
        actions.close_attempt(order_id=attempt.order_id, to=AttemptState.FAILED, cause="gateway", error=str(error), actor=actor, at=at)
        if isinstance(error, GatewayRefused) and error.reason is Reason.ORDER_USED:
            # Somebody else had this name before us: the next attempt has another one.
            return None
        raise
    usable = actions.give_link(
        order_id=attempt.order_id, link=link.url, reference=link.reference, expires_at=link.expires_at, actor=actor, at=at
    )  # fmt: skip
    return link.url if usable else None


def _close(attempt: Attempt, *, to: AttemptState, why: str, cause: str, actor: Viewer, at: datetime) -> Verdict:
    """Make a live attempt unpayable at the gateway and end it; when money was faster, act on that instead."""
    result = gateway(attempt.gateway).cancel(attempt.order_id, reference=attempt.reference)
    if not result.closed:
        left = result.state
        if not rules.may_abandon(status=left.status.value, moved_at=left.at, begun_at=attempt.created_at, at=at):
            if left.status is Status.UNKNOWN and rules.is_link_over(state=attempt.state, expires_at=attempt.expires_at, at=at):
                actions.note_stuck(order_id=attempt.order_id, status=str(left.raw.get("Status", "")), actor=actor, at=at)
            return actions.apply_found(order_id=attempt.order_id, found=_found(left), cause=cause, actor=actor, at=at)
        why = f"{why}; left on a page that cannot be closed"
    actions.close_attempt(order_id=attempt.order_id, to=to, cause=cause, error=why, actor=actor, at=at)
    return Verdict.EXPIRE if to is AttemptState.EXPIRED else Verdict.VOID


def give_up(*, payment_id: int, cause: str, actor: Viewer, at: datetime) -> Verdict:
    """End the page or the number that is out for a payment, so that it can be paid another way. Whoever calls has asked whose it is.

    NOTHING when there is none, or while somebody may be paying on it. Raises GatewayError when the gateway is away.
    """
    attempt = queries.live_attempt(payment_id)
    if attempt is None or rules.is_being_made(state=attempt.state, created_at=attempt.created_at, at=at):
        return Verdict.NOTHING
    return _close(attempt, to=AttemptState.VOIDED, why="given up", cause=cause, actor=actor, at=at)


def ask_back(attempt: Attempt, *, cause: str, at: datetime, actor: Viewer = SYSTEM) -> Verdict:
    """Ask what became of an order and act on it. A live order whose link ran out, or whose payment is called off, is closed there.

    `attempt` comes with its payment. Raises GatewayError when the gateway cannot be asked.
    """
    try:
        state = gateway(attempt.gateway).query(attempt.order_id, reference=attempt.reference)
    except GatewayRefused as refusal:
        if refusal.reason is not Reason.NOT_FOUND:
            raise
        state = GatewayState(order_id=attempt.order_id, status=Status.NOT_STARTED)
    verdict = actions.apply_found(order_id=attempt.order_id, found=_found(state), cause=cause, actor=actor, at=at)
    if state.loose:
        # Paid by one method while a number for the store is still good: nobody shall pay twice.
        left = gateway(attempt.gateway).cancel(attempt.order_id, reference=attempt.reference).state
        second = actions.apply_found(order_id=attempt.order_id, found=_found(left), cause=cause, actor=actor, at=at)
        return verdict if second is Verdict.NOTHING else second
    if state.status not in CLOSABLE:
        return verdict
    if rules.is_unwanted(attempt=attempt.state, payment=attempt.payment.state):
        return _close(attempt, to=AttemptState.VOIDED, why="no longer to be paid", cause=cause, actor=actor, at=at)
    if rules.is_link_over(state=attempt.state, expires_at=attempt.expires_at, at=at):
        return _close(attempt, to=AttemptState.EXPIRED, why="the link ran out", cause=cause, actor=actor, at=at)
    return verdict


def apply_notice(notice: GatewayNotice, *, at: datetime, actor: Viewer = SYSTEM) -> bool:
    """Act on one stored notice: ask the gateway about its order first, and believe that answer, not the notice. False when it cannot be asked.

    A notice that disagrees goes to a person and holds its payment until then. One from an address that is not on the list
    proves nothing: it makes us ask, and its outcome says where it came from.
    """
    sender = gateway(notice.gateway)
    headers = {sender.signature_header: notice.signature}
    parsed = sender.parse_notice(headers, bytes(notice.body), notice.remote_address or "", notice.received_at)
    attempt = queries.attempt_by_order(SYSTEM, parsed.order_id) or queries.attempt_by_intent(SYSTEM, notice.gateway, parsed.intent)
    source = "" if parsed.address_ok else ", from an address that is not on the list"
    fault = _fault(parsed, attempt)
    if attempt is None or fault:
        state = NoticeState.REVIEW if parsed.address_ok else NoticeState.IGNORED
        trouble = fault if parsed.address_ok else None
        # Of a payment that is not ours at least the gateway's name is told.
        name = _name(attempt) or parsed.intent
        outcome = f"{fault}: {parsed.total} {parsed.currency}{source}"
        actions.finish_notice(notice_id=notice.pk, state=state, outcome=outcome, trouble=trouble, order_id=name, actor=actor, at=at)
        if attempt and trouble is TroubleKind.AMOUNT_DIFFERS:
            # The payment is on hold now, so nothing settles; but what is true about the money is known to the member.
            _ask(attempt, at, cause="notice")
        return True
    if parsed.hint is Hint.IN_DOUBT and parsed.address_ok:
        # Said before the gateway is asked: it cannot answer itself until it knows.
        actions.note_doubt(order_id=attempt.order_id, in_doubt=True, actor=actor, at=notice.received_at)
    try:
        verdict = ask_back(attempt, cause="notice", at=at, actor=actor)
    except GatewayError as error:
        log.warning("notice %s cannot be applied yet: %s", notice.pk, type(error).__name__)
        actions.postpone_notice(notice_id=notice.pk, tries=notice.tries, error=str(error), actor=actor, at=at)
        return not _is_away(error)
    if parsed.hint in {Hint.UNPAID, Hint.LINK_OVER} and parsed.address_ok:
        actions.note_doubt(order_id=attempt.order_id, in_doubt=False, actor=actor, at=at)
    state = NoticeState.IGNORED if verdict is Verdict.NOTHING else NoticeState.APPLIED
    actions.finish_notice(notice_id=notice.pk, state=state, outcome=f"{verdict}{source}", trouble=None, order_id=_name(attempt), actor=actor, at=at)
    return True


def _name(attempt: Attempt | None) -> str:
    return attempt.order_id if attempt else ""


def _is_away(error: GatewayError) -> bool:
    return not isinstance(error, GatewayRefused) or error.retryable


def _fault(parsed: Notice, attempt: Attempt | None) -> TroubleKind | None:
    """Why a notice must not be acted on, if it must not."""
    if not parsed.shop_ok:
        return TroubleKind.SHOP_DIFFERS
    if attempt is None:
        return TroubleKind.UNKNOWN_ORDER
    paid = parsed.status is Status.PAID
    expected = queries.expected_totals(attempt)
    disagrees = rules.notice_disagrees(paid=paid, total=parsed.total, currency=parsed.currency, expected=expected)
    return TroubleKind.AMOUNT_DIFFERS if disagrees and parsed.address_ok else None


def apply_notices(notices: Iterable[GatewayNotice], *, clock: Callable[[], datetime]) -> int:
    """Apply one after the other; one that we stumble over does not keep the others waiting. Returns how many were looked at.

    Several in a row that the gateway leaves unanswered end the run: a worker has others to serve. The rest is due again when its lease ends.
    """
    looked = silences = 0
    for notice in notices:
        looked += 1
        try:
            silences = 0 if apply_notice(notice, at=clock()) else silences + 1
        except Exception as error:  # whatever it is, the notice is kept, tried again, and in the end shown to a person
            log.exception("notice %s cannot be applied", notice.pk)
            actions.postpone_notice(notice_id=notice.pk, tries=notice.tries, error=type(error).__name__, actor=SYSTEM, at=clock())
        if silences == SILENT_NOTICES:
            break
    return looked


def reconcile(attempts: Iterable[Attempt], *, clock: Callable[[], datetime]) -> Iterator[Asked]:
    """Ask about one order after the other. Gives up when several in a row show that the gateway is away."""
    silences = 0
    for attempt in attempts:
        answer = _ask(attempt, clock())
        yield answer
        silences = silences + 1 if answer.away else 0
        if silences == SILENCES:
            return


def _ask(attempt: Attempt, at: datetime, cause: str = "reconciliation") -> Asked:
    try:
        verdict = ask_back(attempt, cause=cause, at=at)
    except GatewayError as error:
        log.warning("order %s cannot be asked: %s", attempt.order_id, type(error).__name__)
        return Asked(attempt.order_id, error=str(error), away=_is_away(error))
    except Exception as error:  # a fault of ours about one order does not keep the others waiting
        log.exception("order %s cannot be reconciled", attempt.order_id)
        return Asked(attempt.order_id, error=type(error).__name__)
    return Asked(attempt.order_id, verdict)
