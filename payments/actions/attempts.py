"""One visit to the gateway: begun as a row before anybody is called, then given a link or an end."""

from datetime import datetime
from string import ascii_lowercase, digits

from django.conf import settings
from django.db import transaction
from django.utils.crypto import get_random_string

from ossma.core import audit
from ossma.core.duties import inner_action, not_for_office
from ossma.core.viewer import Viewer
from payments import rules
from payments.actions.moves import end_attempt, move_attempt, move_payment
from payments.actions.troubles import open_trouble
from payments.letters import tell
from payments.models import Attempt, Payment
from payments.queries.locking import is_held, lock_attempt, lock_payment
from payments.states import LIVE, WAITING, AttemptState, PaymentState, TroubleKind

ENDS_WITHOUT_MONEY = {AttemptState.FAILED, AttemptState.VOIDED, AttemptState.EXPIRED}
TAG_LENGTH = 6


@not_for_office
def begin_attempt(*, payment_id: int, actor: Viewer, at: datetime) -> tuple[Attempt, bool]:
    """The attempt to continue, and whether it is new: then the caller must ask the gateway for its link.

    A live attempt is never doubled, so two clicks or two tabs end at one order. Raises Refused.
    """
    with transaction.atomic():
        payment = lock_payment(payment_id)
        refusal = rules.refusal_to_pay(state=payment.state, purpose=payment.purpose, held=is_held(payment), in_doubt=payment.in_doubt)
        if refusal:
            raise refusal
        live = payment.attempts.filter(state__in=LIVE).first()
        if live:
            return live, False
        terms = rules.terms_of(due_on=payment.due_on, purpose=payment.purpose, at=at)
        attempt = _new_attempt(payment, terms.link_until, at)
        if payment.state != PaymentState.STARTED:
            evidence = {"order": attempt.order_id}
            move_payment(payment=payment, to=PaymentState.STARTED, cause="member", evidence=evidence, actor=actor, at=at)
        audit.record(actor=actor, at=at, action="attempt.created", subject=("attempt", attempt.pk), member_id=payment.member_id)
    return attempt, True


def _new_attempt(payment: Payment, until: datetime, at: datetime) -> Attempt:
    tag = get_random_string(TAG_LENGTH, ascii_lowercase + digits)
    return Attempt.objects.create(
        payment=payment,
        gateway=settings.PAYMENT_GATEWAY,
        order_id=rules.order_id(payment.pk, payment.attempts.count() + 1, tag),
        amount=payment.total,
        created_at=at,
        expires_at=until,
    )


@inner_action
def give_link(*, order_id: str, link: str, expires_at: datetime, actor: Viewer, at: datetime, reference: str = "") -> bool:
    """The gateway made the page: keep its address, which cannot be had a second time.

    False when the attempt or the payment ended meanwhile: then nobody may be sent there.
    """
    with transaction.atomic():
        payment, attempt = lock_attempt(order_id)
        if attempt.state not in {AttemptState.CREATED, AttemptState.UNKNOWN}:
            return False
        attempt.link, attempt.reference, attempt.expires_at = link, reference, expires_at
        move_attempt(attempt=attempt, to=AttemptState.OPEN, actor=actor, at=at)
        if payment.state not in WAITING:
            return False
        tell(payment, "link", at=at, attempt=attempt)
        return True


@inner_action
def mark_unknown(*, order_id: str, error: str, actor: Viewer, at: datetime) -> None:
    """The gateway did not answer: nothing may be tried again before it was asked what became of the order."""
    with transaction.atomic():
        _payment, attempt = lock_attempt(order_id)
        if attempt.state == AttemptState.CREATED:
            move_attempt(attempt=attempt, to=AttemptState.UNKNOWN, actor=actor, at=at, error=error)


@not_for_office
def note_doubt(*, order_id: str, in_doubt: bool, actor: Viewer, at: datetime) -> None:
    """The gateway says that the card network has not answered about a live attempt, or that it has declined after all.

    While in doubt nobody can pay again. An order that is not ours, or has ended, is left alone.
    """
    with transaction.atomic():
        if not Attempt.objects.filter(order_id=order_id, state__in=LIVE).exists():
            return
        _payment, attempt = lock_attempt(order_id)
        if attempt.state not in LIVE or (attempt.in_doubt_since is not None) is in_doubt:
            return
        attempt.in_doubt_since = at if in_doubt else None
        attempt.save(update_fields=["in_doubt_since"])
        action, member_id = f"attempt.{'in_doubt' if in_doubt else 'doubt_over'}", attempt.payment.member_id
        audit.record(actor=actor, at=at, action=action, subject=("attempt", attempt.pk), member_id=member_id)


@not_for_office
def note_link_over(*, order_id: str, actor: Viewer, at: datetime) -> None:
    """The gateway says that the page of an open order takes no more tries: nobody is sent there again, and the next start makes a new one."""
    with transaction.atomic():
        if not Attempt.objects.filter(order_id=order_id, state=AttemptState.OPEN).exists():
            return
        _payment, attempt = lock_attempt(order_id)
        if attempt.state == AttemptState.OPEN and attempt.expires_at > at:
            attempt.expires_at = at
            attempt.save(update_fields=["expires_at"])
            audit.record(actor=actor, at=at, action="attempt.link_over", subject=("attempt", attempt.pk), member_id=attempt.payment.member_id)


@inner_action
def note_stuck(*, order_id: str, status: str, actor: Viewer, at: datetime) -> None:
    """The term of a live order is over, and the gateway neither closes it nor says what became of it: the office decides."""
    with transaction.atomic():
        payment, attempt = lock_attempt(order_id)
        if attempt.state in LIVE:
            key, detail = f"{TroubleKind.STUCK}:{order_id}", {"order": order_id, "outcome": f"status: {status[:40]}"}
            open_trouble(kind=TroubleKind.STUCK, key=key, payment=payment, attempt=attempt, detail=detail, actor=actor, at=at)


@inner_action
def close_attempt(*, order_id: str, to: AttemptState, cause: str, error: str, actor: Viewer, at: datetime) -> None:
    """End a live attempt without money (failed, voided, expired); a payment that waited for it can be started again."""
    if to not in ENDS_WITHOUT_MONEY:
        raise ValueError(f"an attempt does not end without money as {to}")
    with transaction.atomic():
        payment, attempt = lock_attempt(order_id)
        if attempt.state in LIVE:
            evidence = {"order": order_id, "error": error[:300]}
            end_attempt(payment=payment, attempt=attempt, to=to, cause=cause, evidence=evidence, error=error, actor=actor, at=at)
