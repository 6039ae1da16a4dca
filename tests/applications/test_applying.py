"""Applying: application, stops, quote, payment, mails and audit line in one transaction, once per key."""

import json
from datetime import date
from uuid import uuid4

import pytest

from applications.actions.applying import submit_application
from applications.models import Application, ApplicationDraft, Quote
from applications.queries.places import Place
from ossma.core.models import AuditEntry, OutboxMessage
from ossma.core.outbox import render_mail
from ossma.core.refusals import NotFound, Refused
from payments.models import Payment
from tests.applications.conftest import AT, PARIS, order, submit

pytestmark = pytest.mark.django_db


def mails():
    """By kind and whom: "submitted:member", "submitted:school:0"."""
    parts = [(mail.key.removeprefix("application-").removesuffix(":email").split(":"), mail) for mail in OutboxMessage.objects.all()]
    return {":".join([kind, *whom]): mail for (kind, _pk, *whom), mail in parts}


def read(mail):
    return render_mail(mail.template, json.loads(mail.context), mail.language)


def test_a_member_who_pays_owes_the_quoted_fee_line_by_line(cast):
    application = submit(cast)
    quote, payment = application.quotes.get(), Payment.objects.get()
    assert (quote.months, quote.net, quote.tax, quote.handling, quote.total) == (1, 3300, 330, 182, 3812)
    assert (payment.total, payment.subject_id, payment.purpose, payment.due_on) == (3812, application.pk, "membership_fee", date(2026, 6, 30))
    assert [line.amount for line in payment.lines.all()] == [3630, 182]
    assert (application.state, application.number[:9]) == ("awaiting_payment", "APP-2026-")


def test_a_school_that_pays_leaves_nothing_to_owe_and_the_application_in_force(cast):
    application = submit(cast, payer="school")
    assert application.state == "in_force"
    assert not Payment.objects.exists()
    assert application.quotes.get().total == 3630


def test_where_the_contract_wants_approval_nothing_is_owed_before_it(cast):
    cast.aoba.contracts.update(needs_approval=True)
    assert submit(cast).state == "awaiting_approval"
    assert not Payment.objects.exists()


def test_the_same_key_applies_once(cast):
    key = uuid4()
    assert submit(cast, key=key) == submit(cast, key=key)
    assert (Application.objects.count(), Payment.objects.count()) == (1, 1)


def test_an_application_that_waits_forbids_the_next(cast):
    submit(cast)
    with pytest.raises(Refused) as refused:
        submit(cast, first_day=date(2026, 9, 1), last_day=date(2026, 9, 2))
    assert refused.value.code == "waiting"
    assert Application.objects.count() == 1


def test_nobody_applies_for_somebody_else(cast):
    with pytest.raises(NotFound):
        submit_application(member_id=cast.ben.pk, key=uuid4(), order=order(), actor=cast.viewer(cast.aya), at=AT)


def test_stops_are_kept_in_the_order_of_the_journey(cast):
    rome = Place("0039", "ローマ", "Europe/Rome")
    application = submit(cast, stops=(PARIS, rome))
    assert [(stop.position, stop.city) for stop in application.destinations.all()] == [(1, "パリ"), (2, "ローマ")]


def test_tabi_regi_is_wanted_with_the_time_of_consent_and_never_for_three_months(cast):
    short = submit(cast, cast.aya, tabireg=True)
    long = submit(cast, cast.ben, tabireg=True, last_day=date(2026, 9, 30))
    assert (short.tabireg_wanted, short.tabireg_consented_at) == (True, AT)
    assert (long.tabireg_wanted, long.tabireg_consented_at) == (False, None)


def test_the_draft_is_gone_once_it_is_an_application(cast):
    ApplicationDraft.objects.create(member=cast.aya, key=uuid4(), updated_at=AT)
    submit(cast)
    assert not ApplicationDraft.objects.exists()


def test_the_audit_line_names_figures_and_no_person(cast):
    application = submit(cast)
    line = AuditEntry.objects.get(action="application.submitted")
    assert (line.member_id, line.school_id, line.subject_id) == (cast.aya.pk, cast.aoba.pk, str(application.pk))
    assert line.detail == {"service": "ossma", "payer": "member", "months": 1, "total": 3812}


def test_a_refused_application_leaves_no_trace(cast):
    with pytest.raises(Refused):
        submit(cast, last_day=date(2028, 7, 31))
    assert not Application.objects.exists() and not Quote.objects.exists() and not OutboxMessage.objects.exists()


def test_member_and_school_are_told_whose_application_it_is_and_what_stays_closed(cast):
    cast.aoba.notify_addresses = ["ryugaku@example.jp", "ryugaku@example.jp", "anzen@example.jp"]
    cast.aoba.save()
    cast.aya.refresh_from_db()
    application = submit(cast)
    found = mails()
    assert {mail.to_address for mail in found.values()} == {"aya@example.jp", "ryugaku@example.jp", "anzen@example.jp"}
    subject, text = read(found["submitted:member"])
    assert subject == "【OSSMA】お申込み完了のお知らせ"
    for words in (
        "山田 あや",
        "AYA YAMADA",
        "2026年7月1日(水)",
        "Wed 1 Jul 2026",
        application.number,
        "お支払い",
        f"/applications/{application.pk}/",
    ):
        assert words in text
    subject, text = read(found["submitted:school:0"])
    assert subject == "【OSSMA】お申込み完了のお知らせ"
    assert "山田 あや" in text and f"/school/applications/{application.pk}/" in text


def test_a_second_mail_says_where_to_pay_what_for_and_until_when(cast):
    submit(cast)
    _subject, text = read(mails()["pay:member"])
    for words in (f"/payments/{Payment.objects.get().pk}/", "3,812円", "¥3,812", "182円", "2026年6月30日(火)"):
        assert words in text


def test_names_stand_in_mails_as_they_are_written(cast):
    cast.aoba.name_en = "St. Mary's & Sons"
    cast.aoba.save()
    cast.aya.refresh_from_db()
    submit(cast)
    assert "St. Mary's & Sons" in read(mails()["submitted:member"])[1]
