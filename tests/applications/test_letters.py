"""Every mail of this room, in both languages, with the names as they are written."""

import json

import pytest

from applications.letters import Letters
from applications.letters_of_changes import ChangeLetters
from ossma.core.models import OutboxMessage
from ossma.core.outbox import render_mail
from payments.models import Payment
from tests.applications.conftest import AT, submit

pytestmark = pytest.mark.django_db

SUBJECTS = {
    "submitted": "【OSSMA】お申込み完了のお知らせ",
    "pay": "【OSSMA】会費お支払いのご案内",
    "in_force": "【OSSMA】ご利用開始のお知らせ",
    "refused": "【OSSMA】申込不承認のお知らせ",
    "cancelled": "【OSSMA】お申込み取消のお知らせ",
}


@pytest.fixture
def written(cast):
    """All five, about one application."""
    application = submit(cast)
    application.refusal = "定員 & 時期"
    letters = Letters(application, cast.aya, AT)
    letters.in_force()
    letters.refused()
    ChangeLetters(application, cast.aya, AT).called_off(None)
    mails = OutboxMessage.objects.filter(to_address=cast.aya.user.email)
    return {mail.template.removeprefix("applications/"): render_mail(mail.template, json.loads(mail.context), mail.language) for mail in mails}


def test_each_has_its_subject_and_both_languages(written, cast):
    assert {kind: subject for kind, (subject, _text) in written.items()} == SUBJECTS
    for _subject, text in written.values():
        assert "山田 あや 様" in text and "Dear AYA YAMADA," in text
        assert "APP-2026-" in text and "{" not in text and "&amp;" not in text


def test_a_refusal_tells_the_reason_as_it_was_typed(written):
    assert "定員 & 時期" in written["refused"][1]


def test_the_payment_mail_leads_to_our_own_page_and_no_gateway(written):
    assert f"/payments/{Payment.objects.get().pk}/" in written["pay"][1]


def test_no_mail_has_holes_of_blank_lines(written):
    assert all("\n\n\n" not in text for _subject, text in written.values())


def test_a_letter_is_promised_once_however_often_it_is_written(cast):
    application = submit(cast)
    count = OutboxMessage.objects.count()
    Letters(application, cast.aya, AT).submitted(charged=True)
    assert OutboxMessage.objects.count() == count
