"""Whoever called for help reads who has read it and who is calling, in the app and by the signed link (safety.md S3)."""

import pytest
from django.test import Client
from django.utils import timezone

from ossma.core.models import OutboxMessage
from ossma.core.viewer import by_link
from safety import actions
from safety.actions import calls
from safety.addresses import answer_path
from safety.models import SafetyCase
from tests.factories.safety import DAY, HOUR, MINUTE, recipient, said, sent


@pytest.fixture
def check(doi):
    return sent(doi, at=timezone.now() - HOUR)


@pytest.fixture
def case(cast, check):
    row = recipient(check, cast.aya)
    actions.answer_by_link(actor=by_link(row.member_id), at=timezone.now() - MINUTE, recipient_id=row.pk, said=said("help"))
    return SafetyCase.objects.get()


@pytest.fixture
def path(case):
    return answer_path(case.recipient_id)


def read(url, client=None):
    return (client or Client(headers={"accept-language": "ja"})).get(url).content.decode()


def test_the_page_goes_on_looking_for_news_and_says_each_step(cast, path, case, doi):
    assert "担当者が確認しています" in read(path + "thanks/")
    assert f'data-refresh="{path}case/"' in read(path + "case/")
    calls.read_case(actor=doi, at=timezone.now(), case_id=case.pk)
    assert "既読（土井 博さん）" in read(path + "case/")
    calls.begin_call(actor=doi, at=timezone.now(), case_id=case.pk)
    assert "既読、土井 博さんがお電話しています。" in read(path + "case/")
    actions.contact_case(actor=doi, at=timezone.now(), case_id=case.pk)
    text = read(path + "case/")
    assert "土井 博さんが対応しています" in text
    assert "data-refresh" not in text


def test_the_time_is_that_of_the_place_where_they_are(path, case, doi):
    calls.read_case(actor=doi, at=case.opened_at.replace(hour=1, minute=14), case_id=case.pk)
    assert "02:14 既読" in read(path + "case/")


def test_the_same_stands_in_the_app_with_the_helpline(cast, case, doi):
    client = cast.client(cast.aya)
    calls.begin_call(actor=doi, at=timezone.now(), case_id=case.pk)
    for url in ("/safety/", "/safety/done/", "/safety/case/"):
        assert "土井 博さんがお電話しています" in read(url, client)
    assert "ヘルプライン" in read("/safety/", client)
    assert cast.client(cast.ben).get("/safety/case/").status_code == 404


def test_the_end_is_told_for_a_day(cast, path, case, doi):
    actions.contact_case(actor=doi, at=timezone.now(), case_id=case.pk)
    actions.resolve_case(actor=doi, at=timezone.now(), case_id=case.pk, resolution="帰宅")
    assert "助けの要請への対応が終わりました" in read(path + "case/")
    SafetyCase.objects.update(ended_at=timezone.now() - DAY - MINUTE)
    assert Client().get(path + "case/").status_code == 404


def test_the_number_to_call_back_is_taken_from_the_question_and_corrected_later(cast, path, case):
    Client().post(path + "need/", {"need": "ill", "call_back": "+33 6 12 34 <b>56"})
    case.refresh_from_db()
    assert (case.call_back, case.need) == ("+33 6 12 34 56", "ill")
    assert "+33" not in read(path + "thanks/")
    cast.client(cast.aya).post("/safety/call-back/", {"number": "+33 7 00 00 00 00"})
    case.refresh_from_db()
    assert case.call_back == "+33 7 00 00 00 00"
    assert cast.client(cast.ben).post("/safety/call-back/", {"number": "1"}).status_code == 404


def test_a_call_for_help_without_a_number_is_never_refused(path, case):
    assert Client().post(path + "need/", {"call_back": "ない"}).status_code == 303


def test_a_silent_case_is_nothing_for_the_member_to_read(cast, check):
    SafetyCase.objects.create(member=cast.ben, school=cast.aoba, cause="silent", opened_at=timezone.now())
    assert cast.client(cast.ben).get("/safety/case/").status_code == 404
    assert "助けの要請" not in read("/safety/", cast.client(cast.ben))


def test_help_that_takes_over_a_silent_case_alerts_office_and_school(cast, check, settings):
    settings.OFFICE_MAIL = ["desk@office.example"]
    SafetyCase.objects.create(member=cast.aya, school=cast.aoba, cause="silent", opened_at=timezone.now() - HOUR)
    actions.answer_by_link(
        actor=by_link(cast.aya.pk), at=timezone.now(), recipient_id=recipient(check, cast.aya).pk, said=said("help", call_back="+33 6 1")
    )  # fmt: skip
    told = OutboxMessage.objects.filter(template="safety/help")
    assert set(told.values_list("to_address", flat=True)) == {"desk@office.example", "doi@example.jp"}
