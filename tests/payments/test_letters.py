"""Mails about money, in the member's own language."""

import json

import pytest

from ossma.core.models import OutboxMessage
from ossma.core.outbox import render_mail
from payments.letters import tell
from payments.models import Payment
from payments.states import Purpose
from tests.cast import Cast
from tests.factories.payments import NOON, PaymentFactory


def mail(payment: Payment, what: str) -> tuple[OutboxMessage, str, str]:
    tell(payment, what, at=NOON)
    row = OutboxMessage.objects.get()
    subject, body = render_mail(row.template, json.loads(row.context), row.language)
    return row, subject, body


def test_settled_in_japanese(cast: Cast) -> None:
    payment = PaymentFactory(member=cast.aya)
    row, subject, body = mail(payment, "settled")
    assert (row.to_address, row.member_id, row.due_at) == ("aya@example.jp", cast.aya.pk, NOON)
    assert subject == "【OSSMA】お支払い手続き完了のお知らせ"
    for words in ("山田 あや 様", "お支払い手続きが完了しました。", "OSSMA 会費", "3,812円", f"/payments/{payment.pk}/", "OSSMA事務局"):
        assert words in body


def test_settled_in_english(cast: Cast) -> None:
    _row, subject, body = mail(PaymentFactory(member=cast.ben, title_en="OSSMA & Plus fee"), "settled")
    assert subject == "[OSSMA] Payment received"
    for words in ("Dear BEN BROWN,", "Your payment has been completed.", "OSSMA & Plus fee", "¥3,812", "OSSMA Office"):
        assert words in body
    assert body.isascii() or "¥" in body


@pytest.mark.parametrize(
    ("purpose", "japanese", "english"),
    [
        (Purpose.MEMBERSHIP_FEE, "もう一度手続きできます", "You can start the payment again here:"),
        (Purpose.TOPUP_PREMIUM, "受付は終了しました", "This can no longer be paid."),
    ],
)
def test_expired_says_in_both_languages_whether_it_can_be_started_again(cast: Cast, purpose: str, japanese: str, english: str) -> None:
    _row, subject, body = mail(PaymentFactory(member=cast.aya, purpose=purpose), "expired")
    assert subject == "【OSSMA】お支払い期限切れのお知らせ"
    assert japanese in body
    OutboxMessage.objects.all().delete()
    _row, subject, body = mail(PaymentFactory(member=cast.ben, purpose=purpose), "expired")
    assert subject == "[OSSMA] The time to pay has run out"
    assert english in body


def test_the_same_occasion_is_told_once(cast: Cast) -> None:
    payment = PaymentFactory(member=cast.aya)
    tell(payment, "settled", at=NOON)
    tell(payment, "settled", at=NOON)
    assert OutboxMessage.objects.count() == 1
