"""Whatever is changed, paid, given back and called off in whatever order: what is held is what the last quote says, and the handling fee."""

import os
from datetime import date, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from applications.actions.cancelling import cancel_application
from applications.actions.changes import withdraw_change
from applications.actions.giving_back import ask_waiting
from applications.actions.period import change_period
from applications.queries.money import purses_of, quotes_in_force
from ossma.core.viewer import SYSTEM
from payments.models import Payment, Refund
from payments.states import OPEN_STATES
from tests.applications.conftest import AT, submit
from tests.applications.paying import finish, pay
from tests.factories.applications import CancellationTableFactory

# `OSSMA_STORIES_OF_PERIODS=300` in the environment tells more of them.
EXAMPLES = int(os.environ.get("OSSMA_STORIES_OF_PERIODS", "20"))
FIRST = date(2026, 7, 1)
CHANGE = st.integers(min_value=0, max_value=350)
STEP = st.one_of(CHANGE, CHANGE, st.sampled_from(["pay", "pay", "refund", "refund", "withdraw", "ask"]))


@pytest.fixture
def rules(cast):
    """Everybody, the fees, and rules by which a cancellation in time gives the whole fee back."""
    CancellationTableFactory()
    return cast


def held(trip):
    return sum(purse.held for purse in purses_of(trip))


def act(trip, step, viewer, at):
    """One step; a number asks for a period of so many days more than one."""
    if isinstance(step, int):
        change_period(application_id=trip.pk, first_day=FIRST, last_day=FIRST + timedelta(days=step), actor=viewer, at=at)
    elif step == "withdraw":
        withdraw_change(application_id=trip.pk, actor=viewer, at=at)
    elif step == "ask":
        ask_waiting(limit=9, actor=SYSTEM, at=at)
    elif step == "pay":
        for payment in Payment.objects.filter(member=trip.member, state__in=OPEN_STATES):
            pay(payment, at)
    else:
        for refund in Refund.objects.filter(state="requested")[:1]:
            finish(refund, at)


def settle_everything(trip, viewer, at):
    act(trip, "pay", viewer, at)
    while Refund.objects.filter(state="requested").exists() or ask_waiting(limit=9, actor=SYSTEM, at=at):
        act(trip, "refund", viewer, at)


def run(cast, steps):
    viewer = cast.viewer(cast.aya)
    trip = submit(cast)
    for number, step in enumerate(["pay", *steps]):
        act(trip, step, viewer, AT + timedelta(minutes=number))
    at = AT + timedelta(hours=1)
    settle_everything(trip, viewer, at)
    quote = quotes_in_force(trip.pk).first()
    trip.refresh_from_db()
    assert (trip.first_day, trip.last_day) == (quote.first_day, quote.last_day)
    # The fee of the quote, and of all that was quoted at least its own and at most the dearest handling fee.
    handling = held(trip) - quote.fee
    assert quote.handling <= handling <= max(one.handling for one in trip.quotes.all())
    cancel_application(application_id=trip.pk, actor=viewer, at=at)
    settle_everything(trip, viewer, at)
    assert held(trip) == handling


@pytest.mark.django_db
@settings(max_examples=EXAMPLES, deadline=None, derandomize=EXAMPLES == 20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEP, max_size=8))
def test_what_is_held_is_the_last_quotes_fee_and_handling(rules, steps):
    with transaction.atomic():
        run(rules, steps)
        transaction.set_rollback(True)
