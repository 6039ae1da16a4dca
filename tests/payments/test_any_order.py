"""Any sequence of presses, payments, notices, losses, doublings, disagreements, calling off, ways out and reconciling ends right."""

import os
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from itertools import count

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ossma.core.refusals import Refused
from ossma.core.viewer import SYSTEM
from payments import actions, queries, rules
from payments.gateways import desk, refunding
from payments.gateways.base import GatewayError, GatewayUnknown, Method, Status
from payments.models import Attempt, GatewayNotice, Refund, Trouble
from tests.cast import office_viewer
from tests.factories.members import UserFactory
from tests.factories.payments import FEE, NOON, PaymentFactory
from tests.payments.fake_gateway import FakeGateway
from tests.payments.invariants import OPEN, check
from tests.payments.steps import CRASHES, OPENED, Crash, send

# `OSSMA_STORIES=2000` in the environment tells more of them.
EXAMPLES = int(os.environ.get("OSSMA_STORIES", "80"))
PAYER = desk.Payer(name="山田 あや", kana="ヤマダ アヤ", mail="aya@example.jp", language="ja")
PAID_FOR = {Status.PAID, Status.REFUNDED}
# How stories begin: most of what can go wrong later needs money that is there already.
OPENINGS = {
    "nothing": (),
    "paid": ("pay", "reconcile"),
    "paid at a store": ("slip", "reconcile", "pay", "reconcile"),
    "to be transferred": ("slip", "reconcile", "pay", "reconcile", "ask for money back", "agree", "give account"),
    "paid twice": ("pay", "reconcile", "pay again", "reconcile"),
    "paid after calling off": ("slip", "reconcile", "call off", "pay", "reconcile"),
    "paid when it had lapsed": ("wait", "reconcile", "pay late", "reconcile"),
    "left at 3-D Secure": ("leave at secure", "call off", "reconcile", "wait an hour", "reconcile", "pay late"),
    "no more tries": ("use up the page", "press", "pay", "reconcile", "reconcile"),
    "a number given up": ("slip", "reconcile", "give up", "press", "pay", "pay late", "reconcile"),
    "two methods at once": ("pay", "pay again", "apply", "reconcile"),
    "too little": ("pay wrong", "reconcile"),
    "too much": ("pay too much", "reconcile"),
}
STEPS = (
    "press", "press", "pay", "pay", "pay wrong", "pay too much", "pay late", "pay again", "void outside", "echo", "decline", "slip", "notice",
    "lie", "apply", "call off", "console", "book outside", "go away", "come back", "come back", "crash", "wait", "reconcile", "reconcile",
    "reconcile", "resolve", "give the double back", "reinstate", "reinstate", "assign", "assign", "ask for money back", "ask for money back",
    "give up", "give up", "use up the page", "leave at secure", "wait an hour",
    "agree", "agree", "agree with handling", "refuse", "give back", "give back", "give account", "give account", "transfer", "transfer",
)  # fmt: skip


class Story:
    """Two payments of one member, a gateway that charges what was asked for, two people in the office, and a clock."""

    def __init__(self, gateway: FakeGateway, totals: tuple[int, int]) -> None:
        first = PaymentFactory(total=totals[0])
        self.payments = [first, PaymentFactory(total=totals[1], member=first.member)]
        self.clerks = [office_viewer(UserFactory(is_staff=True).pk) for _ in range(2)]
        self.gateway, self.payment, self.now = gateway, first, NOON
        self.accounts = count(1)
        self.gateway.states.clear()
        self.gateway.error = None
        self.gateway.silent_once = False
        self.gateway.unclosable.clear()
        OPENED.clear()
        CRASHES.clear()

    def orders(self) -> list[Attempt]:
        """Orders of the payment in question whose page the member has seen."""
        return list(Attempt.objects.filter(payment=self.payment).exclude(link=""))

    def status(self, attempt: Attempt) -> Status | None:
        """What the gateway knows of an order, if anything happened there."""
        state = self.gateway.states.get(attempt.order_id)
        return state.status if state else None

    def charge(self, attempt: Attempt, amount: int) -> None:
        """The gateway takes money; where a slip was issued, the store did."""
        at_store = self.gateway.states.get(attempt.order_id)
        self.gateway.says(attempt.order_id, Status.PAID, amount)
        if at_store and at_store.method is Method.KONBINI:
            self.by_store(attempt)

    def by_store(self, attempt: Attempt) -> None:
        self.gateway.states[attempt.order_id] = replace(self.gateway.states[attempt.order_id], method=Method.KONBINI)

    def step(self, what: str, which: int = 0) -> None:
        """One thing happens, to one of the two payments where it is about a payment."""
        self.payment = self.payments[which]
        getattr(self, what.replace(" ", "_"))()

    def press(self) -> None:
        with suppress(Refused, GatewayError, Crash):
            desk.start(payment_id=self.payment.pk, payer=PAYER, return_url="http://ossma.example/", actor=SYSTEM, at=self.now)

    def pay(self, more: int = 0) -> None:
        for attempt in self.orders()[:1]:
            if self.status(attempt) in {None, Status.STARTED, Status.AWAITING}:
                self.charge(attempt, attempt.amount + more)

    def pay_wrong(self) -> None:
        """The gateway charged less than it was told to."""
        self.pay(-100)

    def pay_too_much(self) -> None:
        self.pay(+100)

    def pay_late(self) -> None:
        """A number for the store outlives our closing. What was given back is not paid again."""
        for attempt in self.orders():
            if self.status(attempt) not in PAID_FOR:
                self.charge(attempt, attempt.amount)

    def pay_again(self) -> None:
        """By another method on the same page, while none of that order is being given back."""
        for attempt in self.orders()[:1]:
            state = self.gateway.states.get(attempt.order_id)
            if state and state.status is Status.PAID and not attempt.refunds.filter(state="approved").exists():
                self.charge(attempt, (state.amount or 0) + attempt.amount)

    def console(self) -> None:
        """Somebody gives 1,000 yen back at the gateway's own console, while none of that order is being given back."""
        for attempt in self.orders()[:1]:
            state = self.gateway.states.get(attempt.order_id)
            if state and state.status is Status.PAID and (state.amount or 0) > 1000 and not attempt.refunds.filter(state__in=OPEN).exists():
                self.charge(attempt, (state.amount or 0) - 1000)

    def void_outside(self) -> None:
        """Somebody takes the whole trade back at the gateway's console; GMO goes on naming the sum of the charge."""
        for attempt in self.orders()[:1]:
            state = self.gateway.states.get(attempt.order_id)
            if state and state.status is Status.PAID and not attempt.refunds.filter(state="approved").exists():
                self.gateway.says(attempt.order_id, Status.REFUNDED, state.amount)

    def echo(self) -> None:
        """The gateway reports what an order stands at now, be it our own refund."""
        for attempt in Attempt.objects.filter(order_id__in=self.gateway.states):
            state = self.gateway.states[attempt.order_id]
            if state.status is Status.PAID:
                send(attempt.order_id, amount=state.amount or 0)

    def decline(self) -> None:
        for attempt in self.orders():
            if self.status(attempt) is None:
                self.gateway.says(attempt.order_id, Status.STARTED)

    def use_up_the_page(self) -> None:
        """So many cards were declined that the page takes no more; the payer's browser brings the word of it."""
        for attempt in self.orders():
            if self.status(attempt) is None:
                self.gateway.says(attempt.order_id, Status.STARTED)
                actions.note_link_over(order_id=attempt.order_id, actor=SYSTEM, at=self.now)

    def leave_at_secure(self) -> None:
        """The payer closes the browser at the bank's page; the gateway closes nothing then."""
        for attempt in self.orders():
            if self.status(attempt) is None:
                self.gateway.says(attempt.order_id, Status.STARTED)
                self.gateway.states[attempt.order_id] = replace(self.gateway.states[attempt.order_id], at=self.now)
                self.gateway.unclosable.add(attempt.order_id)

    def give_up(self) -> None:
        """The member wants to pay another way."""
        with suppress(GatewayError, Crash):
            desk.give_up(payment_id=self.payment.pk, cause="member", actor=SYSTEM, at=self.now)

    def notice(self, more: int = 0) -> None:
        for attempt in Attempt.objects.filter(order_id__in=self.gateway.states):
            if self.status(attempt) is Status.PAID:
                send(attempt.order_id, amount=attempt.amount + more)

    def lie(self) -> None:
        self.notice(+1)

    def apply(self) -> None:
        GatewayNotice.objects.update(due_at=NOON)
        while notices := actions.lease_notices(limit=50, actor=SYSTEM, at=self.now):
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

    def wait_an_hour(self) -> None:
        self.now += timedelta(hours=1)

    def reconcile(self) -> None:
        list(desk.reconcile(Attempt.objects.select_related("payment"), clock=lambda: self.now))

    def slip(self) -> None:
        """The member chose a store instead of a card."""
        for attempt in self.orders()[:1]:
            if self.status(attempt) is None:
                self.gateway.says(attempt.order_id, Status.AWAITING)
                self.by_store(attempt)

    def book_outside(self) -> None:
        """Refunds that were asked for before that was known are refused first, those of the gateway once it has said no."""
        for told in self.open_troubles():
            if Trouble.objects.filter(pk=told["trouble_id"], kind="refunded_outside").exists():
                for refund in Refund.objects.filter(attempt__troubles=told["trouble_id"], state__in=OPEN):
                    with suppress(Refused):
                        actions.change_to_transfer(refund_id=refund.pk, actor=SYSTEM, at=self.now)
                    with suppress(Refused):
                        actions.refuse_refund(refund_id=refund.pk, note="決済会社で返金済み", actor=SYSTEM, at=self.now)
                with suppress(Refused):
                    actions.book_outside(**told)

    def open_troubles(self) -> list[dict[str, object]]:
        """What an action on each open entry of the work list is told."""
        open_ones = Trouble.objects.filter(resolved_at=None).order_by("pk").values_list("pk", flat=True)
        return [{"trouble_id": pk, "resolution": "確認済み", "actor": SYSTEM, "at": self.now} for pk in open_ones]

    def resolve(self) -> None:
        """Words alone: they take nothing off the list whose money has no place, or is missing."""
        for told in self.open_troubles():
            with suppress(Refused):
                actions.resolve_trouble(**told)

    def give_the_double_back(self) -> None:
        for told in self.open_troubles():
            with suppress(Refused):
                actions.give_back(**told)

    def reinstate(self) -> None:
        for told in self.open_troubles():
            with suppress(Refused, Crash):
                actions.reinstate(**told)

    def assign(self) -> None:
        """Everything that is offered can be done."""
        for told in self.open_troubles():
            found = queries.ways_out(SYSTEM, told["trouble_id"])
            for target in found.targets[:1]:
                with suppress(Crash):
                    actions.assign(payment_id=target.pk, **told)

    def ask_for_money_back(self) -> None:
        for attempt in Attempt.objects.filter(ledger__payment=self.payment).distinct():
            for order_id, amount in (("", 1000), (attempt.order_id, 1000), ("", self.payment.total - 200)):
                with suppress(Refused):
                    actions.request_refund(
                        payment_id=self.payment.pk, amount=amount, rule="test", order_id=order_id, handling=200, actor=SYSTEM, at=self.now
                    )  # fmt: skip

    def agree(self, *, with_handling: bool = False) -> None:
        for refund in Refund.objects.filter(state="requested"):
            seen = rules.fingerprint(refund.account)
            # A transfer is refused while the gateway holds less than the books say.
            with suppress(Refused):
                actions.approve_refund(
                    refund_id=refund.pk, note="", with_handling=with_handling, seen=seen, actor=self.clerks[0], at=self.now
                )  # fmt: skip

    def agree_with_handling(self) -> None:
        self.agree(with_handling=True)

    def refuse(self) -> None:
        for refund in Refund.objects.filter(payment=self.payment, state__in=["requested", "approved"]):
            with suppress(Refused):
                actions.refuse_refund(refund_id=refund.pk, note="規約により", actor=SYSTEM, at=self.now)

    def give_back(self) -> None:
        """Every second answer of the gateway is lost."""
        self.gateway.silent_once = not self.gateway.silent_once
        Refund.objects.update(due_at=self.now)
        refunding.carry_out(actions.lease_refunds(limit=50, actor=SYSTEM, at=self.now), clock=lambda: self.now)

    def give_account(self) -> None:
        """Another account each time."""
        account = {"bank": "みずほ銀行", "branch": "001", "kind": "ordinary", "number": f"{next(self.accounts):07d}", "holder": "ヤマダ アヤ"}
        for refund in Refund.objects.filter(payment=self.payment):
            with suppress(Refused):
                actions.give_account(refund_id=refund.pk, account=account, actor=SYSTEM, at=self.now)

    def transfer(self) -> None:
        for refund in Refund.objects.filter(payment=self.payment):
            with suppress(Refused):
                seen = rules.fingerprint(refund.account)
                actions.confirm_transfer(refund_id=refund.pk, reference="T", seen=seen, actor=self.clerks[1], at=self.now)


@pytest.mark.usefixtures("opened")
@settings(max_examples=EXAMPLES, deadline=None, derandomize=EXAMPLES == 80, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    totals=st.sampled_from([(FEE, FEE), (FEE, 3000), (3000, FEE)]),
    opening=st.sampled_from(sorted(OPENINGS)),
    steps=st.lists(st.tuples(st.sampled_from(STEPS), st.sampled_from([0, 0, 1])), min_size=8, max_size=30),
)
def test_every_story_ends_right(db: None, gateway: FakeGateway, totals: tuple[int, int], opening: str, steps: list[tuple[str, int]]) -> None:
    with transaction.atomic():
        story = Story(gateway, totals)
        for what in ("press", *OPENINGS[opening]):
            story.step(what)
        for what, which in steps:
            story.step(what, which)
        CRASHES.clear()
        for what in (
            "come back",
            "apply",
            "wait an hour",
            "reconcile",
            "give back",
            "reconcile",
            "book outside",
            "resolve",
            "reconcile",
            "reconcile",
        ):
            story.step(what)
        check(gateway)
        transaction.set_rollback(True)
