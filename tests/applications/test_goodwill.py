"""What the office gave back as goodwill is a gift: no later change charges it, none gives it back again."""

from datetime import date

import pytest

from applications.actions.cancelling import cancel_application
from applications.actions.period import change_period
from applications.models import Application
from applications.rules.differences import Settled, difference, settled_of
from applications.rules.fees import Price
from payments.actions import propose_goodwill
from payments.models import Payment, Refund
from tests.applications.conftest import AT, submit
from tests.applications.paying import finish_all, pay_open
from tests.factories.applications import CancellationTableFactory

FEE, HANDLING = 3630, 182


@pytest.fixture
def given(cast, db) -> Application:
    """Aya has paid 3,630 + 182 yen, and the office gave 1,000 yen back."""
    CancellationTableFactory(version="2026-04")
    trip = submit(cast)
    payment = pay_open(cast.aya, AT)
    propose_goodwill(payment_id=payment.pk, amount=1000, reason="病気", actor=cast.viewer(cast.office), at=AT)
    finish_all(AT)
    trip.refresh_from_db()
    return trip


def test_it_stays_in_force_and_a_longer_period_costs_the_difference_of_the_prices_only(cast, given):
    assert given.state == "in_force"
    change_period(
        application_id=given.pk,
        first_day=date(2026, 7, 1),
        last_day=date(2026, 8, 31),
        actor=cast.viewer(cast.aya),
        at=AT,
    )
    # 6,050 + 303 less 3,630 + 182.
    assert Payment.objects.get(purpose="period_difference").total == 2541


def test_a_cancellation_gives_back_no_more_than_is_held(cast, given):
    cancel_application(application_id=given.pk, actor=cast.viewer(cast.aya), at=AT)
    back = Refund.objects.get(goodwill=False)
    assert (back.amount, back.handling) == (FEE + HANDLING - 1000, 0)
    finish_all(AT)
    assert sum(Refund.objects.filter(state="done").values_list("amount", flat=True)) == FEE + HANDLING


@pytest.mark.parametrize(
    ("fee", "goodwill", "back"),
    [(2000, 0, 1630), (2000, 1000, 1630), (2000, 3000, 812), (0, 1000, 2812), (0, FEE + HANDLING, 0)],
)
def test_a_cheaper_price_gives_back_its_difference_out_of_what_is_held(fee, goodwill, back):
    settled = settled_of(FEE + HANDLING - goodwill, FEE, goodwill)
    assert settled == Settled(FEE + HANDLING, FEE, goodwill)
    found = difference(Price(months=1, net=fee, tax=0, handling=0), settled)
    assert (found.to_pay, found.back) == (0, back)
