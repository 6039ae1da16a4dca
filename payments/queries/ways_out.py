"""What can become of money that has no place: exactly what the actions will do, for the office to choose from."""

from dataclasses import dataclass, field

from ossma.core import registries
from ossma.core.duties import Duty
from ossma.core.refusals import first_or_404
from ossma.core.viewer import Viewer
from payments.models import Attempt, Payment, Trouble
from payments.queries.disputes import is_disputed
from payments.queries.locking import free_of, gone_without_us, missing_of, twice_of
from payments.queries.payments import HELD
from payments.queries.refunds import is_refund_open
from payments.queries.settling import given_back, is_unpaid_now
from payments.rules import ACCEPTABLE
from payments.states import LIVE, OPEN_STATES, DisputeState, TroubleKind


@dataclass(frozen=True, slots=True)
class WaysOut:
    """`free`: yen without a place; `give_back`: what giving back would ask for; `reinstates`: the payment that would count as paid;
    `targets`: payments of the same member that the money would settle; `promised`: a refund is under way, so nothing else can be done;
    `missing`: what went at the gateway without us, to be booked; `ends`: what was paid for by money that is all gone then, in words;
    `twice`: what went out twice, by us and at the gateway; `gone`: the gateway holds less
    than the books say, which comes first; `stuck`: a live order can be ended on our side.
    """

    free: int = 0
    give_back: int = 0
    reinstates: Payment | None = None
    targets: list[Payment] = field(default_factory=list)
    promised: bool = False
    missing: int = 0
    twice: int = 0
    ends: str = ""
    stuck: bool = False
    gone: bool = False
    # A dispute that goes on: the money waits for the bank's decision.
    disputed: bool = False


def ways_out(viewer: Viewer, trouble_id: int) -> WaysOut:
    """The ways out of one entry of the work list. Raises NotFound."""
    rows = Trouble.objects.filter(pk=trouble_id).select_related("attempt__payment")
    trouble = first_or_404(list(rows if viewer.may(Duty.HANDLE_PAYMENTS) else rows.none()))
    if trouble.attempt is None:
        return WaysOut()
    attempt: Attempt = trouble.attempt
    payment = attempt.payment
    free = free_of(payment, attempt)
    if trouble.kind == TroubleKind.DISPUTED:
        return _of_dispute(trouble, attempt)
    if is_disputed(attempt) and trouble.kind != TroubleKind.STUCK:
        # What came in beside it may be what the dispute takes.
        return WaysOut(free=free, disputed=True)
    if is_refund_open(attempt):
        return WaysOut(free=free, promised=True)
    if trouble.kind == TroubleKind.STUCK:
        return WaysOut(stuck=trouble.resolved_at is None and attempt.state in LIVE)
    if trouble.kind == TroubleKind.REFUNDED_OUTSIDE:
        missing = 0 if trouble.resolved_at else missing_of(trouble, attempt)
        return WaysOut(missing=missing, twice=twice_of(trouble, attempt), ends=_ends(attempt, missing))
    if gone_without_us(attempt):
        return WaysOut(free=free, gone=True)
    fits = payment.state in ACCEPTABLE and free >= payment.total
    # An entry that was only noted keeps its ways out while the money has no place.
    return WaysOut(free, free, payment if fits else None, _targets(payment, free))


def _of_dispute(trouble: Trouble, attempt: Attempt) -> WaysOut:
    """Wait for the bank; once lost, decide what becomes of what nothing is left of."""
    payment, state = attempt.payment, trouble.detail["state"]
    is_lost = trouble.resolved_at is None and state == DisputeState.LOST and is_unpaid_now(payment)
    ends = registries.unsettled.get(payment.subject_kind).names(payment.subject_id) if is_lost else ""
    return WaysOut(disputed=state == DisputeState.OPEN, twice=twice_of(trouble, attempt), ends=ends)


def _ends(attempt: Attempt, missing: int) -> str:
    """What loses all the money that settled it when so much of an order is booked as gone; what has no place goes first."""
    payment = attempt.payment
    rest = missing - free_of(payment, attempt)
    if payment.settled_at is None or rest <= 0 or given_back(payment) + rest < payment.total:
        return ""
    return registries.unsettled.get(payment.subject_kind).names(payment.subject_id)


def _targets(source: Payment, money: int) -> list[Payment]:
    """Open payments of the same member that this much settles, soonest due first; none that is being checked itself."""
    rows = Payment.objects.filter(member_id=source.member_id, state__in=OPEN_STATES, total__lte=money).exclude(pk=source.pk)
    return list(rows.filter(~HELD["held"]).order_by("due_on", "pk"))
