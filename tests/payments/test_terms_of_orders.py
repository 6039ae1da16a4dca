"""How long an order can be paid: by Japan's days, and never beyond the day on which it is of no more use (money.md, "Expiry")."""

from datetime import UTC, date, datetime, timedelta

import pytest

from ossma.core.formats import HOME_ZONE
from ossma.core.refusals import Refused
from ossma.core.viewer import SYSTEM
from payments.gateways import desk
from payments.models import Payment
from payments.rules import LINK_LIFE, SLIP_DAYS, terms_of
from payments.states import Purpose
from tests.cast import Cast
from tests.factories.payments import NOON, PaymentFactory
from tests.payments.fake_gateway import FakeGateway
from tests.payments.test_at_once import PAYER

DUE = date(2026, 11, 21)
# One minute before and after midnight in Japan: the same day in UTC.
LATE, EARLY = datetime(2026, 11, 20, 14, 59, tzinfo=UTC), datetime(2026, 11, 20, 15, 1, tzinfo=UTC)


def top_up(at: datetime, due_on: date | None = DUE):
    return terms_of(due_on=due_on, purpose=Purpose.TOPUP_PREMIUM, at=at)


@pytest.mark.parametrize("days_before", range(40))
def test_a_number_issued_at_the_last_moment_still_ends_with_the_due_day(days_before: int) -> None:
    terms = top_up(NOON - timedelta(days=days_before))
    last_issue = terms.link_until.astimezone(HOME_ZONE).date()
    assert last_issue + timedelta(days=terms.slip_days) <= DUE
    assert terms.link_until <= NOON - timedelta(days=days_before) + LINK_LIFE + timedelta(hours=12)
    assert terms.slip_days <= SLIP_DAYS


def test_what_is_due_today_can_be_paid_until_midnight_in_japan() -> None:
    terms = top_up(NOON)
    assert (terms.link_until, terms.slip_days) == (datetime(2026, 11, 21, 14, 59, tzinfo=UTC), 0)


def test_days_are_japan_s_not_utc_s() -> None:
    assert top_up(EARLY).slip_days == 0
    assert top_up(LATE).link_until == datetime(2026, 11, 21, 14, 59, tzinfo=UTC)
    with pytest.raises(Refused):
        top_up(EARLY, DUE - timedelta(days=1))


@pytest.mark.parametrize("minutes", [1, 4])
def test_in_the_last_minutes_nobody_is_sent_to_a_page_that_closes_while_they_type(minutes: int) -> None:
    with pytest.raises(Refused):
        top_up(datetime(2026, 11, 21, 14, 59, tzinfo=UTC) - timedelta(minutes=minutes))


def test_after_its_day_a_top_up_cannot_be_started_even_before_the_scheduler_has_ended_it() -> None:
    with pytest.raises(Refused):
        top_up(NOON + timedelta(days=1))


@pytest.mark.parametrize("due_on", [None, DUE, DUE - timedelta(days=30)])
def test_a_membership_fee_can_be_paid_late(due_on: date | None) -> None:
    terms = terms_of(due_on=due_on, purpose=Purpose.MEMBERSHIP_FEE, at=NOON)
    assert (terms.link_until, terms.slip_days) == (NOON + LINK_LIFE, SLIP_DAYS)


def test_both_terms_go_to_the_gateway(cast: Cast, gateway: FakeGateway, monkeypatch: pytest.MonkeyPatch) -> None:
    orders = []
    made = gateway.create_link
    monkeypatch.setattr(gateway, "create_link", lambda order: orders.append(order) or made(order))
    payment = PaymentFactory(member=cast.aya, purpose=Purpose.TOPUP_PREMIUM, due_on=DUE)
    desk.start(payment_id=payment.pk, payer=PAYER, return_url="http://ossma.example/back", actor=SYSTEM, at=NOON - timedelta(days=1))
    assert (orders[0].expires_at, orders[0].konbini_days) == (datetime(2026, 11, 21, 14, 59, tzinfo=UTC), 0)
    assert Payment.objects.get().attempts.get().expires_at == orders[0].expires_at
