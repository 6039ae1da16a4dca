"""Receipts: once the money is there, issued again marked as such (money.md, "Payment")."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from io import BytesIO

import pytest
from django.test import Client
from pypdf import PdfReader

from ossma.core.models import IssuedDocument
from ossma.core.refusals import Refused
from ossma.core.viewer import SYSTEM
from payments import actions
from payments.models import Attempt, Payment, Refund, Trouble
from payments.pdf import receipt_in
from payments.rules import tax_shares
from tests.cast import Cast
from tests.factories.payments import FEE, NOON, AttemptFactory, PaymentFactory
from tests.payments.steps import learn, paid


@pytest.fixture
def settled(attempt: Attempt) -> Payment:
    learn(attempt, paid())
    return attempt.payment


def issued(payment: Payment, language: str = "ja", addressee: str = "山田 あや") -> tuple[IssuedDocument, str]:
    document = actions.issue_receipt(payment_id=payment.pk, addressee=addressee, press=receipt_in(language), actor=SYSTEM, at=NOON)
    return document, PdfReader(BytesIO(document.content)).pages[0].extract_text()


def test_a_receipt_says_who_paid_how_much_for_what_and_when(settled: Payment) -> None:
    document, text = issued(settled)
    for words in ("領収書", "山田 あや 様", "3,812円", "OSSMA 会費", document.number, "2026年11月21日(土)", "カード", "182円", "OSSMA事務局"):
        assert words in text
    assert "再発行" not in text


def test_every_further_receipt_is_marked_and_keeps_the_number(settled: Payment) -> None:
    first, _text = issued(settled)
    second, text = issued(settled, "en", "Aya Yamada")
    assert (second.number, second.version) == (first.number, 2)
    for words in ("Issued again", "To Aya Yamada", "¥3,812"):
        assert words in text


def test_what_was_given_back_is_taken_off_and_after_all_of_it_there_is_no_receipt(settled: Payment, attempt: Attempt) -> None:
    Refund.objects.create(payment=settled, attempt=attempt, amount=1000, rule="r", state="done", requested_at=NOON)
    Refund.objects.create(payment=settled, attempt=attempt, amount=1, rule="paid too much", surplus=True, state="done", requested_at=NOON)
    _document, text = issued(settled)
    assert "2,812円" in text
    Refund.objects.create(payment=settled, attempt=attempt, amount=FEE - 1000, rule="r", state="done", requested_at=NOON)
    with pytest.raises(Refused):
        issued(settled)


def test_before_the_money_is_there_nothing_is_issued(attempt: Attempt) -> None:
    with pytest.raises(Refused):
        issued(attempt.payment)
    assert not IssuedDocument.objects.exists()


def test_a_receipt_without_a_name_is_refused(settled: Payment) -> None:
    with pytest.raises(Refused):
        issued(settled, addressee="  ")


def test_the_member_gets_it_from_the_payment_s_page_and_nobody_else_does(cast: Cast, settled: Payment) -> None:
    aya, ben, url = Client(), Client(), f"/payments/{settled.pk}/receipt/"
    aya.force_login(cast.aya.user)
    ben.force_login(cast.ben.user)
    assert "領収書" in aya.get(f"/payments/{settled.pk}/").content.decode()
    answer = aya.post(url, {"addressee": "<b>山田</b>"})
    assert (answer.status_code, answer["Content-Type"], answer.content[:5]) == (200, "application/pdf", b"%PDF-")
    assert "<b>山田</b> 様" in PdfReader(BytesIO(answer.content)).pages[0].extract_text()
    assert (ben.post(url, {"addressee": "x"}).status_code, aya.get(url).status_code) == (404, 405)


def test_a_receipt_for_money_that_was_booked_over_says_when_and_for_what_it_came(settled: Payment, attempt: Attempt) -> None:
    second = AttemptFactory(payment=settled, state="voided")
    learn(second, paid())
    other = PaymentFactory(member=settled.member, title_ja="期間変更の差額")
    actions.assign(trouble_id=Trouble.objects.get().pk, payment_id=other.pk, resolution="充当", actor=SYSTEM, at=NOON)
    other.refresh_from_db()
    _document, text = issued(other)
    assert "2026年11月21日(土)受領" in text
    assert "OSSMA 会費" in text
    _document, text = issued(settled)
    assert "振替" not in text


@pytest.mark.parametrize(
    ("language", "addressee", "words"),
    [
        ("ja", "株式会社青葉 経理部 御中", "株式会社青葉 経理部 御中"),
        ("ja", "山田 あや様", "山田 あや様"),
        ("ja", "山田 あや", "山田 あや 様"),
        ("en", "Aoba Ltd. 御中", "To Aoba Ltd. 御中"),
    ],
)
def test_an_addressee_has_one_title(settled: Payment, language: str, addressee: str, words: str) -> None:
    _document, text = issued(settled, language, addressee)
    assert words in text
    assert "御中 様" not in text and "様 様" not in text


def test_a_receipt_names_the_rate_and_its_tax_once_and_the_registration_where_there_is_one(settled: Payment, settings) -> None:
    settings.OFFICE_INVOICE_NUMBER = "T1234567890123"
    _document, text = issued(settled)
    for words in ("10%対象", "3,812円", "うち消費税 347円", "登録番号 T1234567890123"):
        assert words in text
    assert "At 10% consumption tax" in issued(settled, "en")[1]


def test_what_was_given_back_bears_no_tax_any_more(settled: Payment, attempt: Attempt) -> None:
    Refund.objects.create(payment=settled, attempt=attempt, amount=1000, rule="r", state="done", requested_at=NOON)
    assert "うち消費税 256円" in issued(settled)[1]


def test_a_line_whose_rate_was_never_written_down_is_not_guessed_at(cast: Cast) -> None:
    assert tax_shares([(Decimal("0.1"), 3630), (None, 182)], given_back=0) == []


def test_rates_stand_apart_and_each_is_rounded_once() -> None:
    lines = [(Decimal("0.1"), 3630), (Decimal("0.08"), 540), (Decimal("0.1"), 182), (Decimal(0), 900)]
    shares = [(share.percent, share.gross, share.tax) for share in tax_shares(lines, given_back=0)]
    assert shares == [("10", 3812, 347), ("8", 540, 40), ("0", 900, 0)]


def test_paid_on_is_the_day_of_the_till_and_not_that_of_the_news(attempt: Attempt, cast: Cast) -> None:
    till = NOON - timedelta(days=3)
    learn(attempt, replace(paid(), method="konbini", paid_at=till))
    payment = Payment.objects.get()
    assert (payment.settled_at, payment.paid_at, payment.paid_on) == (NOON, till, till)
    assert "2026年11月18日(水)" in issued(payment)[1]
    aya = cast.client(cast.aya)
    for url in ("/payments/", f"/payments/{payment.pk}/"):
        assert "2026年11月18日(水)" in aya.get(url).content.decode()


def test_a_gateway_whose_clock_is_ahead_makes_no_payment_of_tomorrow(attempt: Attempt) -> None:
    learn(attempt, replace(paid(), paid_at=NOON + timedelta(days=1)))
    assert Payment.objects.get().paid_at == NOON


def test_after_a_whole_refund_the_page_offers_no_receipt(cast: Cast, settled: Payment, attempt: Attempt) -> None:
    aya, url = cast.client(cast.aya), f"/payments/{settled.pk}/"
    assert "/receipt/" in aya.get(url).content.decode()
    Refund.objects.create(payment=settled, attempt=attempt, amount=FEE, rule="r", state="done", requested_at=NOON)
    assert "/receipt/" not in aya.get(url).content.decode()
