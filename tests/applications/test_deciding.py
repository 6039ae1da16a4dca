"""The school's yes and no, the settled fee, calling it off."""

from datetime import UTC, datetime

import pytest

from applications.actions.cancelling import cancel_application
from applications.actions.deciding import approve, on_settled, refuse
from applications.states import APPLICATION_MOVES, ApplicationState
from ossma.core import registries
from ossma.core.models import AuditEntry, OutboxMessage
from ossma.core.refusals import NotFound, Refused
from ossma.core.viewer import SYSTEM
from payments.models import Payment
from tests.applications.conftest import AT, submit

pytestmark = pytest.mark.django_db


def kinds_of_mail():
    return {mail.template.removeprefix("applications/") for mail in OutboxMessage.objects.filter(to_address="aya@example.jp")}


@pytest.fixture
def waiting(cast):
    """Aya's application, waiting for her school."""
    cast.aoba.contracts.update(needs_approval=True)
    return submit(cast)


def test_approval_asks_the_member_for_the_fee(cast, waiting):
    assert approve(application_id=waiting.pk, actor=cast.viewer(cast.doi), at=AT).state == "awaiting_payment"
    assert Payment.objects.get().total == 3812
    assert kinds_of_mail() == {"submitted", "pay"}


def test_approval_of_what_the_school_pays_puts_it_in_force(cast):
    cast.aoba.contracts.update(needs_approval=True)
    application = submit(cast, payer="school")
    assert approve(application_id=application.pk, actor=cast.viewer(cast.doi), at=AT).state == "in_force"
    assert kinds_of_mail() == {"submitted", "in_force"}


def test_a_refusal_carries_its_reason_and_sets_the_member_free_to_apply_again(cast, waiting):
    found = refuse(application_id=waiting.pk, reason="時期が合いません", actor=cast.viewer(cast.doi), at=AT)
    assert (found.state, found.refusal, found.ended_at) == ("refused", "時期が合いません", AT)
    assert submit(cast).state == "awaiting_approval"


def test_a_decision_is_made_once(cast, waiting):
    approve(application_id=waiting.pk, actor=cast.viewer(cast.doi), at=AT)
    with pytest.raises(Refused):
        refuse(application_id=waiting.pk, reason="-", actor=cast.viewer(cast.doi), at=AT)
    with pytest.raises(Refused):
        approve(application_id=waiting.pk, actor=cast.viewer(cast.doi), at=AT)


def test_only_the_members_own_school_decides_and_never_the_member(cast, waiting):
    chikas = submit(cast, cast.chika)
    for application, who in ((waiting, cast.aya), (waiting, cast.emi), (chikas, cast.doi)):
        with pytest.raises(NotFound):
            approve(application_id=application.pk, actor=cast.viewer(who), at=AT)


def test_the_settled_fee_puts_the_application_in_force_once(cast):
    application = submit(cast)
    payment = Payment.objects.get()
    settle = registries.settled.get(payment.subject_kind)
    for _time in range(2):
        settle(payment_id=payment.pk, subject_id=application.pk, actor=SYSTEM, at=AT)
    application.refresh_from_db()
    assert application.state == "in_force"
    assert kinds_of_mail() == {"submitted", "pay", "in_force"}
    assert AuditEntry.objects.get(action="application.in_force").detail == {"from": "awaiting_payment", "payment": payment.pk}


def test_money_for_a_cancelled_application_does_not_revive_it(cast):
    application = submit(cast)
    cancel_application(application_id=application.pk, actor=cast.viewer(cast.aya), at=AT)
    with pytest.raises(ValueError, match="does not go"):
        on_settled(payment_id=1, subject_id=application.pk, actor=SYSTEM, at=AT)


def test_calling_off_cancels_what_was_owed(cast):
    application = submit(cast)
    assert cancel_application(application_id=application.pk, actor=cast.viewer(cast.aya), at=AT).state == "cancelled"
    assert Payment.objects.get().state == "cancelled"
    assert "cancelled" in kinds_of_mail()


@pytest.mark.parametrize("at", [datetime(2026, 6, 30, 15, tzinfo=UTC), datetime(2026, 8, 1, tzinfo=UTC)])
def test_nothing_is_called_off_from_the_first_day_on_by_the_clock_of_japan(cast, at):
    application = submit(cast)
    with pytest.raises(Refused) as refused:
        cancel_application(application_id=application.pk, actor=cast.viewer(cast.aya), at=at)
    assert refused.value.code == "begun"


def test_every_state_has_its_moves():
    assert set(APPLICATION_MOVES) == set(ApplicationState)
