"""Conversations with a gateway: what is asked in which order, and which action each answer leads to.

No database transaction is open while the gateway is being asked.
"""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from ossma.core.refusals import Refused
from ossma.core.viewer import SYSTEM, Viewer
from payments import actions, queries, rules
from payments.gateways.base import (
    GatewayError,
    GatewayRefused,
    GatewayState,
    GatewayUnknown,
    LinkOrder,
    Method,
    Reason,
    Status,
)
from payments.gateways.registry import gateway
from payments.models import Attempt, GatewayNotice
from payments.states import AttemptState, NoticeState, TroubleKind

log = logging.getLogger(__name__)
TRIES = 3


@dataclass(frozen=True, slots=True)
class Payer:
    """What the gateway is told about the person: for its form, nothing else."""

    name: str
    kana: str
    mail: str
    language: str


def _found(state: GatewayState) -> rules.Found:
    return rules.Found(
        status=state.status.value,
        amount=state.amount,
        currency=state.currency,
        method=state.method.value if state.method else "",
        access_id=state.access_id,
        access_pass=state.access_pass,
        raw=dict(state.raw),
    )


def start(*, payment_id: int, payer: Payer, return_url: str, actor: Viewer, at: datetime) -> str | None:
    """The address where this can be paid, or None while the gateway must first be asked what became of an earlier try.

    Raises Refused when nothing can be paid, GatewayError when the gateway is away.
    """
    for _round in range(TRIES):
        attempt, new = actions.begin_attempt(payment_id=payment_id, actor=actor, at=at)
        if new:
            return _ask_for_link(attempt, payer=payer, return_url=return_url, actor=actor, at=at)
        if rules.may_reuse(attempt.state, attempt.expires_at, at):
            return attempt.link
        if attempt.state == AttemptState.CREATED and attempt.created_at > at - rules.PATIENCE:
            return None
        if not _end_stale(attempt, actor=actor, at=at):
            return None
    return None


def _ask_for_link(attempt: Attempt, *, payer: Payer, return_url: str, actor: Viewer, at: datetime) -> str:
    payment = attempt.payment
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
    )
    try:
        link = gateway(attempt.gateway).create_link(order)
    except GatewayUnknown as error:
        actions.mark_unknown(order_id=attempt.order_id, error=str(error), actor=actor, at=at)
        raise
    except GatewayError as error:
        actions.close_attempt(order_id=attempt.order_id, to=AttemptState.FAILED, error=str(error), actor=actor, at=at)
        raise
    actions.give_link(order_id=attempt.order_id, link=link.url, expires_at=link.expires_at, actor=actor, at=at)
    return link.url


def _end_stale(attempt: Attempt, *, actor: Viewer, at: datetime) -> bool:
    """Close a live attempt whose link is gone or was never learnt, unless the gateway knows better. True when it is over."""
    result = gateway(attempt.gateway).cancel(attempt.order_id)
    actions.apply_found(order_id=attempt.order_id, found=_found(result.state), cause="asked", actor=actor, at=at)
    if not result.closed:
        return False
    actions.close_attempt(order_id=attempt.order_id, to=AttemptState.VOIDED, error="replaced", actor=actor, at=at)
    return True


def ask_back(attempt: Attempt, *, cause: str, at: datetime, actor: Viewer = SYSTEM) -> rules.Verdict:
    """Ask what became of an order and act on it. An order that the gateway never saw ends when its link has run out.

    Raises GatewayError when it cannot be asked.
    """
    desk = gateway(attempt.gateway)
    try:
        state = desk.query(attempt.order_id)
    except GatewayRefused as refusal:
        if refusal.reason is not Reason.NOT_FOUND:
            raise
        state = GatewayState(order_id=attempt.order_id, status=Status.NOT_STARTED)
    verdict = actions.apply_found(order_id=attempt.order_id, found=_found(state), cause=cause, actor=actor, at=at)
    over = attempt.expires_at < at - timedelta(hours=1)
    if over and state.status in {Status.NOT_STARTED, Status.STARTED, Status.UNKNOWN}:
        result = desk.cancel(attempt.order_id)
        actions.apply_found(order_id=attempt.order_id, found=_found(result.state), cause=cause, actor=actor, at=at)
        if result.closed:
            actions.close_attempt(order_id=attempt.order_id, to=AttemptState.EXPIRED, error="link ran out", actor=actor, at=at)
    return verdict


def apply_notice(notice: GatewayNotice, *, at: datetime, actor: Viewer = SYSTEM) -> None:
    """Act on one stored notice: ask the gateway about its order first, and believe that answer, not the notice."""
    parsed = gateway(notice.gateway).parse_notice({}, bytes(notice.body), notice.remote_address or "")

    def finish(state: NoticeState, outcome: str, trouble: TroubleKind | None = None) -> None:
        actions.finish_notice(notice_id=notice.pk, state=state, outcome=outcome, trouble=trouble, actor=actor, at=at)

    if not parsed.shop_ok:
        finish(NoticeState.REVIEW, "shop id is not ours", TroubleKind.SHOP_DIFFERS)
        return
    attempt = queries.attempt_by_order(SYSTEM, parsed.order_id)
    if attempt is None:
        finish(NoticeState.REVIEW, "no such order", TroubleKind.UNKNOWN_ORDER)
        return
    try:
        verdict = ask_back(attempt, cause="notice", at=at, actor=actor)
    except (GatewayError, Refused) as error:
        log.warning("notice %s cannot be applied yet: %s", notice.pk, type(error).__name__)
        actions.postpone_notice(notice_id=notice.pk, tries=notice.tries + 1, error=str(error), actor=actor, at=at)
        return
    if parsed.status is Status.PAID and parsed.total != attempt.amount:
        finish(NoticeState.REVIEW, f"notice says {parsed.total}, asked was {attempt.amount}", TroubleKind.AMOUNT_DIFFERS)
        return
    finish(NoticeState.IGNORED if verdict is rules.Verdict.NOTHING else NoticeState.APPLIED, verdict)


