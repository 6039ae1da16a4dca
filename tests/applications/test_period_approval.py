"""Where the contract wants it, the school decides on a new period first (product.md: groups and contracts)."""

import pytest
from django.urls import reverse

from applications.actions.changes import approve_change, refuse_change
from ossma.core.models import OutboxMessage
from ossma.core.refusals import NotFound, Refused
from payments.models import Payment, Refund
from tests.applications.conftest import AT, submit
from tests.applications.paying import pay, pay_open
from tests.applications.test_periods import JULY, TO_AUGUST, change, days

pytestmark = pytest.mark.django_db


@pytest.fixture
def trip(cast):
    """Paid, and from now on the school has to be asked."""
    application = submit(cast)
    pay_open(cast.aya, AT)
    cast.aoba.contracts.update(needs_approval=True)
    application.refresh_from_db()
    return application


def decide(cast, what, change, who=None, **more):
    return what(change_id=change.pk, application_id=change.application_id, actor=cast.viewer(who or cast.doi), at=AT, **more)


def test_it_waits_for_the_school_and_then_for_the_money(cast, trip):
    waiting = change(cast, trip, TO_AUGUST)
    assert (waiting.state, waiting.payment, days(trip)) == ("awaiting_approval", None, JULY)
    approved = decide(cast, approve_change, waiting)
    assert (approved.state, approved.payment.total) == ("awaiting_payment", 2541)
    pay(approved.payment, AT)
    assert days(trip) == TO_AUGUST


def test_a_shorter_one_holds_and_gives_back_once_it_is_approved(cast):
    trip = submit(cast, last_day=TO_AUGUST[1])
    pay_open(cast.aya, AT)
    cast.aoba.contracts.update(needs_approval=True)
    waiting = change(cast, trip, JULY)
    assert Refund.objects.count() == 0
    assert decide(cast, approve_change, waiting).state == "applied"
    assert (Refund.objects.get().amount, days(trip)) == (2420, JULY)


def test_the_fee_that_was_not_paid_yet_is_replaced_on_approval(cast):
    trip = submit(cast)
    cast.aoba.contracts.update(needs_approval=True)
    waiting = change(cast, trip, TO_AUGUST)
    assert Payment.objects.get().state == "owed"
    decide(cast, approve_change, waiting)
    assert [payment.state for payment in Payment.objects.order_by("pk")] == ["cancelled", "owed"]


def test_a_refusal_carries_its_reason_and_the_period_stays(cast, trip):
    refused = decide(cast, refuse_change, change(cast, trip, TO_AUGUST), reason="授業があります")
    trip.refresh_from_db()
    assert (refused.state, refused.refusal, days(trip), trip.asked_last_day) == ("refused", "授業があります", JULY, None)
    assert "授業があります" in OutboxMessage.objects.get(template="applications/change_ended").context


def test_it_is_decided_once_and_by_the_members_own_school_alone(cast, trip):
    waiting = change(cast, trip, TO_AUGUST)
    for who in (cast.aya, cast.emi):
        with pytest.raises(NotFound):
            decide(cast, approve_change, waiting, who)
    decide(cast, approve_change, waiting)
    with pytest.raises(Refused):
        decide(cast, refuse_change, waiting, reason="-")


def test_a_school_that_acts_itself_is_not_asked(cast, trip):
    assert change(cast, trip, TO_AUGUST, who=cast.doi).state == "awaiting_payment"


def test_the_schools_pages_lead_from_the_application_to_the_decision(cast, trip):
    waiting = change(cast, trip, TO_AUGUST)
    doi = cast.client(cast.doi)
    assert "山田 あや" in doi.get(reverse("school:applications:list"), {"state": "change_waits"}).content.decode()
    page = reverse("school:applications:approve_change", args=[trip.pk, waiting.pk])
    assert page in doi.get(reverse("school:applications:detail", args=[trip.pk])).content.decode()
    assert "6,353円" in doi.get(page).content.decode()
    assert "新しい期間を承認しました" in doi.post(page, follow=True).content.decode()
    assert "すでに判断済み" in doi.get(page).content.decode()


def test_the_schools_refusal_asks_for_a_reason(cast, trip):
    waiting = change(cast, trip, TO_AUGUST)
    page = reverse("school:applications:refuse_change", args=[trip.pk, waiting.pk])
    doi = cast.client(cast.doi)
    assert "理由" in doi.post(page, {"reason": ""}).content.decode()
    assert "不承認にしました" in doi.post(page, {"reason": "授業"}, follow=True).content.decode()
