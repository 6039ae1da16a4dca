"""Every read of money that crosses a wall or joins; the viewer comes first."""

from datetime import datetime, timedelta

from django.db.models import Count, Min, Prefetch, Q

from ossma.core.refusals import first_or_404
from ossma.core.viewer import Face, Viewer
from payments.models import Attempt, GatewayNotice, Payment, PaymentMove, Trouble
from payments.states import LIVE, OPEN_STATES, NoticeState, PaymentState


def payments_of(viewer: Viewer) -> list[Payment]:
    """A member's own payments: what is owed first, then the newest."""
    rows = Payment.objects.visible_to(viewer).filter(member_id=viewer.member_id)
    return sorted(rows, key=lambda payment: (payment.state not in OPEN_STATES, -payment.created_at.timestamp()))


def payment(viewer: Viewer, payment_id: int) -> Payment:
    """One payment with its lines and its history. Raises NotFound for a stranger's."""
    moves = Prefetch("moves", PaymentMove.objects.order_by("at", "pk"))
    rows = Payment.objects.visible_to(viewer).filter(pk=payment_id).select_related("member__user").prefetch_related("lines", moves)
    return first_or_404(rows)


def payments_for(viewer: Viewer, subject: tuple[str, int]) -> list[Payment]:
    """What is or was owed for an application or a top-up, oldest first."""
    rows = Payment.objects.visible_to(viewer).filter(subject_kind=subject[0], subject_id=subject[1])
    return list(rows.order_by("created_at", "pk"))


def open_payments(viewer: Viewer) -> list[Payment]:
    """What a member still has to deal with, soonest due first."""
    rows = Payment.objects.visible_to(viewer).filter(member_id=viewer.member_id, state__in=OPEN_STATES)
    return list(rows.order_by("due_on", "pk"))


def is_waiting(viewer: Viewer, payment_id: int) -> bool:
    """Whether a payment page should go on looking: something was begun at the gateway and has not ended."""
    states = {PaymentState.STARTED, PaymentState.AWAITING}
    return Payment.objects.visible_to(viewer).filter(pk=payment_id, state__in=states).exists()


def attempt_by_order(viewer: Viewer, order_id: str) -> Attempt | None:
    """The attempt under the gateway's name for it; only for the system and the office."""
    if viewer.face not in {Face.SYSTEM, Face.OFFICE}:
        return None
    return Attempt.objects.filter(order_id=order_id).select_related("payment").first()


def payment_of_order(order_id: str) -> int | None:
    """The payment that a returning browser belongs to; the page behind it asks who is looking."""
    return Attempt.objects.filter(order_id=order_id).values_list("payment_id", flat=True).first()


def attempts_to_ask(viewer: Viewer, *, at: datetime, gateway: str, days: int, limit: int) -> list[Attempt]:
    """Live attempts, and those that ended within `days`, least recently asked first; none younger than a minute."""
    if viewer.face not in {Face.SYSTEM, Face.OFFICE}:
        return []
    recent = Q(ended_at__gte=at - timedelta(days=days)) & Q(asked_at__lt=at - timedelta(hours=6))
    live = Q(state__in=LIVE) & (Q(asked_at=None) | Q(asked_at__lt=at - timedelta(minutes=5)))
    rows = Attempt.objects.filter(live | recent, gateway=gateway, created_at__lt=at - timedelta(minutes=1))
    return list(rows.select_related("payment").order_by("asked_at", "pk")[:limit])


def open_troubles(viewer: Viewer) -> list[dict]:
    """Counts and ages of the money work list, by kind; the office only."""
    if not viewer.is_office:
        return []
    rows = Trouble.objects.filter(resolved_at=None).values("kind").annotate(count=Count("pk"), oldest=Min("opened_at"))
    return list(rows.order_by("oldest"))


def notices_waiting(at: datetime) -> int:
    """Notices that should have been applied five minutes ago."""
    return GatewayNotice.objects.filter(state=NoticeState.STORED, received_at__lt=at - timedelta(minutes=5)).count()
