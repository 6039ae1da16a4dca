"""What the room hangs into work list, home, member's file, data export and health."""

import json
from datetime import timedelta

import pytest
from django.core.serializers.json import DjangoJSONEncoder
from django.template.loader import render_to_string

from ossma.core import registries
from ossma.core.registries import Health
from payments import queries, registered
from payments.models import Attempt, Payment
from payments.states import PaymentState
from tests.cast import Cast
from tests.factories.payments import NOON, PaymentFactory
from tests.payments.steps import learn, paid, stored


def test_everything_is_hung_in() -> None:
    for registry in (registries.work_list, registries.home_tasks, registries.member_panels, registries.data_export):
        assert "payments" in registry
    assert "gateway" in registries.health


def test_the_work_list_counts_trouble_by_kind_with_its_age_and_the_way_there(cast: Cast, attempt: Attempt) -> None:
    learn(attempt, paid(3813))
    [item] = registered.office_work(cast.viewer(cast.office), NOON)
    assert (item.count, item.oldest) == (1, NOON)
    assert item.title == "金額または通貨の不一致"
    assert item.url == "/admin/payments/trouble/?resolved_at__isempty=1&kind__exact=amount_differs"
    assert registered.office_work(cast.viewer(cast.doi), NOON) == []


def test_home_names_what_is_to_be_paid_and_nothing_that_is_paid_or_checked(cast: Cast, attempt: Attempt) -> None:
    viewer = cast.viewer(cast.aya)
    [task] = registered.payment_tasks(viewer, NOON)
    assert (task.title, task.text, task.url) == ("OSSMA 会費", "お支払い手続きの途中です", f"/payments/{attempt.payment_id}/")
    learn(attempt, paid(3813))
    assert registered.payment_tasks(viewer, NOON) == []
    PaymentFactory(member=cast.chika)
    assert registered.payment_tasks(viewer, NOON) == []


@pytest.mark.parametrize("state", [PaymentState.OWED, PaymentState.STARTED, PaymentState.AWAITING, PaymentState.EXPIRED])
def test_every_open_state_is_a_task(cast: Cast, state: str) -> None:
    PaymentFactory(member=cast.aya, state=state)
    assert len(registered.payment_tasks(cast.viewer(cast.aya), NOON)) == 1


@pytest.mark.parametrize(("who", "sees"), [("office", True), ("doi", True), ("emi", False), ("chika", False)])
def test_the_members_file_shows_payments_to_office_and_school_but_not_to_supporters(cast: Cast, fee: Payment, who: str, sees: bool) -> None:
    template, panel = registered.member_panel(cast.viewer(getattr(cast, who)), cast.aya.pk, NOON)
    shown = render_to_string(template, {"panel": panel})
    assert ("OSSMA 会費" in shown) is sees
    assert (f"/admin/payments/payment/{fee.pk}/change/" in shown) is (who == "office")
    assert bool(shown.strip()) is (who != "emi")


def test_the_export_holds_a_members_own_payments_as_json(cast: Cast, fee: Payment) -> None:
    PaymentFactory(member=cast.chika)
    exported = json.loads(json.dumps(dict(registries.data_export)["payments"](cast.aya.pk), cls=DjangoJSONEncoder))
    assert [(row["total"], row["state"], len(row["lines"])) for row in exported] == [(3812, "owed", 2)]


def test_a_few_overdue_notices_are_told_and_many_are_an_alarm(attempt: Attempt, monkeypatch: pytest.MonkeyPatch) -> None:
    stored(attempt)
    assert registered.gateway_health() == Health(ok=True, detail="1 notices overdue")
    monkeypatch.setattr(registered, "MANY_WAITING", 1)
    assert not registered.gateway_health().ok


def test_a_notice_is_overdue_after_five_minutes(cast: Cast, attempt: Attempt) -> None:
    stored(attempt)
    viewer = cast.viewer(cast.office)
    assert queries.notices_waiting(viewer, NOON + timedelta(minutes=4)) == 0
    assert queries.notices_waiting(viewer, NOON + timedelta(minutes=6)) == 1
    assert queries.notices_waiting(cast.viewer(cast.aya), NOON + timedelta(minutes=6)) == 0
