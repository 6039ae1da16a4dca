"""Paying at a convenience store: numbers, how to pay there, terms, reminders (money.md, "Payment")."""

import json
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import translation

from ossma.core.models import OutboxMessage
from ossma.core.outbox import render_mail
from ossma.core.viewer import SYSTEM
from payments import actions, konbini
from payments.models import Attempt, Payment
from payments.rules import Found, Slip, Verdict
from payments.states import AttemptState, PaymentState, Purpose
from tests.cast import Cast
from tests.factories.payments import FEE, NOON, AttemptFactory, PaymentFactory
from tests.payments.steps import learn, paid

TERM = NOON + timedelta(days=3)
SLIP = Slip(store="10002", confirmation_number="12345", receipt_number="FM1234567890", pay_by=TERM)
ISSUED = Found(status="awaiting", amount=FEE, currency="JPN", method="konbini", slip=SLIP)


def test_a_slip_is_kept_with_its_store_numbers_and_term_and_settles_nothing(attempt: Attempt, opened: list[int]) -> None:
    assert learn(attempt, ISSUED) is Verdict.AWAIT
    attempt.refresh_from_db()
    assert (attempt.state, attempt.store, attempt.confirmation_number, attempt.receipt_number) == ("awaiting", "10002", "12345", "FM1234567890")
    assert (attempt.pay_by, attempt.expires_at) == (TERM, TERM)
    assert (Payment.objects.get().state, opened) == (PaymentState.AWAITING, [])


@pytest.mark.parametrize(("code", "first"), [("10001", "お客様番号"), ("10002", "確認番号"), ("10005", "お客様番号")])
def test_each_store_is_given_its_numbers_in_its_own_order(code: str, first: str) -> None:
    with translation.override("ja"):
        rows = konbini.numbers(code, receipt="111", confirmation="222")
    assert rows[0][0] == first
    assert dict(rows) == {"お客様番号": "111", "確認番号": "222"}


def test_a_store_nobody_knows_still_shows_its_numbers() -> None:
    assert [number for _name, number in konbini.numbers("00007", receipt="111", confirmation="")] == ["111"]
    assert konbini.steps("00007")


def test_the_mail_says_store_numbers_term_and_what_to_do_there(attempt: Attempt) -> None:
    learn(attempt, ISSUED)
    row = OutboxMessage.objects.get(template="payments/slip")
    subject, body = render_mail(row.template, json.loads(row.context), row.language)
    assert subject == "【OSSMA】コンビニお支払い番号のお知らせ"
    for words in ("ファミリーマート", "確認番号: 12345", "お客様番号: FM1234567890", "2026年11月24日(火) 12:00", "マルチコピー機", "3,812円"):
        assert words in body
    assert body.index("確認番号") < body.index("お客様番号")


def test_the_page_shows_the_slip_and_how_to_pay(cast: Cast, attempt: Attempt) -> None:
    learn(attempt, ISSUED)
    client = Client()
    client.force_login(cast.aya.user)
    page = client.get(f"/payments/{attempt.payment_id}/").content.decode()
    for words in ("ファミリーマート", "12345", "FM1234567890", "2026年11月24日(火) 12:00", "30分以内"):
        assert words in page


def test_the_same_slip_asked_about_again_is_mailed_once(attempt: Attempt) -> None:
    for _ in range(3):
        learn(attempt, ISSUED)
    assert OutboxMessage.objects.filter(template="payments/slip").count() == 1


def test_news_of_a_slip_after_the_money_changes_nothing(attempt: Attempt) -> None:
    learn(attempt, paid())
    learn(attempt, ISSUED)
    attempt.refresh_from_db()
    assert (attempt.state, attempt.store, Payment.objects.get().state) == (AttemptState.PAID, "", PaymentState.SETTLED)


def test_a_slip_is_reminded_of_once_within_its_last_day(attempt: Attempt) -> None:
    learn(attempt, ISSUED)
    assert actions.remind_due(limit=10, actor=SYSTEM, at=TERM - timedelta(hours=25)) == 0
    assert [actions.remind_due(limit=10, actor=SYSTEM, at=TERM - timedelta(hours=23)) for _ in range(2)] == [1, 0]
    row = OutboxMessage.objects.get(template="payments/remind")
    _subject, body = render_mail(row.template, json.loads(row.context), row.language)
    assert "12345" in body


def test_after_its_term_nobody_is_reminded(attempt: Attempt) -> None:
    learn(attempt, ISSUED)
    assert actions.remind_due(limit=10, actor=SYSTEM, at=TERM) == 0


def test_a_page_opened_a_moment_ago_needs_no_reminder(cast: Cast) -> None:
    attempt = AttemptFactory(payment=PaymentFactory(member=cast.aya, state="started"), expires_at=NOON + timedelta(hours=2))
    assert actions.remind_due(limit=10, actor=SYSTEM, at=NOON + timedelta(hours=1)) == 0
    Attempt.objects.filter(pk=attempt.pk).update(created_at=NOON - timedelta(days=6))
    assert actions.remind_due(limit=10, actor=SYSTEM, at=NOON + timedelta(hours=1)) == 1


def test_what_was_never_started_is_reminded_of_three_days_before_it_is_due(cast: Cast) -> None:
    fee = PaymentFactory(member=cast.aya, due_on=(NOON + timedelta(days=4)).date())
    assert actions.remind_due(limit=10, actor=SYSTEM, at=NOON) == 0
    assert [actions.remind_due(limit=10, actor=SYSTEM, at=NOON + timedelta(days=1)) for _ in range(2)] == [1, 0]
    fee.refresh_from_db()
    assert fee.state == PaymentState.OWED


@pytest.mark.parametrize(("purpose", "state"), [(Purpose.TOPUP_PREMIUM, PaymentState.EXPIRED), (Purpose.MEMBERSHIP_FEE, PaymentState.OWED)])
def test_a_top_up_ends_with_its_due_day_and_a_fee_stays_owed(cast: Cast, purpose: str, state: str) -> None:
    payment = PaymentFactory(member=cast.aya, purpose=purpose, due_on=NOON.date())
    assert actions.expire_overdue(limit=10, actor=SYSTEM, at=NOON) == 0
    actions.expire_overdue(limit=10, actor=SYSTEM, at=NOON + timedelta(days=1))
    payment.refresh_from_db()
    assert payment.state == state
