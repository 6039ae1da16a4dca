"""Two tabs and a gateway at the same moment: with real transactions on real PostgreSQL the money is right whoever comes first."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier

import pytest
from django.db import connection
from django.db.models import Sum

from applications.actions.cancelling import cancel_application
from applications.actions.period import change_period
from applications.models import Application, Cancellation, PeriodChange
from ossma.core.refusals import Refused
from payments.models import LedgerLine, Payment, Refund, Trouble
from tests.applications.conftest import AT, submit
from tests.applications.paying import begin, learn, pay_open
from tests.cast import make_cast
from tests.factories.applications import CancellationTableFactory, make_fees

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def cast(transactional_db):
    make_fees()
    CancellationTableFactory()
    return make_cast()


def together(*acts):
    """Run these in threads that start together; a refusal is its code."""
    barrier = Barrier(len(acts))

    def run(act):
        try:
            barrier.wait(timeout=20)
            return act()
        except Refused as refused:
            return refused.code
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return [future.result() for future in [pool.submit(run, act) for act in acts]]


def cancel(cast, trip):
    return lambda: cancel_application(application_id=trip.pk, actor=cast.viewer(cast.aya), at=AT).state


def extend(cast, trip, last=date(2026, 8, 31)):
    return lambda: change_period(application_id=trip.pk, first_day=trip.first_day, last_day=last, actor=cast.viewer(cast.aya), at=AT)


def held():
    return LedgerLine.objects.aggregate(sum=Sum("amount"))["sum"] or 0


def test_called_off_in_four_tabs_it_gives_back_once(cast):
    trip = submit(cast)
    pay_open(cast.aya, AT)
    assert together(*[cancel(cast, trip)] * 4) == ["cancelled"] * 4
    assert (Refund.objects.get().amount, Cancellation.objects.count()) == (3630, 1)


def test_called_off_while_the_fee_is_being_settled_the_money_goes_back_or_is_on_the_work_list(cast):
    trip = submit(cast)
    attempt = begin(Payment.objects.get(), AT)
    together(cancel(cast, trip), lambda: learn(attempt, AT))
    assert (Application.objects.get().state, held()) == ("cancelled", 3812)
    assert Refund.objects.count() + Trouble.objects.filter(kind="not_payable").count() == 1


def test_called_off_while_a_difference_is_being_settled_nothing_stays_unseen(cast):
    trip = submit(cast)
    pay_open(cast.aya, AT)
    attempt = begin(extend(cast, trip)().payment, AT)
    together(cancel(cast, trip), lambda: learn(attempt, AT))
    assert (Application.objects.get().state, held()) == ("cancelled", 6353)
    back = sorted(Refund.objects.values_list("amount", flat=True))
    assert back == ([3630] if Trouble.objects.exists() else [2420, 3630])


def test_called_off_and_extended_at_once_leaves_nothing_open(cast):
    trip = submit(cast)
    pay_open(cast.aya, AT)
    found = together(cancel(cast, trip), extend(cast, trip))
    assert found[0] == "cancelled"
    assert not PeriodChange.objects.filter(state__in=["awaiting_approval", "awaiting_payment"]).exists()
    assert not Payment.objects.filter(state="owed").exists()
    assert Refund.objects.get().amount == 3630


def test_extended_in_two_tabs_to_two_days_one_waits_and_the_other_is_withdrawn(cast):
    trip = submit(cast)
    pay_open(cast.aya, AT)
    together(extend(cast, trip), extend(cast, trip, date(2026, 9, 30)))
    assert sorted(PeriodChange.objects.values_list("state", flat=True)) == ["awaiting_payment", "withdrawn"]
    assert Payment.objects.filter(purpose="period_difference", state="owed").count() == 1


def test_the_fee_is_settled_while_the_period_changes_and_no_yen_is_lost(cast):
    trip = submit(cast)
    attempt = begin(Payment.objects.get(), AT)
    together(extend(cast, trip), lambda: learn(attempt, AT))
    assert held() == 3812
    owed = Payment.objects.get(state="owed")
    # Settled first: the difference is owed. Changed first: the new fee, and the late money is on the work list.
    expected = (6353, "membership_fee") if Trouble.objects.exists() else (2541, "period_difference")
    assert (owed.total, owed.purpose) == expected
