"""Receipts: once the money is there, issued again marked as such (money.md, "Payment")."""

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
