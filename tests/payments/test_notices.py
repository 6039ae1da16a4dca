"""Result notices: stored raw, answered fast, applied once after asking back."""

import json
from datetime import timedelta

import pytest

from ossma.core.models import OutboxMessage
from ossma.core.outbox import render_mail
from ossma.core.viewer import SYSTEM
from payments import actions, tasks
from payments.gateways import desk
from payments.gateways.base import GatewayRefused, GatewayUnknown, Reason, Status
from payments.models import Attempt, GatewayNotice, LedgerLine, Payment, Trouble
from payments.rules import NOTICE_LADDER
from payments.states import NoticeState, PaymentState, TroubleKind
from tests.cast import Cast
from tests.factories.payments import NOON
from tests.payments.fake_gateway import GMO_ADDRESS, STRANGER, FakeGateway, adapter
from tests.payments.steps import stored


def handled(notice: GatewayNotice) -> GatewayNotice:
    desk.apply_notice(notice, at=NOON)
    notice.refresh_from_db()
    return notice


def test_the_same_event_is_one_row_however_often_it_is_sent(attempt: Attempt) -> None:
    first = stored(attempt)
    actions.store_notice(gateway="gmo", body=b"again", digest=first.digest, order_id=attempt.order_id, remote_address=None, actor=SYSTEM, at=NOON)
    first.refresh_from_db()
    assert (GatewayNotice.objects.count(), first.times, first.received_at) == (1, 2, NOON)
    assert b"OrderID=" in bytes(first.body)


def test_a_notice_settles_by_what_the_gateway_answers(attempt: Attempt, gateway: FakeGateway, opened: list[int]) -> None:
    gateway.says(attempt.order_id, Status.PAID)
    notice = handled(stored(attempt))
    assert (notice.state, notice.outcome, notice.attempt, notice.done_at) == (NoticeState.APPLIED, "settle", attempt, NOON)
    assert Payment.objects.get().state == PaymentState.SETTLED
    assert gateway.asked == [f"query {attempt.order_id}"]
    assert opened == [attempt.payment_id]


def test_a_notice_alone_is_no_money(attempt: Attempt, gateway: FakeGateway) -> None:
    gateway.says(attempt.order_id, Status.STARTED)
    notice = handled(stored(attempt))
    assert (notice.state, notice.outcome) == (NoticeState.IGNORED, "nothing")
    assert Payment.objects.get().state == PaymentState.STARTED
    assert not LedgerLine.objects.exists()


def test_doubled_and_reordered_notices_end_in_the_same_state(attempt: Attempt, gateway: FakeGateway, opened: list[int]) -> None:
    gateway.says(attempt.order_id, Status.PAID)
    late, early = stored(attempt), stored(attempt, status="UNPROCESSED", ErrCode="42G", ErrInfo="42G120000")
    for notice in (late, early, late):
        handled(notice)
    assert (Payment.objects.get().state, LedgerLine.objects.count(), len(opened)) == (PaymentState.SETTLED, 1, 1)
    assert not Trouble.objects.exists()


@pytest.mark.parametrize("changes", [{"amount": 3813}, {"Currency": "USD"}, {"Currency": ""}, {"Tax": "1"}])
def test_a_notice_that_names_another_sum_holds_the_payment_until_a_person_has_looked(
    attempt: Attempt, gateway: FakeGateway, opened: list[int], changes: dict
) -> None:
    gateway.says(attempt.order_id, Status.PAID)
    notice = handled(stored(attempt, **changes))
    trouble = Trouble.objects.get()
    assert (notice.state, trouble.kind, trouble.notice, trouble.payment) == (
        NoticeState.REVIEW, TroubleKind.AMOUNT_DIFFERS, notice, attempt.payment,
    )  # fmt: skip
    handled(stored(attempt, TranID="2"))
    assert (Payment.objects.get().state, opened) == (PaymentState.STARTED, [])
    actions.resolve_trouble(trouble_id=trouble.pk, resolution="GMOの管理画面で3,812円を確認", actor=SYSTEM, at=NOON)
    desk.ask_back(Attempt.objects.select_related("payment").get(), cause="reconciliation", at=NOON)
    assert (Payment.objects.get().state, opened) == (PaymentState.SETTLED, [attempt.payment_id])


def test_a_wrong_sum_is_told_to_the_member_as_it_is_with_money_and_without(attempt: Attempt, gateway: FakeGateway, cast: Cast) -> None:
    aya, url = cast.client(cast.aya), f"/payments/{attempt.payment_id}/"
    gateway.says(attempt.order_id, Status.STARTED, None)
    handled(stored(attempt, amount=1))
    shown = aya.get(url).content.decode()
    assert "いまのところ入金は確認できていません" in shown
    assert "入金を事務局で確認しています" not in shown
    assert not OutboxMessage.objects.filter(template="payments/checking").exists(), "no money, no mail about money"
    gateway.says(attempt.order_id, Status.PAID)
    for _ in range(2):
        desk.ask_back(Attempt.objects.select_related("payment").get(), cause="reconciliation", at=NOON)
    assert Payment.objects.get().state == PaymentState.STARTED
    assert "入金を事務局で確認しています" in aya.get(url).content.decode()
    mail = OutboxMessage.objects.get(template="payments/checking")
    body = render_mail(mail.template, json.loads(mail.context), "ja")[1]
    assert "ご入金いただきましたが" in body and "3,812円" in body


def test_money_under_a_wrong_notice_is_told_at_once(attempt: Attempt, gateway: FakeGateway) -> None:
    gateway.says(attempt.order_id, Status.PAID)
    handled(stored(attempt, amount=3813))
    assert OutboxMessage.objects.filter(template="payments/checking").count() == 1


def test_a_gateway_that_cannot_be_asked_leaves_the_notice_with_the_office_all_the_same(attempt: Attempt, gateway: FakeGateway) -> None:
    gateway.error = GatewayUnknown("timeout")
    assert handled(stored(attempt, amount=3813)).state == NoticeState.REVIEW


def test_an_unknown_order_and_a_foreign_shop_go_to_the_office_unasked(attempt: Attempt, gateway: FakeGateway) -> None:
    unknown, foreign = handled(stored("NOBODY-ORDERED-THIS")), handled(stored(attempt, ShopID="tshop99999999"))
    assert {trouble.notice: trouble.kind for trouble in Trouble.objects.all()} == {
        unknown: TroubleKind.UNKNOWN_ORDER, foreign: TroubleKind.SHOP_DIFFERS,
    }  # fmt: skip
    assert unknown.state == foreign.state == NoticeState.REVIEW
    assert gateway.asked == []


def test_with_a_list_of_addresses_a_strangers_notice_only_makes_us_ask(attempt: Attempt, gateway: FakeGateway) -> None:
    gateway.reader = adapter(GMO_ADDRESS)
    gateway.says(attempt.order_id, Status.PAID)
    notice = handled(stored(attempt, STRANGER, amount=1))
    assert notice.outcome == "settle, from an address that is not on the list"
    assert Payment.objects.get().state == PaymentState.SETTLED
    assert not Trouble.objects.exists()


def test_a_strangers_rubbish_is_kept_but_fills_no_work_list(attempt: Attempt, gateway: FakeGateway) -> None:
    gateway.reader = adapter(GMO_ADDRESS)
    notice = handled(stored("NOBODY", STRANGER))
    assert notice.state == NoticeState.IGNORED
    assert notice.outcome == "unknown_order: 3812 JPN, from an address that is not on the list"
    assert not Trouble.objects.exists()


@pytest.mark.parametrize("error", [GatewayUnknown("timeout"), GatewayRefused(("E92000001",), Reason.BUSY)])
def test_while_the_gateway_is_away_a_notice_waits_longer_and_longer(attempt: Attempt, gateway: FakeGateway, error: Exception) -> None:
    gateway.error = error
    notice = handled(stored(attempt))
    assert (notice.state, notice.due_at, notice.tries) == (NoticeState.STORED, NOON + NOTICE_LADDER[0], 1)
    assert actions.lease_notices(limit=10, actor=SYSTEM, at=NOON) == []
    [again] = actions.lease_notices(limit=10, actor=SYSTEM, at=notice.due_at)
    desk.apply_notice(again, at=notice.due_at)
    notice.refresh_from_db()
    assert (notice.due_at, notice.tries) == (NOON + NOTICE_LADDER[0] + NOTICE_LADDER[1], 2)


def test_after_the_last_wait_a_person_looks(attempt: Attempt, gateway: FakeGateway) -> None:
    gateway.error = GatewayUnknown("timeout")
    notice = stored(attempt)
    at = NOON
    for _ in range(len(NOTICE_LADDER) + 1):
        desk.apply_notice(notice, at=at)
        notice.refresh_from_db()
        at = notice.due_at
        notice = (actions.lease_notices(limit=1, actor=SYSTEM, at=at) or [notice])[0]
    assert (notice.state, Trouble.objects.get().kind) == (NoticeState.REVIEW, TroubleKind.UNANSWERED)
    assert at - NOON > timedelta(days=1)


def test_a_taken_notice_is_nobody_elses_for_a_minute_and_then_again_everybodys(attempt: Attempt) -> None:
    notice = stored(attempt)
    assert actions.lease_notices(limit=10, actor=SYSTEM, at=NOON + timedelta(seconds=59)) == []
    assert actions.lease_notices(limit=10, actor=SYSTEM, at=NOON + timedelta(seconds=60)) == [notice]


def test_one_notice_that_we_stumble_over_keeps_no_other_waiting(
    attempt: Attempt, gateway: FakeGateway, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    gateway.says(attempt.order_id, Status.PAID)
    bad, good = stored("BAD-ORDER"), stored(attempt)
    real = desk.apply_notice
    monkeypatch.setattr(desk, "apply_notice", lambda notice, **given: 1 / 0 if notice.pk == bad.pk else real(notice, **given))
    assert desk.apply_notices([bad, good], clock=lambda: NOON) == 2
    bad.refresh_from_db()
    good.refresh_from_db()
    assert (good.state, bad.state, bad.outcome) == (NoticeState.APPLIED, NoticeState.STORED, "ZeroDivisionError")
    assert f"notice {bad.pk} cannot be applied" in caplog.text


def test_the_task_applies_everything_that_is_due(attempt: Attempt, gateway: FakeGateway) -> None:
    gateway.says(attempt.order_id, Status.PAID)
    for number in range(12):
        stored(attempt, TranID=str(number))
    GatewayNotice.objects.update(due_at=NOON)
    assert tasks.apply_notices() == 12
    assert tasks.apply_notices() == 0
    assert LedgerLine.objects.count() == 1
