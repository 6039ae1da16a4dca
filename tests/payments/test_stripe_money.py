"""Orders at Stripe from end to end: our rows, the real adapter, and Stripe's side over HTTP (money.md, "Gateways")."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.utils import timezone

from ossma.core.viewer import SYSTEM
from payments import actions, tasks
from payments.gateways import desk
from payments.models import Attempt, LedgerLine, Payment, Refund, Trouble
from payments.states import AttemptState, PaymentState, TroubleKind
from tests.factories.payments import FEE, PaymentFactory
from tests.payments.stripe_rig import KEY, SECRET, Books, stripe_sandbox

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("opened")]
PAYER = desk.Payer(name="山田 あや", kana="ヤマダ アヤ", mail="aya@example.jp", language="ja")


@pytest.fixture
def books(settings) -> Iterator[Books]:
    with stripe_sandbox() as (url, books):
        settings.STRIPE_API_URL, settings.STRIPE_API_KEY, settings.STRIPE_WEBHOOK_SECRET = url, KEY, SECRET
        settings.PAYMENT_GATEWAY, settings.GMO_SHOP_ID = "stripe", ""
        yield books


@pytest.fixture
def order(books: Books) -> Attempt:
    """A page of Stripe's that was opened for Aya's fee."""
    payment = PaymentFactory(created_at=timezone.now())
    desk.start(payment_id=payment.pk, payer=PAYER, return_url="https://ossma.example/", actor=SYSTEM, at=timezone.now())
    return Attempt.objects.get()


def asked(order: Attempt) -> None:
    """What the scheduler does, whenever it asked last."""
    list(desk.reconcile(Attempt.objects.filter(pk=order.pk).select_related("payment"), clock=timezone.now))
    order.refresh_from_db()


def test_a_number_is_waited_for_when_the_payment_is_called_off_and_its_money_goes_back(order: Attempt, books: Books) -> None:
    books.konbini(order.order_id)
    asked(order)
    actions.cancel(payment_id=order.payment_id, cause="member", actor=SYSTEM, at=timezone.now())
    Attempt.objects.update(asked_at=timezone.now() - timedelta(minutes=1))
    assert tasks.close() == 1
    order.refresh_from_db()
    assert order.state == AttemptState.AWAITING, "Stripe stops no number, so the order is watched until its term"
    books.till(order.order_id)
    asked(order)
    trouble = Trouble.objects.get()
    assert (trouble.kind, order.state, LedgerLine.objects.get().amount) == (TroubleKind.NOT_PAYABLE, AttemptState.PAID, FEE)
    refund = actions.give_back(trouble_id=trouble.pk, resolution="取消後の入金", actor=SYSTEM, at=timezone.now())
    assert (refund.amount, refund.surplus, Payment.objects.get().state) == (FEE, True, PaymentState.CANCELLED)
    assert Refund.objects.count() == 1


def test_a_number_that_runs_out_after_calling_off_ends_its_order(order: Attempt, books: Books) -> None:
    books.konbini(order.order_id)
    asked(order)
    actions.cancel(payment_id=order.payment_id, cause="member", actor=SYSTEM, at=timezone.now())
    books.run_out(order.order_id)
    asked(order)
    assert (order.state, Trouble.objects.exists()) == (AttemptState.EXPIRED, False)
