"""Any sequence of presses, payments, notices, losses, doublings, disagreements, calling off and reconciling ends right."""

from contextlib import suppress
from datetime import timedelta

import pytest
from django.db import transaction
from django.db.models import Sum
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ossma.core.refusals import Refused
from ossma.core.viewer import SYSTEM
from payments import actions
from payments.gateways import desk
from payments.gateways.base import GatewayError, GatewayUnknown, Status
from payments.models import Attempt, GatewayNotice, LedgerLine, Payment, Trouble
from payments.states import LIVE, PaymentState
from tests.factories.payments import FEE, NOON, PaymentFactory
from tests.payments.fake_gateway import FakeGateway
from tests.payments.steps import OPENED, send

PAYER = desk.Payer(name="山田 あや", kana="ヤマダ アヤ", mail="aya@example.jp", language="ja")
STEPS = ("press", "pay", "pay late", "decline", "notice", "lie", "apply", "call off", "go away", "come back", "wait", "reconcile", "resolve")


class Story:
    """One payment, a gateway that charges what was asked for, and a clock."""

    def __init__(self, gateway: FakeGateway, payment: Payment) -> None:
        self.gateway, self.payment, self.now = gateway, payment, NOON
        self.gateway.states.clear()
        self.gateway.error = None
        OPENED.clear()

    def orders(self) -> list[str]:
        """Orders whose page the member has seen."""
        return list(Attempt.objects.exclude(link="").values_list("order_id", flat=True))

    def step(self, what: str) -> None:
        """One thing happens."""
        getattr(self, what.replace(" ", "_"))()

    def press(self) -> None:
        with suppress(Refused, GatewayError):
            desk.start(payment_id=self.payment.pk, payer=PAYER, return_url="http://ossma.example/", actor=SYSTEM, at=self.now)

    def pay(self) -> None:
        for order_id in self.orders()[:1]:
            if order_id not in self.gateway.states or self.gateway.states[order_id].status is Status.STARTED:
                self.gateway.says(order_id, Status.PAID)

    def pay_late(self) -> None:
        """A number for the store outlives our closing."""
        for order_id in self.orders():
            self.gateway.says(order_id, Status.PAID)

    def decline(self) -> None:
        for order_id in self.orders():
            if order_id not in self.gateway.states:
                self.gateway.says(order_id, Status.STARTED)

    def notice(self, amount: int = FEE) -> None:
        for order_id, state in self.gateway.states.items():
            if state.status is Status.PAID:
                send(order_id, amount=amount)

    def lie(self) -> None:
        self.notice(FEE + 1)

    def apply(self) -> None:
        GatewayNotice.objects.update(due_at=NOON)
        notices = actions.lease_notices(limit=50, actor=SYSTEM, at=self.now)
        desk.apply_notices(notices, clock=lambda: self.now)

    def call_off(self) -> None:
        actions.cancel(payment_id=self.payment.pk, cause="member", actor=SYSTEM, at=self.now)

    def go_away(self) -> None:
        self.gateway.error = GatewayUnknown("timeout")

    def come_back(self) -> None:
        self.gateway.error = None

    def wait(self) -> None:
        self.now += timedelta(days=8)

    def reconcile(self) -> None:
        list(desk.reconcile(Attempt.objects.select_related("payment"), clock=lambda: self.now))

    def resolve(self) -> None:
        for trouble in Trouble.objects.filter(resolved_at=None):
            actions.resolve_trouble(trouble_id=trouble.pk, resolution="確認済み", actor=SYSTEM, at=self.now)


def check(story: Story) -> None:
    """What must hold at the end of every story, once the gateway answers again."""
    payment = Payment.objects.get(pk=story.payment.pk)
    held = sum(state.amount or 0 for state in story.gateway.states.values() if state.status is Status.PAID)
    booked = LedgerLine.objects.aggregate(sum=Sum("amount"))["sum"] or 0
    assert booked == held, "the ledger is what the gateway holds"
    assert len(OPENED) == (payment.state == PaymentState.SETTLED), "opened once, and only when settled"
    right = FEE if payment.state == PaymentState.SETTLED else 0
    assert booked == right or Trouble.objects.exists(), "money beyond what settled is on the work list"
    moves = list(payment.moves.order_by("pk"))
    assert [move.from_state for move in moves] == ["owed", *[move.to_state for move in moves]][: len(moves)]
    assert moves == [] or moves[-1].to_state == payment.state, "the record leads to where it stands"
    waiting = payment.state in {PaymentState.STARTED, PaymentState.AWAITING}
    assert not Attempt.objects.filter(state__in=LIVE).exists() or waiting, "nothing can be paid that nobody owes"


@pytest.mark.usefixtures("opened")
@settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.sampled_from(STEPS), min_size=1, max_size=14))
def test_every_story_ends_right(db: None, gateway: FakeGateway, steps: list[str]) -> None:
    with transaction.atomic():
        story = Story(gateway, PaymentFactory())
        for what in ("press", *steps):
            story.step(what)
        for what in ("come back", "apply", "resolve", "reconcile", "reconcile"):
            story.step(what)
        check(story)
        transaction.set_rollback(True)
