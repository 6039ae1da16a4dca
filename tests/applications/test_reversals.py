"""Money of a membership that goes back at the gateway without us: in force means paid, or kept by somebody's decision (money.md, "Payment")."""

import os
from contextlib import suppress
from datetime import date, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from applications.actions.period import change_period
from applications.models import Application
from applications.queries.money import APPLICATION
from ossma.core.models import AuditEntry, OutboxMessage
from ossma.core.refusals import Refused
from ossma.core.viewer import SYSTEM
from payments import actions, queries
from payments.models import Attempt, Payment, Refund, Trouble
from payments.queries.settling import is_unpaid_now
from payments.rules import Found
from payments.states import OPEN_STATES
from tests.applications.conftest import AT, submit
from tests.applications.paying import finish, pay

# `OSSMA_STORIES_OF_REVERSALS=500` in the environment tells more of them.
EXAMPLES = int(os.environ.get("OSSMA_STORIES_OF_REVERSALS", "25"))
FIRST = date(2026, 7, 1)
STEPS = st.one_of(
    st.sampled_from(["pay", "pay", "reverse", "reverse", "reverse part", "end", "keep", "refund", "fail"]), st.integers(min_value=0, max_value=120)
)


def reverse(attempt, at, left=0):
    """Somebody gives money back at the gateway's console; of a whole reversal GMO goes on naming the sum of the charge."""
    found = Found(status="paid" if left else "refunded", amount=left or attempt.amount, currency="JPN", method="card")
    actions.apply_found(order_id=attempt.order_id, found=found, cause="reconciliation", actor=SYSTEM, at=at)


def book(at, *, closes):
    for trouble in Trouble.objects.filter(kind="refunded_outside", resolved_at=None):
        for refund in Refund.objects.filter(attempt=trouble.attempt, state="requested"):
            actions.refuse_refund(refund_id=refund.pk, note="決済会社で返金済み", actor=SYSTEM, at=at)
        with suppress(Refused):
            actions.book_outside(trouble_id=trouble.pk, resolution="管理画面で取消", closes=closes, actor=SYSTEM, at=at)


def act(trip, step, viewer, at):
    paid = list(Attempt.objects.filter(state="paid").order_by("-pk")[:1])
    match step:
        case int():
            with suppress(Refused):
                change_period(application_id=trip.pk, first_day=FIRST, last_day=FIRST + timedelta(days=step), actor=viewer, at=at)
        case "pay":
            for payment in Payment.objects.filter(member=trip.member, state__in=OPEN_STATES):
                pay(payment, at)
        case "reverse" | "reverse part":
            for attempt in paid:
                reverse(attempt, at, left=1000 if step == "reverse part" else 0)
        case "refund":
            for refund in Refund.objects.filter(state="requested", way="card")[:1]:
                with suppress(Refused):
                    finish(refund, at)
        case "fail":
            for refund in Refund.objects.filter(state="requested")[:1]:
                actions.refuse_refund(refund_id=refund.pk, note="いいえ", actor=SYSTEM, at=at)
        case "end" | "keep":
            book(at, closes=step == "end")


def kept_by_decision(fee):
    return AuditEntry.objects.filter(action="payment.unsettled", subject_id=str(fee.pk), detail__closes=False).exists()


def check(trip):
    """In force means that the fee was settled and is still there, or that somebody has to say or has said what becomes of it."""
    trip.refresh_from_db()
    fee = Payment.objects.get(subject_kind=APPLICATION, subject_id=trip.pk)
    if trip.state == "in_force":
        assert fee.settled_at
        assert not is_unpaid_now(fee) or kept_by_decision(fee)
    elif trip.state == "awaiting_payment":
        assert fee.settled_at is None
    for attempt in Attempt.objects.all():
        came = sum(line.amount for line in attempt.ledger.filter(kind="money_in"))
        out = sum(refund.amount for refund in attempt.refunds.filter(state="done"))
        assert out <= came


@pytest.mark.django_db
@settings(max_examples=EXAMPLES, deadline=None, derandomize=EXAMPLES == 25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEPS, max_size=12))
def test_in_force_means_paid_or_kept_by_a_decision(cast, steps):
    with transaction.atomic():
        trip, viewer = submit(cast), cast.viewer(cast.aya)
        for number, step in enumerate(["pay", *steps]):
            act(trip, step, viewer, AT + timedelta(minutes=number))
            check(trip)
        transaction.set_rollback(True)


@pytest.fixture
def reversed_fee(cast):
    """Aya's fee was paid, and taken back whole at the gateway."""
    trip = submit(cast)
    attempt = pay(Payment.objects.get(), AT)
    reverse(attempt, AT)
    return trip


@pytest.mark.django_db
def test_the_office_ends_a_membership_whose_fee_is_gone_and_the_member_and_the_school_are_told(cast, reversed_fee):
    cast.aoba.notify_addresses = ["office@aoba.example"]
    cast.aoba.save()
    trouble = Trouble.objects.get()
    assert queries.ways_out(SYSTEM, trouble.pk).ends == reversed_fee.number
    actions.book_outside(trouble_id=trouble.pk, resolution="全額取消", closes=True, actor=SYSTEM, at=AT)
    assert Application.objects.get().state == "cancelled"
    told = set(OutboxMessage.objects.filter(template="applications/ended_unpaid").values_list("to_address", flat=True))
    assert told == {cast.aya.user.email, "office@aoba.example"}


@pytest.mark.django_db
def test_the_office_may_keep_it_and_both_ways_are_offered_with_what_they_do(cast, reversed_fee):
    page = cast.client(cast.office).get(f"/admin/payments/trouble/{Trouble.objects.get().pk}/change/")
    assert [way.value for way in page.context["form"].ways] == ["close", "book"]
    assert "安否確認が届かなくなります" in page.content.decode()
    actions.book_outside(trouble_id=Trouble.objects.get().pk, resolution="学校が負担", actor=SYSTEM, at=AT)
    assert Application.objects.get().state == "in_force"
    assert AuditEntry.objects.get(action="payment.unsettled").detail["why"] == "学校が負担"
