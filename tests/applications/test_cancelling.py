"""Calling an application off by the cancellation rule of the day (money.md, "Fees"; member-portal.md M2)."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction
from django.db.models import Sum

from applications.actions.cancelling import cancel_application
from applications.actions.giving_back import ask_waiting
from applications.actions.period import change_period
from applications.models import Cancellation, GiveBack
from applications.rules.cancelling import percent, rule_for
from ossma.core import registries
from ossma.core.models import OutboxMessage
from ossma.core.refusals import NotFound, Refused
from ossma.core.viewer import SYSTEM
from payments.actions import approve_refund, finish_card_refund
from payments.models import LedgerLine, Payment, Refund, Trouble
from tests.applications.conftest import AT, submit
from tests.applications.paying import begin, finish_all, learn, pay_open
from tests.factories.applications import CancellationTableFactory

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
RULES = {30: Decimal(1), 8: Decimal("0.5"), 1: Decimal("0.2")}


@pytest.fixture
def rules(cast):
    return CancellationTableFactory(version="2026-04")


@pytest.fixture
def paid(cast, rules):
    """Aya goes from 1 to 31 July and has paid 3,630 + 182 with a card on 1 June."""
    application = submit(cast)
    pay_open(cast.aya, AT)
    application.refresh_from_db()
    assert application.state == "in_force"
    return application


def cancel(cast, application, at=AT, **more):
    return cancel_application(application_id=application.pk, actor=cast.viewer(cast.aya), at=at, **more)


@pytest.mark.parametrize(
    ("left", "days", "share"), [(31, 30, 1), (30, 30, 1), (29, 8, "0.5"), (8, 8, "0.5"), (7, 1, "0.2"), (1, 1, "0.2"), (0, 0, 0)]
)
def test_the_strictest_rule_that_is_still_kept_counts(left, days, share):
    line = rule_for(left, RULES)
    assert (line.days_before, line.share) == (days, Decimal(share))


def test_shares_are_written_as_people_write_them():
    assert [percent(Decimal(share)) for share in ("1", "0.5000", "0.333", "0")] == ["100%", "50%", "33.3%", "0%"]


@pytest.mark.parametrize(
    ("at", "days", "back"),
    [
        (AT, 30, 3630),
        # 1 June, 23:59 in Japan, and a minute later.
        (datetime(2026, 6, 1, 14, 59, tzinfo=UTC), 30, 3630),
        (datetime(2026, 6, 1, 15, 0, tzinfo=UTC), 8, 1815),
        (datetime(2026, 6, 29, 15, 0, tzinfo=UTC), 1, 726),
    ],
)
def test_the_rule_of_the_day_in_japan_gives_back_its_share_of_the_fee_without_handling(cast, paid, at, days, back):
    assert cancel(cast, paid, at).state == "cancelled"
    record, refund = Cancellation.objects.get(), Refund.objects.get()
    assert (record.table.version, record.days_before, record.fee, record.handling, record.amount) == ("2026-04", days, 3630, 182, back)
    assert (refund.amount, refund.handling, refund.state, refund.payment.state) == (back, 182, "requested", "refund_requested")
    assert refund.rule == f"取消規定 2026-04 出発{days}日前まで {percent(record.share)}"


def test_half_a_yen_is_rounded_up(cast):
    CancellationTableFactory(rows={1: "0.1234"})
    application = submit(cast)
    pay_open(cast.aya, AT)
    cancel(cast, application)
    # 3,630 × 0.1234 = 447.94
    assert Refund.objects.get().amount == 448


def test_what_is_on_record_about_a_cancellation_never_changes(cast, paid):
    cancel(cast, paid)
    with pytest.raises(DatabaseError), transaction.atomic():
        Cancellation.objects.update(amount=1)


def test_where_the_rule_gives_nothing_back_nothing_is_asked_for(cast):
    CancellationTableFactory(rows={60: "1"})
    application = submit(cast)
    pay_open(cast.aya, AT)
    assert cancel(cast, application).state == "cancelled"
    assert (Cancellation.objects.get().amount, Refund.objects.count(), Payment.objects.get().state) == (0, 0, "settled")


def test_the_table_of_the_service_and_of_the_day_counts(cast):
    CancellationTableFactory(version="all", rows={1: "0.1"})
    CancellationTableFactory(version="plus", service="plus", rows={1: "0.2"})
    CancellationTableFactory(version="own", service="ossma", rows={1: "0.3"})
    CancellationTableFactory(version="later", service="ossma", valid_from=date(2026, 6, 2), rows={1: "0.4"})
    application = submit(cast)
    pay_open(cast.aya, AT)
    cancel(cast, application)
    assert Cancellation.objects.get().table.version == "own"


def test_without_a_rule_a_paid_application_is_not_called_off_here(cast):
    application = submit(cast)
    pay_open(cast.aya, AT)
    with pytest.raises(Refused) as refused:
        cancel(cast, application)
    assert refused.value.code == "no_rule"


def test_pressed_twice_it_is_called_off_once(cast, paid):
    cancel(cast, paid)
    assert cancel(cast, paid).state == "cancelled"
    assert (Refund.objects.count(), Cancellation.objects.count(), OutboxMessage.objects.filter(template="applications/cancelled").count()) == (
        1,
        1,
        1,
    )


def test_what_was_shown_yesterday_is_not_done_today(cast, paid):
    with pytest.raises(Refused) as refused:
        cancel(cast, paid, datetime(2026, 6, 2, 3, tzinfo=UTC), shown="3812:3630")
    assert refused.value.code == "moved_on"
    assert cancel(cast, paid, shown="3812:3630").state == "cancelled"


def test_a_school_that_pays_settles_it_by_its_contract(cast, rules):
    cast.aoba.notify_addresses = ["office@aoba.example.jp"]
    cast.aoba.save()
    application = submit(cast, payer="school")
    assert cancel(cast, application).state == "cancelled"
    assert (Refund.objects.count(), Cancellation.objects.count()) == (0, 0)
    told = OutboxMessage.objects.filter(template="applications/cancelled").values_list("to_address", flat=True)
    assert set(told) == {"aya@example.jp", "office@aoba.example.jp"}


def test_the_school_and_the_office_may_call_it_off_and_nobody_else(cast, paid):
    for who in (cast.ben, cast.emi, cast.chika):
        with pytest.raises(NotFound):
            cancel_application(application_id=paid.pk, actor=cast.viewer(who), at=AT)
    assert cancel_application(application_id=paid.pk, actor=cast.viewer(cast.doi), at=AT).state == "cancelled"


def test_two_payments_give_back_the_newest_first(cast, paid):
    change_period(application_id=paid.pk, first_day=date(2026, 7, 1), last_day=date(2026, 8, 31), actor=cast.viewer(cast.aya), at=AT)
    pay_open(cast.aya, AT + timedelta(minutes=1))
    cancel(cast, paid, AT + timedelta(minutes=2))
    given = [(refund.payment.purpose, refund.amount, refund.handling) for refund in Refund.objects.order_by("pk")]
    # 6,050 + 303 in all: 2,420 + 121 for the difference, 3,630 + 182 before it.
    assert given == [("period_difference", 2420, 121), ("membership_fee", 3630, 182)]


def test_a_difference_that_waits_for_money_ends_with_it_and_late_money_lands_on_the_work_list(cast, paid):
    change_period(application_id=paid.pk, first_day=date(2026, 7, 1), last_day=date(2026, 8, 31), actor=cast.viewer(cast.aya), at=AT)
    payment = Payment.objects.get(purpose="period_difference")
    attempt = begin(payment, AT)
    cancel(cast, paid)
    assert (paid.period_changes.get().state, Refund.objects.get().amount) == ("withdrawn", 3630)
    learn(attempt, AT)
    payment.refresh_from_db()
    assert (payment.state, Trouble.objects.get().kind) == ("cancelled", "not_payable")


def test_while_another_refund_of_the_order_is_under_way_the_rest_waits_for_it(cast, rules):
    aya = cast.viewer(cast.aya)
    trip = submit(cast, last_day=date(2026, 9, 30))
    pay_open(cast.aya, AT)
    change_period(application_id=trip.pk, first_day=date(2026, 7, 1), last_day=date(2026, 8, 31), actor=aya, at=AT)
    first = Refund.objects.get()
    approve_refund(refund_id=first.pk, note="", actor=SYSTEM, at=AT)
    cancel(cast, trip)
    assert (first.amount, first.handling, list(GiveBack.objects.filter(refund=None).values_list("amount", "handling"))) == (6050, 302, [(6050, 605)])
    assert ask_waiting(limit=10, actor=SYSTEM, at=AT) == 0
    office = registries.work_list.get("applications")(cast.viewer(cast.office), AT)
    assert [item.count for item in office] == [1]
    finish_card_refund(refund_id=first.pk, reference="r", actor=SYSTEM, at=AT)
    assert ask_waiting(limit=10, actor=SYSTEM, at=AT) == 1
    finish_all(AT)
    # 12,100 + 605 came in, 12,100 went back.
    assert LedgerLine.objects.aggregate(sum=Sum("amount"))["sum"] == 605


def test_a_refund_that_had_to_wait_is_still_the_proposal_of_whoever_changed_the_period_in_the_office(cast):
    trip = submit(cast, last_day=date(2026, 9, 30))
    pay_open(cast.aya, AT)
    change_period(application_id=trip.pk, first_day=date(2026, 7, 1), last_day=date(2026, 8, 31), actor=cast.viewer(cast.aya), at=AT)
    first = Refund.objects.get()
    approve_refund(refund_id=first.pk, note="", actor=SYSTEM, at=AT)
    manager = cast.viewer(cast.office)
    change_period(application_id=trip.pk, first_day=date(2026, 7, 1), last_day=date(2026, 7, 31), actor=manager, at=AT)
    finish_card_refund(refund_id=first.pk, reference="r", actor=SYSTEM, at=AT)
    assert ask_waiting(limit=10, actor=SYSTEM, at=AT) == 1
    late = Refund.objects.exclude(pk=first.pk).get()
    assert late.proposed_by == cast.office
    with pytest.raises(Refused) as refused:
        approve_refund(refund_id=late.pk, note="", actor=manager, at=AT)
    assert refused.value.code == "own_proposal"
