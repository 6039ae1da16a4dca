"""安否報告: the member's own page, and the banner on every other (safety.md S2, member-portal.md)."""

from uuid import uuid4

import pytest
from django.urls import reverse

from safety import actions
from safety.addresses import answer_path
from safety.models import Answer, SafetyCase
from safety.queries.answering import page_head
from tests.factories.safety import HOUR, MINUTE, NOW, recipient, said, sent

REPORT = "/safety/"


@pytest.fixture
def browser(cast):
    """Aya's browser."""
    return cast.client(cast.aya)


def test_the_page_offers_the_report_before_anything_was_asked(browser):
    text = browser.get(REPORT).content.decode()
    for words in ("安否報告", "無事です", "助けが必要", "報告する", "安否確認はまだありません"):
        assert words in text


def test_a_report_is_stored_and_confirmed(cast, browser):
    answer = browser.post(REPORT, {"key": uuid4(), "answer": "safe", "country": "0033", "city": "パリ"})
    assert (answer.status_code, answer["Location"]) == (303, reverse("member:safety:done"))
    assert "報告が届きました" in browser.get(answer["Location"]).content.decode()
    row = Answer.objects.get()
    assert (row.member, row.kind, row.source, row.city) == (cast.aya, "ok", "app", "パリ")


def test_a_call_for_help_shows_that_it_was_told_and_who_has_read_it(cast, browser, doi):
    browser.post(REPORT, {"key": uuid4(), "answer": "help", "need": "lost"})
    assert "「助けが必要」を受け取りました" in browser.get(REPORT).content.decode()
    actions.take_case(actor=doi, at=NOW, case_id=SafetyCase.objects.get().pk)
    assert "土井 博さんが担当です" in browser.get(REPORT).content.decode()


def test_a_report_without_an_answer_gets_an_error_and_keeps_what_was_typed(browser):
    page = browser.post(REPORT, {"key": uuid4(), "comment": "駅にいます"})
    assert page.status_code == 400
    assert "駅にいます" in page.content.decode()
    assert not Answer.objects.exists()


def test_the_page_says_what_was_asked_why_and_what_was_answered(cast, browser, office):
    check = sent(office)
    actions.answer_by_link(actor=cast.viewer(cast.aya), at=NOW + MINUTE, recipient_id=recipient(check, cast.aya).pk, said=said())
    text = browser.get(REPORT).content.decode()
    for words in ("パリで大きな停電", "申込の渡航先がパリ（フランス）と登録されているため", answer_path(recipient(check, cast.aya).pk)):
        assert words in text


def test_nobody_sees_anothers_questions(cast, office):
    check = sent(office, audience={"named": [cast.ben.pk]})
    text = cast.client(cast.aya).get(REPORT).content.decode()
    assert check.title_ja not in text


def test_strangers_are_led_to_the_login_and_staff_find_nothing(cast, client):
    assert client.get(REPORT).status_code == 302
    assert cast.client(cast.doi).get(REPORT).status_code in {302, 404}


def test_the_page_costs_the_same_with_one_question_and_with_three(browser, office, django_assert_max_num_queries):
    for _ in range(3):
        sent(office)
        with django_assert_max_num_queries(15):
            browser.get(REPORT)


def test_an_open_question_takes_over_until_it_is_answered(cast, office):
    viewer = cast.viewer(cast.aya)
    assert page_head(viewer, NOW).check is None
    check = sent(office)
    shown = page_head(viewer, NOW).check
    assert (shown.title, shown.place, shown.is_drill) == ("パリで大きな停電", "パリ（フランス）", False)
    assert shown.safe_url == f"{answer_path(recipient(check, cast.aya).pk)}?choice=safe"
    actions.answer_by_link(actor=viewer, at=NOW + MINUTE, recipient_id=recipient(check, cast.aya).pk, said=said())
    assert page_head(viewer, NOW).check is None


def test_something_real_comes_before_a_newer_drill(cast, office):
    check = sent(office)
    sent(office, kind="drill", typed=3, at=NOW + HOUR)
    shown = page_head(cast.viewer(cast.aya), NOW).check
    assert not shown.is_drill
    assert shown.url == answer_path(recipient(check, cast.aya).pk)


def test_a_closed_question_is_off_the_page(cast, office):
    check = sent(office)
    actions.close_check(actor=office, at=NOW + HOUR, check_id=check.pk)
    assert page_head(cast.viewer(cast.aya), NOW).check is None


def test_staff_have_no_banner(doi):
    assert page_head(doi, NOW).check is None
