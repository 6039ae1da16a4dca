"""Any sequence of presses, payments, notices, losses, doublings, disagreements, calling off and reconciling ends right."""

import os
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
from payments.gateways import desk, refunding
from payments.gateways.base import GatewayError, GatewayUnknown, Status
from payments.models import Attempt, GatewayNotice, LedgerLine, Payment, Refund, Trouble
from payments.states import LIVE, PaymentState
from tests.factories.payments import FEE, NOON, PaymentFactory
from tests.payments.fake_gateway import FakeGateway
from tests.payments.steps import CRASHES, OPENED, send

# `OSSMA_STORIES=2000` in the environment tells more of them.
EXAMPLES = int(os.environ.get("OSSMA_STORIES", "80"))
PAYER = desk.Payer(name="山田 あや", kana="ヤマダ アヤ", mail="aya@example.jp", language="ja")
STEPS = (
    "press", "pay", "pay wrong", "pay late", "decline", "slip", "notice", "lie", "apply", "call off", "go away", "come back", "crash", "wait",
    "reconcile", "resolve", "ask for money back", "agree", "give back",
)  # fmt: skip


class Story:
    """One payment, a gateway that charges what was asked for, and a clock."""

    def __init__(self, gateway: FakeGateway, payment: Payment) -> None:
        self.gateway, self.payment, self.now = gateway, payment, NOON
        self.gateway.states.clear()
        self.gateway.error = None
        OPENED.clear()
        CRASHES.clear()

    def orders(self) -> list[str]:
        """Orders whose page the member has seen."""
        return list(Attempt.objects.exclude(link="").values_list("order_id", flat=True))

    def step(self, what: str) -> None:
        """One thing happens."""
        getattr(self, what.replace(" ", "_"))()

    def press(self) -> None:
        with suppress(Refused, GatewayError):
            desk.start(payment_id=self.payment.pk, payer=PAYER, return_url="http://ossma.example/", actor=SYSTEM, at=self.now)

    def pay(self, amount: int = FEE) -> None:
        for order_id in self.orders()[:1]:
            if order_id not in self.gateway.states or self.gateway.states[order_id].status in {Status.STARTED, Status.AWAITING}:
                self.gateway.says(order_id, Status.PAID, amount)

    def pay_wrong(self) -> None:
        """The gateway charged another sum than it was told to."""
        self.pay(FEE - 100)

    def pay_late(self) -> None:
        """A number for the store outlives our closing. What was given back is not paid again."""
        for order_id in self.orders():
            if order_id not in self.gateway.states or self.gateway.states[order_id].status not in {Status.PAID, Status.REFUNDED}:
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

    def crash(self) -> None:
        """The next time something would open, the program dies there."""
        CRASHES.append(1)

    def wait(self) -> None:
        self.now += timedelta(days=8)

    def reconcile(self) -> None:
        list(desk.reconcile(Attempt.objects.select_related("payment"), clock=lambda: self.now))

    def slip(self) -> None:
        """The member chose a store instead of a card."""
        for order_id in self.orders()[:1]:
            if order_id not in self.gateway.states:
                self.gateway.says(order_id, Status.AWAITING)

    def ask_for_money_back(self) -> None:
        for attempt in Attempt.objects.filter(ledger__kind="money_in").distinct():
            for amount in (1000, FEE):
                with suppress(Refused):
                    actions.request_refund(
                        payment_id=self.payment.pk, amount=amount, rule="test", order_id=attempt.order_id, actor=SYSTEM, at=self.now
                    )

    def agree(self) -> None:
        for refund in Refund.objects.filter(state="requested"):
            actions.approve_refund(refund_id=refund.pk, note="", actor=SYSTEM, at=self.now)

    def give_back(self) -> None:
        """Every second answer of the gateway is lost."""
        self.gateway.silent_once = not self.gateway.silent_once
        Refund.objects.update(due_at=self.now)
        refunding.carry_out(actions.lease_refunds(limit=50, actor=SYSTEM, at=self.now), clock=lambda: self.now)

    def resolve(self) -> None:
        for trouble in Trouble.objects.filter(resolved_at=None):
            actions.resolve_trouble(trouble_id=trouble.pk, resolution="確認済み", actor=SYSTEM, at=self.now)


def check(story: Story) -> None:
    """What must hold at the end of every story, once the gateway answers again."""
    payment = Payment.objects.get(pk=story.payment.pk)
    held = sum(state.amount or 0 for state in story.gateway.states.values() if state.status is Status.PAID)
    booked = LedgerLine.objects.aggregate(sum=Sum("amount"))["sum"] or 0
    assert booked == held, "the ledger is what the gateway holds"
    assert len(OPENED) == (payment.settled_at is not None), "opened once, and only when settled"
    moves = list(payment.moves.order_by("pk"))
    settling = [move.evidence["order"] for move in moves if move.to_state == PaymentState.SETTLED and "order" in move.evidence]
    assert len(settling) == len(OPENED), "settled by one order"
    for attempt in Attempt.objects.filter(ledger__amount__gt=0).exclude(order_id__in=settling).distinct():
        assert attempt.troubles.exists(), "money beyond what settled is on the work list"
    assert [move.from_state for move in moves] == ["owed", *[move.to_state for move in moves]][: len(moves)]
    assert moves == [] or moves[-1].to_state == payment.state, "the record leads to where it stands"
    waiting = payment.state in {PaymentState.STARTED, PaymentState.AWAITING}
    assert not Attempt.objects.filter(state__in=LIVE).exists() or waiting, "nothing can be paid that nobody owes"
    done = Refund.objects.filter(state="done").aggregate(sum=Sum("amount"))["sum"] or 0
    given = -(LedgerLine.objects.filter(amount__lt=0).aggregate(sum=Sum("amount"))["sum"] or 0)
    assert done == given, "every refund that is done stands in the ledger, once"


@pytest.mark.usefixtures("opened")
@settings(max_examples=EXAMPLES, deadline=None, derandomize=EXAMPLES == 80, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.sampled_from(STEPS), min_size=1, max_size=14))
def test_every_story_ends_right(db: None, gateway: FakeGateway, steps: list[str]) -> None:
    with transaction.atomic():
        story = Story(gateway, PaymentFactory())
        for what in ("press", *steps):
            story.step(what)
        CRASHES.clear()
        for what in ("come back", "apply", "resolve", "reconcile", "reconcile", "give back", "reconcile"):
            story.step(what)
        check(story)
        transaction.set_rollback(True)
