"""Whatever the gateway says of an order, and whatever state order and payment are in: member or office can go on (money.md, "Payment")."""

from dataclasses import replace
from datetime import timedelta
from itertools import product

import pytest
from django.utils import timezone

from ossma.core.refusals import Refused
from ossma.core.viewer import SYSTEM
from payments import actions, queries, tasks
from payments.disputes import Dispute
from payments.gateways import desk
from payments.gateways.base import Method, Slip, Status
from payments.models import Attempt, Payment, Refund, Trouble
from payments.queries.locking import booked_of
from payments.rules import UNDER_WAY, Found, Verdict
from payments.states import ATTEMPT_MOVES, LIVE, PAYMENT_MOVES, WAITING, AttemptState, DisputeState, PaymentState, Purpose
from tests.factories.payments import FEE, NOON, AttemptFactory, PaymentFactory
from tests.payments.fake_gateway import FakeGateway
from tests.payments.steps import CLOSED, learn, paid

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("opened")]
PAYER = desk.Payer(name="山田 あや", kana="ヤマダ アヤ", mail="aya@example.jp", language="ja")
TERM = timedelta(days=8)
LIVE_PAIRS = [(attempt, payment) for attempt, payment in product(LIVE, PaymentState) if payment in WAITING or payment == PaymentState.CANCELLED]
ENDED_PAIRS = [
    (attempt, payment)
    for attempt, payment in product(AttemptState, (PaymentState.OWED, PaymentState.EXPIRED, PaymentState.CANCELLED))
    if attempt not in LIVE
]


def begin(gateway: FakeGateway, attempt_state: str, payment_state: str, status: Status, closes: bool) -> Attempt:
    payment = PaymentFactory(state=payment_state)
    attempt = AttemptFactory(
        payment=payment, state=attempt_state, link="" if attempt_state in {"created", "unknown"} else "http://gateway.example/pay"
    )
    gateway.cancel_closes = closes
    if status is not Status.NOT_STARTED:
        gateway.says(attempt.order_id, status, FEE if status is Status.PAID else None)
        slip = Slip("10001", "1", "2", NOON + timedelta(days=7)) if status is Status.AWAITING else None
        state = gateway.states[attempt.order_id]
        gateway.states[attempt.order_id] = replace(state, at=NOON, slip=slip, method=Method.KONBINI if slip else Method.CARD)
    return attempt


def looked_at(at) -> None:
    """What the scheduler does."""
    list(desk.reconcile(Attempt.objects.select_related("payment").order_by("pk"), clock=lambda: at))


def another_way(payment: Payment, old: Attempt, at) -> bool:
    """Whether the member gets to a page that is not the old one, ending what is under way first."""
    desk.give_up(payment_id=payment.pk, cause="member", actor=SYSTEM, at=at)
    try:
        url = desk.start(payment_id=payment.pk, payer=PAYER, return_url="http://ossma.example/", actor=SYSTEM, at=at)
    except Refused:
        return False
    return bool(url) and not url.endswith(old.order_id) and url != old.link


def is_done(payment: Payment) -> bool:
    """Paid, or wanted no more with nothing that could still be paid."""
    payment.refresh_from_db()
    paid = payment.settled_at is not None
    return paid or (payment.state == PaymentState.CANCELLED and not payment.attempts.filter(state__in=LIVE).exists())


def office_has_a_way() -> bool:
    """An entry of the work list that offers more than words."""
    for trouble in Trouble.objects.filter(resolved_at=None):
        found = queries.ways_out(SYSTEM, trouble.pk)
        if found.give_back or found.reinstates or found.targets or found.missing or found.stuck:
            return True
    return bool(queries.late_slips(SYSTEM, NOON + TERM)[0])


@pytest.mark.parametrize("closes", [True, False])
@pytest.mark.parametrize("status", list(Status))
@pytest.mark.parametrize(("attempt_state", "payment_state"), [*LIVE_PAIRS, *ENDED_PAIRS])
def test_member_or_office_can_go_on(gateway: FakeGateway, attempt_state: str, payment_state: str, status: Status, closes: bool) -> None:
    attempt = begin(gateway, attempt_state, payment_state, status, closes)
    payment = attempt.payment
    for at in (NOON + timedelta(minutes=2), NOON + UNDER_WAY, NOON + TERM):
        looked_at(at)
        if is_done(payment) or office_has_a_way() or another_way(payment, attempt, at):
            return
    raise AssertionError(f"no way on: {payment.state}, {list(payment.attempts.values_list('state', flat=True))}")


def test_the_walk_knows_every_state() -> None:
    assert {attempt for attempt, _payment in (*LIVE_PAIRS, *ENDED_PAIRS)} == set(ATTEMPT_MOVES)
    assert {payment for _attempt, payment in (*LIVE_PAIRS, *ENDED_PAIRS)} | {"settled", "refund_requested", "refunded"} == set(PAYMENT_MOVES)


def test_a_page_left_at_the_banks_own_page_is_given_up_after_half_an_hour_and_late_money_is_found(gateway: FakeGateway) -> None:
    attempt = begin(gateway, "open", "started", Status.STARTED, closes=False)
    told = {"payment_id": attempt.payment_id, "cause": "member", "actor": SYSTEM}
    assert desk.give_up(at=NOON + timedelta(minutes=29), **told) is Verdict.NOTHING
    assert desk.give_up(at=NOON + UNDER_WAY, **told) is Verdict.VOID
    assert Payment.objects.get().state == PaymentState.OWED
    gateway.says(attempt.order_id, Status.PAID, FEE)
    actions.cancel(payment_id=attempt.payment_id, cause="member", actor=SYSTEM, at=NOON)
    looked_at(NOON + timedelta(days=1))
    assert Trouble.objects.get().kind == "not_payable"


def test_a_number_that_is_given_up_and_paid_all_the_same_is_found(gateway: FakeGateway) -> None:
    attempt = begin(gateway, "awaiting", "awaiting", Status.AWAITING, closes=True)
    assert desk.give_up(payment_id=attempt.payment_id, cause="member", actor=SYSTEM, at=NOON) is Verdict.VOID
    second = AttemptFactory(payment=attempt.payment, state=AttemptState.PAID)
    gateway.says(attempt.order_id, Status.PAID, FEE)
    gateway.says(second.order_id, Status.PAID, FEE)
    looked_at(NOON + timedelta(hours=1))
    assert Payment.objects.get().settled_at
    assert Trouble.objects.filter(kind="paid_twice").count() == 1


def test_a_payment_that_cannot_be_paid_late_ends_with_its_term(gateway: FakeGateway) -> None:
    payment = PaymentFactory(purpose=Purpose.TOPUP_PREMIUM, due_on=NOON.date())
    actions.expire_overdue(limit=9, actor=SYSTEM, at=NOON + timedelta(days=2))
    payment.refresh_from_db()
    assert payment.state == PaymentState.EXPIRED


@pytest.mark.parametrize("part", [FEE, 1000])
@pytest.mark.parametrize("end", list(DisputeState))
@pytest.mark.parametrize("payment_state", [PaymentState.SETTLED, PaymentState.CANCELLED, PaymentState.REFUND_REQUESTED])
def test_whatever_becomes_of_a_dispute_there_is_a_way_on(gateway: FakeGateway, payment_state: str, end: str, part: int) -> None:
    """Money that settled, that has no place, or that is promised back already: nothing is stuck once the bank has decided."""
    attempt = AttemptFactory(payment=PaymentFactory(state="cancelled" if payment_state == PaymentState.CANCELLED else "started"))
    learn(attempt, paid())
    if payment_state == PaymentState.REFUND_REQUESTED:
        actions.request_refund(payment_id=attempt.payment_id, amount=FEE, rule="取消", actor=SYSTEM, at=NOON)
    dispute = Dispute("du_1", part, DisputeState.OPEN)
    learn(attempt, replace(paid(), disputes=(dispute,)))
    left = FEE - (part if end == DisputeState.LOST else 0)
    over = replace(paid(left) if left else Found(status="refunded"), disputes=(replace(dispute, state=DisputeState(end)),))
    learn(attempt, over)
    for refund in Refund.objects.filter(state="requested"):
        actions.refuse_refund(refund_id=refund.pk, note="異議申立て", actor=SYSTEM, at=NOON)
    if end == DisputeState.OPEN:
        actions.resolve_trouble(trouble_id=Trouble.objects.get(kind="disputed").pk, resolution="証拠を提出", actor=SYSTEM, at=NOON)
    else:
        assert_all_can_be_dealt_with()
    assert booked_of(attempt) == left
    assert not Refund.objects.exclude(state="refused").exclude(surplus=True).exists()


def assert_all_can_be_dealt_with() -> None:
    """Every entry that is open has an end that a person can choose now."""
    for trouble in Trouble.objects.filter(resolved_at=None).order_by("pk"):
        found, told = queries.ways_out(SYSTEM, trouble.pk), {"trouble_id": trouble.pk, "resolution": "対応", "actor": SYSTEM, "at": NOON}
        if found.give_back:
            actions.give_back(**told)
        elif found.ends:
            actions.decide_charged_back(**told)
        else:
            actions.resolve_trouble(**told)
    assert not Trouble.objects.filter(resolved_at=None).exists()


def test_a_charge_back_that_gmo_shows_only_as_money_gone_is_found_and_booked(gateway: FakeGateway, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its reference names no dispute; what its state shows later goes the way of money that was given back without us."""
    now = timezone.now()
    attempt = AttemptFactory(created_at=now)
    learn(attempt, paid())
    Attempt.objects.update(ended_at=now - timedelta(days=100), asked_at=now - timedelta(days=2))
    gateway.says(attempt.order_id, Status.REFUNDED, FEE)
    monkeypatch.setattr(tasks, "configured", lambda: ["gmo"])
    tasks.reconcile()
    trouble = Trouble.objects.get()
    assert (trouble.kind, queries.ways_out(SYSTEM, trouble.pk).missing) == ("refunded_outside", FEE)
    actions.book_outside(trouble_id=trouble.pk, resolution="チャージバック", closes=True, actor=SYSTEM, at=now)
    assert (booked_of(attempt), CLOSED) == (0, [attempt.payment_id])
