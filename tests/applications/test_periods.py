"""A new travel period: a new quote, a difference to pay or to give back (member-portal.md M2; money.md, "Fees")."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from applications.actions.changes import lapse_changes, withdraw_change
from applications.actions.deciding import approve
from applications.actions.period import change_period
from applications.models import HandlingRate, PeriodChange, Quote
from applications.queries.money import quotes_in_force
from ossma.core.models import AuditEntry, OutboxMessage
from ossma.core.refusals import NotFound, Refused
from ossma.core.viewer import SYSTEM
from payments.models import Payment, Refund, Trouble
from tests.applications.conftest import AT, submit
from tests.applications.paying import begin, finish, learn, pay, pay_open
from tests.factories.applications import APPROVED, OSSMA_FEES, FeeTableFactory

pytestmark = pytest.mark.django_db

JULY = (date(2026, 7, 1), date(2026, 7, 31))
TO_AUGUST = (date(2026, 7, 1), date(2026, 8, 31))
TO_SEPTEMBER = (date(2026, 7, 1), date(2026, 9, 30))
DAY = timedelta(days=1)


@pytest.fixture
def trip(cast):
    """1 to 31 July, 3,630 + 182 paid on 1 June."""
    application = submit(cast)
    pay_open(cast.aya, AT)
    application.refresh_from_db()
    return application


def change(cast, application, period, at=AT, who=None, **more):
    first, last = period
    return change_period(application_id=application.pk, first_day=first, last_day=last, actor=cast.viewer(who or cast.aya), at=at, **more)


def days(application):
    application.refresh_from_db()
    return application.first_day, application.last_day


def mails(kind):
    return set(OutboxMessage.objects.filter(template=f"applications/{kind}").values_list("to_address", flat=True))


def test_a_longer_period_holds_once_the_difference_is_paid(cast, trip):
    cast.aoba.notify_addresses = ["office@aoba.example.jp"]
    cast.aoba.save()
    waiting = change(cast, trip, TO_AUGUST)
    payment = waiting.payment
    assert (waiting.state, days(trip), quotes_in_force(trip.pk).first().total) == ("awaiting_payment", JULY, 3812)
    # 6,050 + 303 is the new total, 3,812 is settled.
    assert (payment.total, list(payment.lines.values_list("amount", flat=True)), payment.purpose) == (2541, [2420, 121], "period_difference")
    assert (payment.methods, payment.due_on) == (["card", "konbini"], date(2026, 6, 30))
    assert mails("change_pay") == {"aya@example.jp", "office@aoba.example.jp"}
    pay(payment, AT)
    waiting.refresh_from_db()
    assert (waiting.state, days(trip), quotes_in_force(trip.pk).first().total) == ("applied", TO_AUGUST, 6353)
    assert mails("changed") == {"aya@example.jp", "office@aoba.example.jp"}
    assert AuditEntry.objects.filter(action="application.period_changed", member_id=cast.aya.pk).count() == 1


def test_a_shorter_period_holds_at_once_and_the_fees_difference_goes_back_without_handling(cast):
    trip = submit(cast, last_day=TO_AUGUST[1])
    pay_open(cast.aya, AT)
    assert change(cast, trip, JULY).state == "applied"
    refund = Refund.objects.get()
    assert (days(trip), refund.amount, refund.handling, refund.state) == (JULY, 2420, 121, "requested")
    assert refund.rule == f"期間変更 {trip.number} 2か月→1か月 会費の差額"
    assert mails("changed") == {"aya@example.jp"}


def test_other_days_of_the_same_length_cost_nothing(cast, trip):
    assert change(cast, trip, (date(2026, 7, 5), date(2026, 8, 3))).state == "applied"
    assert (Payment.objects.count(), Refund.objects.count()) == (1, 0)


def test_the_table_and_the_handling_rate_of_the_original_application_count(cast, trip):
    FeeTableFactory(service="ossma", valid_from=date(2026, 6, 10), fees={months: 2 * fee for months, fee in OSSMA_FEES.items()})
    HandlingRate.objects.create(valid_from=date(2026, 6, 10), rate=Decimal("0.10"), approved_at=APPROVED)
    waiting = change(cast, trip, TO_AUGUST, datetime(2026, 6, 20, 3, tzinfo=UTC))
    assert (waiting.quote.total, waiting.quote.table) == (6353, trip.quotes.last().table)


def test_what_was_kept_for_handling_counts_when_the_period_grows_again(cast):
    trip = submit(cast, last_day=TO_AUGUST[1])
    pay_open(cast.aya, AT)
    change(cast, trip, JULY)
    finish(Refund.objects.get(), AT)
    # 3,630 + 303 is held; 6,050 + 303 is asked for.
    assert change(cast, trip, TO_AUGUST).payment.total == 2420


def test_handling_that_the_office_gave_back_is_asked_for_again(cast):
    trip = submit(cast, last_day=TO_AUGUST[1])
    pay_open(cast.aya, AT)
    change(cast, trip, JULY)
    finish(Refund.objects.get(), AT, with_handling=True)
    assert change(cast, trip, TO_AUGUST).payment.total == 2541


def test_an_open_refund_counts_as_gone(cast):
    trip = submit(cast, last_day=TO_AUGUST[1])
    pay_open(cast.aya, AT)
    change(cast, trip, JULY)
    assert change(cast, trip, TO_AUGUST).payment.total == 2420


def test_an_unpaid_fee_is_replaced_and_late_money_for_the_old_one_lands_on_the_work_list(cast):
    trip = submit(cast)
    attempt = begin(Payment.objects.get(), AT)
    assert change(cast, trip, TO_AUGUST).state == "applied"
    old, new = Payment.objects.order_by("pk")
    assert (old.state, new.state, new.total, new.purpose, days(trip)) == ("cancelled", "owed", 6353, "membership_fee", TO_AUGUST)
    assert OutboxMessage.objects.filter(template="applications/pay").count() == 2
    learn(attempt, AT)
    assert Trouble.objects.get().kind == "not_payable"
    pay(new, AT)
    trip.refresh_from_db()
    assert trip.state == "in_force"


def test_an_unpaid_fee_of_the_same_sum_stays(cast):
    trip = submit(cast)
    change(cast, trip, (date(2026, 7, 2), date(2026, 8, 1)))
    assert (Payment.objects.get().state, days(trip)) == ("owed", (date(2026, 7, 2), date(2026, 8, 1)))


def test_before_the_schools_approval_there_is_a_new_quote_and_no_money(cast):
    cast.aoba.contracts.update(needs_approval=True)
    trip = submit(cast)
    assert change(cast, trip, TO_AUGUST).state == "applied"
    assert (days(trip), Payment.objects.count()) == (TO_AUGUST, 0)
    approve(application_id=trip.pk, actor=cast.viewer(cast.doi), at=AT)
    assert Payment.objects.get().total == 6353


def test_where_the_school_pays_the_new_period_holds_at_once(cast):
    trip = submit(cast, payer="school")
    assert change(cast, trip, TO_AUGUST).state == "applied"
    assert (days(trip), quotes_in_force(trip.pk).first().total, Payment.objects.count()) == (TO_AUGUST, 6050, 0)


def test_a_new_change_takes_the_place_of_the_one_that_waits(cast, trip):
    first = change(cast, trip, TO_AUGUST)
    second = change(cast, trip, TO_SEPTEMBER)
    first.refresh_from_db()
    assert (first.state, first.payment.state, second.payment.total) == ("withdrawn", "cancelled", 12705 - 3812)
    trip.refresh_from_db()
    assert trip.asked_last_day == TO_SEPTEMBER[1]


def test_the_same_asked_twice_is_asked_once(cast, trip):
    assert change(cast, trip, TO_AUGUST) == change(cast, trip, TO_AUGUST)
    assert (PeriodChange.objects.count(), Payment.objects.filter(purpose="period_difference").count()) == (1, 1)


@pytest.mark.parametrize("how", ["withdraw", "old days"])
def test_a_waiting_change_can_be_taken_back(cast, trip, how):
    waiting = change(cast, trip, TO_AUGUST)
    if how == "withdraw":
        withdraw_change(application_id=trip.pk, actor=cast.viewer(cast.aya), at=AT)
    else:
        assert change(cast, trip, JULY) is None
    waiting.refresh_from_db()
    trip.refresh_from_db()
    assert (waiting.state, waiting.payment.state, trip.asked_last_day, days(trip)) == ("withdrawn", "cancelled", None, JULY)


def test_unpaid_it_lapses_after_the_old_last_day_and_money_that_still_comes_lands_on_the_work_list(cast, trip):
    waiting = change(cast, trip, TO_AUGUST)
    assert lapse_changes(limit=9, actor=SYSTEM, at=datetime(2026, 7, 31, 14, 59, tzinfo=UTC)) == 0
    over = datetime(2026, 7, 31, 15, tzinfo=UTC)
    attempt = begin(waiting.payment, AT)
    assert lapse_changes(limit=9, actor=SYSTEM, at=over) == 0
    waiting.payment.state = "owed"
    waiting.payment.save()
    assert lapse_changes(limit=9, actor=SYSTEM, at=over) == 1
    assert lapse_changes(limit=9, actor=SYSTEM, at=over) == 0
    waiting.refresh_from_db()
    assert (waiting.state, waiting.payment.state, days(trip)) == ("lapsed", "cancelled", JULY)
    assert mails("change_ended") == {"aya@example.jp"}
    learn(attempt, over)
    assert (Trouble.objects.get().kind, days(trip)) == ("not_payable", JULY)


REFUSED = [
    (TO_AUGUST, datetime(2026, 7, 31, 15, tzinfo=UTC), "over"),
    ((date(2026, 7, 2), date(2026, 7, 31)), datetime(2026, 7, 1, 3, tzinfo=UTC), "begun"),
    ((date(2026, 6, 14), date(2026, 7, 31)), datetime(2026, 6, 15, 3, tzinfo=UTC), "past"),
    ((date(2026, 7, 1), date(2026, 7, 14)), datetime(2026, 7, 15, 3, tzinfo=UTC), "shortened"),
    ((date(2026, 7, 1), date(2026, 6, 30)), AT, "backwards"),
    ((date(2026, 7, 1), date(2027, 7, 1)), AT, "over_a_year"),
    ((date(2028, 7, 1), date(2028, 7, 2)), AT, "far"),
]


@pytest.mark.parametrize(("period", "at", "code"), REFUSED)
def test_what_is_no_period_any_more_is_refused_in_words(cast, trip, period, at, code):
    with pytest.raises(Refused) as refused:
        change(cast, trip, period, at)
    assert (refused.value.code, Quote.objects.count()) == (code, 1)


def test_today_may_become_the_last_day(cast, trip):
    assert change(cast, trip, (date(2026, 7, 1), date(2026, 7, 15)), datetime(2026, 7, 15, 3, tzinfo=UTC)).state == "applied"


def test_no_day_is_in_two_applications_not_even_in_one_that_is_asked_for(cast, trip):
    september = submit(cast, first_day=date(2026, 9, 1), last_day=date(2026, 9, 20))
    pay_open(cast.aya, AT)
    with pytest.raises(Refused) as refused:
        change(cast, trip, (date(2026, 7, 1), date(2026, 9, 1)))
    assert refused.value.code == "overlap"
    change(cast, september, (date(2026, 9, 1), date(2026, 10, 20)))
    with pytest.raises(Refused) as refused:
        submit(cast, first_day=date(2026, 10, 10), last_day=date(2026, 10, 12))
    assert refused.value.code == "overlap"


def test_while_the_office_checks_money_the_price_stays(cast):
    trip = submit(cast)
    learn(begin(Payment.objects.get(), AT), AT, amount=1)
    with pytest.raises(Refused) as refused:
        change(cast, trip, TO_AUGUST)
    assert refused.value.code == "held"


def test_what_was_shown_and_no_longer_holds_is_not_done(cast, trip):
    with pytest.raises(Refused) as refused:
        change(cast, trip, TO_AUGUST, shown="new_fee:6353:6353:0")
    assert refused.value.code == "moved_on"
    assert change(cast, trip, TO_AUGUST, shown="pay:6353:2541:0").state == "awaiting_payment"


def test_the_members_school_and_the_office_may_change_it_too_and_nobody_else(cast, trip):
    for who in (cast.ben, cast.chika, cast.emi):
        with pytest.raises(NotFound):
            change(cast, trip, TO_AUGUST, who=who)
    for who, period in ((cast.doi, TO_AUGUST), (cast.office, TO_SEPTEMBER)):
        assert change(cast, trip, period, who=who).state == "awaiting_payment"


def test_three_months_and_more_want_no_tabi_regi(cast):
    trip = submit(cast, payer="school", tabireg=True)
    change(cast, trip, TO_SEPTEMBER)
    trip.refresh_from_db()
    assert not trip.tabireg_wanted


def test_a_quote_never_changes_and_every_one_is_kept(cast, trip):
    change(cast, trip, TO_AUGUST)
    assert [quote.total for quote in trip.quotes.all()] == [6353, 3812]
