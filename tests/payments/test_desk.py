"""Conversations with the gateway: starting, asking back, closing, reconciling."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import timezone

from ossma.core.models import OutboxMessage
from ossma.core.refusals import Refused
from ossma.core.viewer import SYSTEM
from payments import actions, tasks
from payments.gateways import desk
from payments.gateways.base import GatewayMisconfigured, GatewayRefused, GatewayUnknown, Reason, Status
from payments.models import Attempt, Payment, Trouble
from payments.states import AttemptState, PaymentState, TroubleKind
from tests.cast import Cast
from tests.factories.payments import NOON, AttemptFactory, PaymentFactory
from tests.payments.fake_gateway import FakeGateway
from tests.payments.steps import learn, paid

PAYER = desk.Payer(name="山田 あや", kana="ヤマダ アヤ", mail="aya@example.jp", language="ja")


def start(payment: Payment, at=NOON) -> str | None:
    return desk.start(payment_id=payment.pk, payer=PAYER, return_url="http://ossma.example/back", actor=SYSTEM, at=at)


def ask(attempt: Attempt, at=NOON):
    return desk.ask_back(Attempt.objects.select_related("payment").get(pk=attempt.pk), cause="reconciliation", at=at)


def states(attempt: Attempt) -> tuple[str, str]:
    attempt = Attempt.objects.select_related("payment").get(pk=attempt.pk)
    return attempt.state, attempt.payment.state


def test_starting_asks_for_one_link_and_twice_leads_to_it(fee: Payment, gateway: FakeGateway) -> None:
    url = start(fee)
    attempt = fee.attempts.get()
    assert url == f"http://gateway.example/pay/{attempt.order_id}" == start(fee)
    assert gateway.asked == [f"create {attempt.order_id}"]
    assert states(attempt) == (AttemptState.OPEN, PaymentState.STARTED)


def test_after_a_declined_card_the_same_link_is_open_for_another(attempt: Attempt, gateway: FakeGateway) -> None:
    gateway.says(attempt.order_id, Status.STARTED)
    ask(attempt)
    assert states(attempt) == (AttemptState.OPEN, PaymentState.STARTED)
    assert start(attempt.payment) == attempt.link


def test_while_somebody_else_asks_for_the_link_nobody_asks_twice(fee: Payment, gateway: FakeGateway) -> None:
    actions.begin_attempt(payment_id=fee.pk, actor=SYSTEM, at=NOON)
    assert start(fee, NOON + timedelta(seconds=59)) is None
    assert gateway.asked == []


def test_a_refusal_frees_the_payment_for_another_try(fee: Payment, gateway: FakeGateway) -> None:
    gateway.error = GatewayRefused(("EZ1003008",), Reason.BAD_REQUEST)
    with pytest.raises(GatewayRefused):
        start(fee)
    assert states(fee.attempts.get()) == (AttemptState.FAILED, PaymentState.OWED)
    gateway.error = None
    assert start(fee) == f"http://gateway.example/pay/{fee.attempts.first().order_id}"
    assert fee.attempts.count() == 2


def test_an_order_whose_name_was_spent_by_somebody_else_makes_way_for_the_next(fee: Payment, gateway: FakeGateway, monkeypatch) -> None:
    made, refusals = gateway.create_link, [GatewayRefused(("EZ1070014",), Reason.ORDER_USED)]

    def spent_once(order):
        if refusals:
            raise refusals.pop()
        return made(order)

    monkeypatch.setattr(gateway, "create_link", spent_once)
    url = start(fee)
    newest, spent = fee.attempts.order_by("-pk")
    assert (states(spent), url) == ((AttemptState.FAILED, PaymentState.STARTED), newest.link)


@pytest.mark.parametrize("error", [GatewayUnknown("timeout"), GatewayMisconfigured("wrong password")])
def test_a_gateway_that_is_away_charges_nobody(fee: Payment, gateway: FakeGateway, error: Exception) -> None:
    gateway.error = error
    with pytest.raises(type(error)):
        start(fee)
    assert Payment.objects.get().state != PaymentState.SETTLED
    assert fee.attempts.count() == 1


def test_an_order_of_unknown_outcome_is_closed_before_another_begins(fee: Payment, gateway: FakeGateway) -> None:
    gateway.error = GatewayUnknown("timeout")
    with pytest.raises(GatewayUnknown):
        start(fee)
    first = fee.attempts.get()
    assert first.state == AttemptState.UNKNOWN
    gateway.error = None
    url = start(fee)
    second = fee.attempts.exclude(pk=first.pk).get()
    assert gateway.asked[1:] == [f"cancel {first.order_id}", f"create {second.order_id}"]
    assert url == second.link
    assert states(first) == (AttemptState.VOIDED, PaymentState.STARTED)


def test_an_order_of_unknown_outcome_that_was_paid_settles_instead(fee: Payment, gateway: FakeGateway, opened: list[int]) -> None:
    attempt, _new = actions.begin_attempt(payment_id=fee.pk, actor=SYSTEM, at=NOON)
    actions.mark_unknown(order_id=attempt.order_id, error="timeout", actor=SYSTEM, at=NOON)
    gateway.says(attempt.order_id, Status.PAID)
    with pytest.raises(Refused):
        start(fee)
    assert states(attempt) == (AttemptState.PAID, PaymentState.SETTLED)
    assert opened == [fee.pk]


def test_an_order_that_cannot_be_closed_lets_nothing_new_begin(fee: Payment, gateway: FakeGateway) -> None:
    attempt, _new = actions.begin_attempt(payment_id=fee.pk, actor=SYSTEM, at=NOON)
    gateway.says(attempt.order_id, Status.UNKNOWN)
    gateway.cancel_closes = False
    assert start(fee, NOON + timedelta(minutes=2)) is None
    assert fee.attempts.count() == 1


def test_a_link_about_to_run_out_is_replaced(attempt: Attempt, gateway: FakeGateway) -> None:
    url = start(attempt.payment, attempt.expires_at - timedelta(minutes=4))
    assert url and url != attempt.link
    assert states(attempt) == (AttemptState.VOIDED, PaymentState.STARTED)


def test_a_payment_called_off_while_the_link_is_made_sends_nobody_there(fee: Payment, gateway: FakeGateway, monkeypatch) -> None:
    made = gateway.create_link

    def called_off_meanwhile(order):
        actions.cancel(payment_id=fee.pk, cause="member", actor=SYSTEM, at=NOON)
        return made(order)

    monkeypatch.setattr(gateway, "create_link", called_off_meanwhile)
    with pytest.raises(Refused):
        start(fee)
    assert states(fee.attempts.get()) == (AttemptState.OPEN, PaymentState.CANCELLED)


def test_the_live_order_of_a_payment_called_off_is_closed_at_the_gateway(attempt: Attempt, gateway: FakeGateway) -> None:
    actions.cancel(payment_id=attempt.payment_id, cause="member", actor=SYSTEM, at=NOON)
    ask(attempt)
    assert gateway.asked == [f"query {attempt.order_id}", f"cancel {attempt.order_id}"]
    assert states(attempt) == (AttemptState.VOIDED, PaymentState.CANCELLED)
    assert not Trouble.objects.exists()


def test_the_second_live_order_of_a_settled_payment_is_closed_too(attempt: Attempt, gateway: FakeGateway) -> None:
    actions.close_attempt(order_id=attempt.order_id, to=AttemptState.VOIDED, cause="member", error="", actor=SYSTEM, at=NOON)
    start(attempt.payment)
    second = attempt.payment.attempts.exclude(pk=attempt.pk).get()
    learn(attempt, paid())
    ask(second)
    assert states(second) == (AttemptState.VOIDED, PaymentState.SETTLED)


def test_money_that_was_faster_than_the_closing_goes_to_the_office(attempt: Attempt, gateway: FakeGateway, monkeypatch) -> None:
    actions.cancel(payment_id=attempt.payment_id, cause="member", actor=SYSTEM, at=NOON)
    closing = gateway.cancel

    def paid_meanwhile(order_id, *, reference=""):
        gateway.says(order_id, Status.PAID)
        return closing(order_id)

    monkeypatch.setattr(gateway, "cancel", paid_meanwhile)
    ask(attempt)
    assert states(attempt) == (AttemptState.PAID, PaymentState.CANCELLED)
    assert Trouble.objects.get().kind == TroubleKind.NOT_PAYABLE


@pytest.mark.parametrize("status", [Status.NOT_STARTED, Status.STARTED])
def test_a_link_that_ran_out_is_closed_and_the_member_is_told(attempt: Attempt, gateway: FakeGateway, status: Status) -> None:
    gateway.says(attempt.order_id, status, amount=None)
    ask(attempt, attempt.expires_at + timedelta(minutes=59))
    assert states(attempt) == (AttemptState.OPEN, PaymentState.STARTED)
    ask(attempt, attempt.expires_at + timedelta(minutes=61))
    assert states(attempt) == (AttemptState.EXPIRED, PaymentState.EXPIRED)
    assert [mail.template for mail in OutboxMessage.objects.all()] == ["payments/expired"]


def test_an_order_the_gateway_never_saw_is_no_error(attempt: Attempt, gateway: FakeGateway, monkeypatch) -> None:
    def never_seen(order_id, *, reference=""):
        raise GatewayRefused(("E01110002",), Reason.NOT_FOUND)

    monkeypatch.setattr(gateway, "query", never_seen)
    ask(attempt)
    assert states(attempt) == (AttemptState.OPEN, PaymentState.STARTED)


def reconciled(**options: object) -> str:
    out = StringIO()
    call_command("reconcile_payments", stdout=out, stderr=out, **options)
    return out.getvalue()


def test_reconciliation_repairs_a_lost_notice_at_once(attempt: Attempt, gateway: FakeGateway, opened: list[int]) -> None:
    gateway.says(attempt.order_id, Status.PAID)
    Attempt.objects.update(asked_at=timezone.now(), created_at=timezone.now())
    report = reconciled()
    assert f"{attempt.order_id}: settle" in report
    assert "1 asked, 1 repaired, 0 unanswered, 0 left for the next run" in report
    assert opened == [attempt.payment_id]
    assert attempt.payment.moves.get().cause == "reconciliation"
    assert "1 asked, 0 repaired" in reconciled()


def test_a_dry_run_asks_nobody(attempt: Attempt, gateway: FakeGateway) -> None:
    assert f"{attempt.order_id} open\n1 orders would be asked" in reconciled(dry_run=True)
    assert gateway.asked == []


def test_an_order_that_cannot_be_asked_makes_the_command_fail(attempt: Attempt, gateway: FakeGateway) -> None:
    gateway.error = GatewayRefused(("E01",), Reason.BAD_REQUEST)
    with pytest.raises(SystemExit) as ended:
        reconciled()
    assert ended.value.code == 1


def test_reconciliation_names_what_is_on_the_work_list(attempt: Attempt, gateway: FakeGateway) -> None:
    gateway.says(attempt.order_id, Status.PAID, 3813)
    assert "on the work list: amount_differs 1" in reconciled()


def test_a_gateway_that_is_away_ends_the_run_after_five_silences(cast: Cast, gateway: FakeGateway) -> None:
    for _ in range(7):
        AttemptFactory(payment=PaymentFactory(member=cast.aya, state="started"))
    gateway.error = GatewayUnknown("timeout")
    assert tasks.reconcile() == {"asked": 5, "repaired": 0, "unanswered": 5}


def test_one_order_that_we_stumble_over_keeps_no_other_waiting(cast: Cast, gateway: FakeGateway, opened: list[int], caplog) -> None:
    bad, good = (AttemptFactory(payment=PaymentFactory(member=cast.aya, state="started", subject_kind=kind)) for kind in ("nothing", "thing"))
    for attempt in (bad, good):
        gateway.says(attempt.order_id, Status.PAID)
    assert tasks.reconcile() == {"asked": 2, "repaired": 1, "unanswered": 1}
    assert opened == [good.payment_id]
    assert f"order {bad.order_id} cannot be reconciled" in caplog.text


def test_the_scheduler_leaves_an_order_alone_that_was_asked_a_minute_ago(attempt: Attempt, gateway: FakeGateway) -> None:
    Attempt.objects.update(asked_at=timezone.now() - timedelta(minutes=1))
    assert tasks.reconcile()["asked"] == 0
    Attempt.objects.update(asked_at=timezone.now() - timedelta(minutes=6))
    assert tasks.reconcile()["asked"] == 1


def test_what_ended_long_ago_is_asked_no_more(attempt: Attempt, gateway: FakeGateway) -> None:
    learn(attempt, paid())
    gateway.says(attempt.order_id, Status.PAID)
    Attempt.objects.update(ended_at=timezone.now() - timedelta(days=6), asked_at=None)
    assert "1 asked" in reconciled()
    Attempt.objects.update(ended_at=timezone.now() - timedelta(days=8))
    assert "0 asked" in reconciled()
    assert "1 asked" in reconciled(days=9)
