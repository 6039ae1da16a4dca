"""A call for help stays visible to the member, and a later "safe" stands beside it on both sides (safety.md S2, S3)."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from ossma.core.phones import shown
from ossma.core.refusals import Refused
from safety import actions
from safety.actions import calls, checkins
from safety.actions.calls import Tried
from safety.addresses import answer_path
from safety.models import Answer, CheckIn, SafetyCase
from safety.states import CallResult, CallWay, CheckInState
from tests.factories.safety import HOUR, MINUTE, recipient, said, sent

PAGES = ("/", "/applications/", "/payments/", "/notices/", "/me/", "/safety/checkins/", "/safety/settings/", "/safety/family/", "/helpline/")
CARD = "助けの要請"


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture
def check(office, now):
    return sent(office, at=now - HOUR)


@pytest.fixture
def case(cast, check, now):
    actions.report_own(actor=cast.viewer(cast.aya), at=now - 10 * MINUTE, said=said("help"))
    return SafetyCase.objects.get()


def read(client, url):
    return client.get(url).content.decode()


def test_the_card_is_on_top_of_every_page_while_the_case_is_open(cast, case, doi, now):
    client = cast.client(cast.aya)
    for url in PAGES:
        page = read(client, url)
        assert page.index(CARD) < page.index("<h1"), url
    assert CARD not in read(cast.client(cast.ben), "/")
    actions.contact_case(actor=doi, at=now, case_id=case.pk)
    actions.resolve_case(actor=doi, at=now, case_id=case.pk, resolution="病院から帰宅")
    assert CARD not in read(client, "/")


def test_the_page_of_the_question_says_who_has_the_call_now(cast, check, case, doi, now):
    path = answer_path(recipient(check, cast.aya).pk)
    calls.begin_call(actor=doi, at=now, case_id=case.pk)
    page = read(Client(), path)
    assert page.index("土井 博さんがお電話しています") < page.index("<h1")
    assert "これからのこと" not in page, "the question comes next"
    assert shown(cast.aya.mobile) not in page, "whoever holds the link reads no number"
    assert "お電話しています" not in read(Client(), answer_path(recipient(check, cast.ben).pk))


def test_the_card_says_on_which_number_the_member_is_called(cast, case):
    client = cast.client(cast.aya)
    assert f"お電話する番号：{shown(cast.aya.mobile)}" in read(client, "/")
    client.post("/safety/call-back/", {"number": "+33 6 12 34 56 78"})
    page = read(client, "/")
    assert "お電話する番号：+33" in page
    assert shown(cast.aya.mobile) not in page


def test_the_card_says_who_has_it_now(cast, case, doi, office, now):
    client = cast.client(cast.aya)
    assert "届きました" in read(client, "/")
    calls.begin_call(actor=doi, at=now, case_id=case.pk)
    assert "土井 博さんがお電話しています" in read(client, "/")
    calls.drop_call(actor=doi, at=now, case_id=case.pk)
    actions.hand_over_case(actor=doi, at=now, case_id=case.pk)
    assert "ヘルプラインに引き継ぎました" in read(client, "/")


def test_the_card_costs_no_query_more_than_the_page_without_it(cast, case, django_assert_max_num_queries):
    client = cast.client(cast.aya)
    read(client, "/")
    with django_assert_max_num_queries(14):
        read(client, "/")


def test_after_a_call_that_nobody_answered_the_member_reads_when_and_what_comes_next(cast, case, doi, now):
    calls.log_call(actor=doi, at=now, case_id=case.pk, tried=Tried(CallWay.PHONE, CallResult.NO_ANSWER))
    page = read(cast.client(cast.aya), "/")
    assert "お電話しましたが、つながりませんでした" in page
    assert "にお電話する予定です" in page


def test_a_later_safe_stands_beside_the_call_on_every_page_of_both_sides(cast, case, check, now):
    actions.answer_by_link(actor=cast.viewer(cast.aya), at=now, recipient_id=recipient(check, cast.aya).pk, said=said())
    client, words = cast.client(cast.aya), "も届いています。念のためお電話します"
    for url in ("/", "/safety/", "/safety/done/"):
        assert words in read(client, url), url
    assert words in read(Client(), f"{answer_path(recipient(check, cast.aya).pk)}thanks/")
    desk = cast.client(cast.doi)
    page = read(desk, f"/school/safety/cases/{case.pk}/")
    assert page.index("「無事です」の回答がありました") < page.index("<h2")
    assert "後から無事" in read(desk, "/school/safety/cases/")
    case.refresh_from_db()
    assert case.state != "resolved"


def test_on_the_dashboard_whoever_said_safe_later_stays_among_those_who_need_help(cast, check, case, doi, now):
    actions.answer_by_link(actor=cast.viewer(cast.aya), at=now, recipient_id=recipient(check, cast.aya).pk, said=said())
    client, path = cast.client(cast.doi), f"/school/safety/{check.pk}/"
    page = read(client, path)
    helped = page.split('data-part="helped"')[1].split("</section>")[0]
    assert "山田 あや" in helped
    assert "「無事です」の回答がありました" in helped
    assert "助けの要請に対応中" in page.split('data-part="people"')[1]
    assert "助けの要請に対応中です" in read(client, f"{path}people/{recipient(check, cast.aya).pk}/")
    actions.resolve_case(actor=doi, at=now, case_id=case.pk, resolution="本人と話し、無事を確かめた")
    page = read(client, path)
    assert "山田 あや" not in page.split('data-part="helped"')[1].split("</section>")[0]
    assert "助けの要請に対応中" not in page


class TestCheckIns:
    @pytest.fixture
    def row(self, cast, now):
        return CheckIn.objects.create(
            member=cast.aya, place="アヌシー", country_id="0033", zone="Europe/Paris", due_at=now + HOUR, grace_minutes=30, created_at=now - HOUR,
            state=CheckInState.PLANNED, key="12345678-1234-5678-1234-567812345678",
        )  # fmt: skip

    def test_safe_before_the_time_does_not_say_where_one_is(self, cast, row, now):
        checkins.report_check_in(actor=cast.viewer(cast.aya), at=now, check_in_id=row.pk)
        answer = Answer.objects.get()
        assert (answer.kind, answer.country_id, answer.city) == ("ok", None, "")

    def test_safe_at_the_time_says_that_one_is_there(self, cast, row, now):
        checkins.report_check_in(actor=cast.viewer(cast.aya), at=now + HOUR, check_in_id=row.pk)
        assert Answer.objects.get().city == "アヌシー"

    def test_it_answers_no_open_call_for_help_without_asking(self, cast, row, case, now):
        with pytest.raises(Refused) as refused:
            checkins.report_check_in(actor=cast.viewer(cast.aya), at=now, check_in_id=row.pk)
        assert refused.value.code == "open_call"
        client = cast.client(cast.aya)
        due, act = row.due_at.isoformat(), reverse("member:safety:check_in_act", args=[row.pk])
        asked = client.post(act, {"tap": "safe", "due": due}, follow=True)
        assert 'name="sure" value="1"' in asked.content.decode()
        row.refresh_from_db()
        assert row.state == CheckInState.PLANNED
        client.post(act, {"tap": "safe", "due": due, "sure": "1"})
        row.refresh_from_db()
        case.refresh_from_db()
        assert (row.state, case.state) == (CheckInState.REPORTED, "new")


def test_an_own_report_in_another_country_puts_the_place_on_record_and_home_shows_it(cast, now):
    client = cast.client(cast.aya)
    client.post(
        "/safety/", {"answer": "safe", "country": "0039", "city": "ローマ", "how_long": "today", "key": "12345678-1234-5678-1234-567812345678"}
    )
    page = read(client, "/")
    assert "ローマ（イタリア）にいると記録しています" in page
    link = page.split("/applications/place/")[1].split("/")[0]
    changed = client.post(f"/applications/place/{link}/", {"country": "0039", "city": "ミラノ", "how_long": "unknown"})
    assert changed.status_code == 302
    assert "ミラノ（イタリア）にいると記録しています" in read(client, "/")
    refused = client.post(f"/applications/place/{link}/", {"country": "0039", "city": "ミラノ", "how_long": "day", "until": "2020-01-01"})
    assert "この日は過ぎています" in refused.content.decode()
    assert cast.client(cast.ben).get(f"/applications/place/{link}/").status_code == 404
    client.post(f"/applications/place/{link}/", {"gone": "1"})
    assert "にいると記録しています" not in read(client, "/")
