"""Mails about changes of period and cancellations, in both languages, to the member and to the school."""

import json
from datetime import date

import pytest

from applications.actions.cancelling import cancel_application
from applications.actions.changes import refuse_change
from applications.actions.period import change_period
from ossma.core.models import OutboxMessage
from ossma.core.outbox import render_mail
from payments.models import Payment
from tests.applications.conftest import AT, submit
from tests.applications.paying import pay, pay_open
from tests.factories.applications import CancellationTableFactory

pytestmark = pytest.mark.django_db

SCHOOL = "office@aoba.example.jp"
SUBJECTS = {
    "change_pay": "【OSSMA】渡航期間変更の差額お支払いのご案内",
    "changed": "【OSSMA】渡航期間変更のお知らせ",
    "change_asked": "【OSSMA】渡航期間変更の承認待ちのお知らせ",
    "change_ended": "【OSSMA】渡航期間は変更されませんでした",
    "cancelled": "【OSSMA】お申込み取消のお知らせ",
}


def ask(cast, trip, month, day):
    return change_period(application_id=trip.pk, first_day=trip.first_day, last_day=date(2026, month, day), actor=cast.viewer(cast.aya), at=AT)


@pytest.fixture
def written(cast):
    """Longer and paid, longer again and refused by the school, called off: the last mail of each kind, by kind and address."""
    CancellationTableFactory()
    cast.aoba.notify_addresses = [SCHOOL]
    cast.aoba.save()
    trip = submit(cast)
    pay_open(cast.aya, AT)
    pay(ask(cast, trip, 8, 31).payment, AT)
    cast.aoba.contracts.update(needs_approval=True)
    waiting = ask(cast, trip, 9, 30)
    refuse_change(change_id=waiting.pk, application_id=trip.pk, reason="授業 & 試験", actor=cast.viewer(cast.doi), at=AT)
    cancel_application(application_id=trip.pk, actor=cast.viewer(cast.aya), at=AT)
    mails = OutboxMessage.objects.filter(template__in=[f"applications/{kind}" for kind in SUBJECTS])
    rendered = {(mail.template.removeprefix("applications/"), mail.to_address): mail for mail in mails}
    return {key: render_mail(mail.template, json.loads(mail.context), mail.language) for key, mail in rendered.items()}


def test_each_goes_to_the_member_and_all_but_the_end_of_a_wish_to_the_school(written):
    assert {kind for kind, to in written if to == "aya@example.jp"} == set(SUBJECTS)
    assert {kind for kind, to in written if to == SCHOOL} == set(SUBJECTS) - {"change_ended"}


def test_each_has_its_subject_both_languages_and_no_holes(written):
    for (kind, to), (subject, text) in written.items():
        assert subject == SUBJECTS[kind]
        assert ("山田 あや 様" in text) and ("AYA YAMADA" in text)
        assert "{" not in text and "&amp;" not in text and "\n\n\n" not in text, (kind, to, text)


def test_the_difference_is_named_with_the_page_to_pay_it_for_the_member_alone(written):
    payment = Payment.objects.get(purpose="period_difference")
    mine, schools = written["change_pay", "aya@example.jp"][1], written["change_pay", SCHOOL][1]
    for text in (mine, schools):
        assert "2,420円" in text and "121円" in text and "2,541円" in text
    assert f"/payments/{payment.pk}/" in mine
    assert "/payments/" not in schools and "/school/applications/" in schools


def test_a_cancellation_names_what_was_paid_what_goes_back_and_what_stays(written):
    text = written["cancelled", "aya@example.jp"][1]
    assert "お支払い済みの6,353円のうち、6,050円（会費の100%）を返金します" in text
    assert "取扱手数料303円は返金されません" in text


def test_a_refusal_carries_the_schools_words(written):
    assert "授業 & 試験" in written["change_ended", "aya@example.jp"][1]
