"""The follow-up desk as pages: the queue, one case, the end of a shift, the member's file (safety.md S3, office.md O2)."""

from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from applications.models import Application
from applications.rules.period import day_in_japan
from ossma.core.models import AuditEntry
from ossma.core.viewer import by_link
from safety import actions
from safety.actions import calls
from safety.models import CallEntry, SafetyCase
from tests.factories.members import MemberFactory, RoleFactory
from tests.factories.safety import HOUR, MINUTE, recipient, said, sent, where_it_is_noon

DESK = "/school/safety/desk/"


@pytest.fixture
def check(doi):
    return sent(doi, at=timezone.now() - HOUR)


@pytest.fixture
def helped(cast, check):
    """Aya has asked for help."""
    row = recipient(check, cast.aya)
    actions.answer_by_link(actor=by_link(row.member_id), at=timezone.now() - 3 * MINUTE, recipient_id=row.pk, said=said("help", need="ill"))
    return SafetyCase.objects.get(member=cast.aya)


@pytest.fixture
def quiet(cast, check):
    """Ben is silent, and the ladder has ended."""
    return SafetyCase.objects.create(
        member=cast.ben, school=cast.aoba, recipient=recipient(check, cast.ben), cause="silent", opened_at=timezone.now(), zone="Europe/Paris"
    )  # fmt: skip


@pytest.fixture
def browser(cast):
    return cast.client(cast.doi)


def page(client, url):
    return client.get(url).content.decode()


def case_url(case, more=""):
    return f"/school/safety/cases/{case.pk}/{more}"


def test_the_words_of_a_call_for_help_stand_on_top_of_its_case(browser, cast, check, helped):
    row = recipient(check, cast.aya)
    again = said("help", need="injured", comment="足をけがして歩けません。")
    actions.answer_by_link(actor=by_link(row.member_id), at=timezone.now() - 2 * MINUTE, recipient_id=row.pk, said=again)
    text = page(browser, case_url(helped))
    assert text.index("<q>足をけがして歩けません。</q>") < text.index('<dl class="facts">')


def test_the_words_of_a_drill_are_not_those_of_a_real_call(browser, cast, doi, helped):
    drill = sent(doi, at=timezone.now() - HOUR, kind="drill", audience={"named": [cast.aya.pk]}, typed=1)
    row = recipient(drill, cast.aya)
    played = said("help", need="ill", comment="演技です")
    actions.answer_by_link(actor=by_link(row.member_id), at=timezone.now() - MINUTE, recipient_id=row.pk, said=played)
    assert "<q>" not in page(browser, case_url(helped))
    assert "<q>演技です</q>" in page(browser, case_url(SafetyCase.objects.get(is_drill=True)))


def test_the_queue_shows_who_why_when_there_and_in_whose_hands_and_is_on_record(browser, helped, quiet):
    text = page(browser, DESK)
    assert text.index("山田 あや") < text.index("ブラウン ベン")
    for words in ("病気", "取る", "現地時刻", "まだだれも話していない助けの要請が1件"):
        assert words in text
    looked = AuditEntry.objects.get(action="safety.desk_seen").detail["member_ids"]
    assert looked == sorted([helped.member_id, quiet.member_id])


@pytest.mark.usefixtures("still")
def test_the_live_part_is_304_while_nothing_changes(browser, quiet):
    SafetyCase.objects.update(opened_at=timezone.now() - 30 * HOUR)
    first = browser.get(DESK + "live/")
    again = browser.get(DESK + "live/", headers={"if-none-match": first["ETag"]})
    assert again.status_code == 304
    assert "csrfmiddlewaretoken" not in first.content.decode()


def test_a_name_is_taken_from_the_queue_and_leads_to_it(browser, quiet, cast):
    reply = browser.post(DESK + "claim/", {"one": quiet.pk})
    assert reply.url == case_url(quiet)
    quiet.refresh_from_db()
    assert quiet.owner == cast.doi.user


def test_several_are_taken_with_ticks(browser, quiet, helped, cast):
    text = browser.post(DESK + "claim/", {"case": [quiet.pk, helped.pk]}, follow=True).content.decode()
    assert "2名の担当になりました。" in text
    assert set(SafetyCase.objects.values_list("owner", flat=True)) == {cast.doi.user_id}


def test_the_next_person_is_the_most_urgent_and_the_next_colleague_gets_another(browser, quiet, helped, cast):
    SafetyCase.objects.update(zone=where_it_is_noon(timezone.now()))
    other = cast.client(RoleFactory(school=cast.aoba, user__email="ito@example.jp"))
    assert browser.post(DESK + "next/").url == case_url(helped)
    assert other.post(DESK + "next/").url == case_url(quiet)
    assert "いま連絡が必要な人はいません。" in cast.client(RoleFactory(school=cast.aoba)).post(DESK + "next/", follow=True).content.decode()


def test_a_second_person_reads_who_is_calling_and_is_refused(browser, quiet, cast):
    browser.post(case_url(quiet, "calling/"))
    other = cast.client(RoleFactory(school=cast.aoba, user__email="ito@example.jp"))
    assert "土井 博さんが電話中です。" in page(other, case_url(quiet))
    assert "土井 博さんが電話中です。" in other.post(case_url(quiet, "calling/"), follow=True).content.decode()
    quiet.refresh_from_db()
    assert quiet.calling_by == cast.doi.user


def test_a_call_is_logged_with_its_answer_in_one_form(browser, quiet, check, cast):
    data = {"whom": "member", "way": "phone", "result": "reached", "answer": "ok", "note": "ホテル", "next_try": ""}
    text = browser.post(case_url(quiet, "log/"), data, follow=True).content.decode()
    assert "本人の回答により終了" in text
    assert recipient(check, cast.ben).standing == "ok"


def test_a_call_to_a_contact_is_written_down_with_the_name_and_the_time_there(browser, quiet):
    data = {"whom": "0", "way": "phone", "result": "left_word", "note": "", "next_try": "own", "own_time": "2026-01-01T08:00"}
    assert browser.post(case_url(quiet, "log/"), data).status_code == 422
    assert browser.post(case_url(quiet, "log/"), {**data, "own_time": ""}).status_code == 422
    assert browser.post(case_url(quiet, "log/"), {**data, "result": "", "next_try": "30"}).status_code == 422
    assert browser.post(case_url(quiet, "log/"), {**data, "next_try": "eight"}).status_code == 302
    entry = CallEntry.objects.get()
    assert "(母)" in entry.whom
    quiet.refresh_from_db()
    assert quiet.next_try_at.astimezone(ZoneInfo("Europe/Paris")).hour == 8


def test_a_name_is_left_in_peace_until_a_time(browser, quiet):
    assert browser.post(case_url(quiet, "plan/"), {"next_try": "120"}).status_code == 302
    assert browser.post(case_url(quiet, "plan/"), {}).status_code == 422
    assert "ブラウン ベン" not in page(browser, DESK + "?part=due")


def test_a_shift_is_handed_over_on_a_page(browser, quiet, cast):
    browser.post(case_url(quiet, "take/"))
    colleague = RoleFactory(school=cast.aoba, user__email="ito@example.jp", user__name="伊藤 舞")
    text = page(browser, DESK + "hand-over/")
    assert "伊藤 舞" in text
    assert "江見 恵" not in text
    assert browser.post(DESK + "hand-over/", {"to": cast.emi.user_id}).status_code == 422
    assert browser.post(DESK + "hand-over/", {"to": colleague.user_id, "note": "母には連絡済み"}).status_code == 302
    text = page(cast.client(colleague), case_url(quiet))
    assert "母には連絡済み" in text


def test_a_case_shows_what_was_tried_in_one_line_of_time(browser, quiet, check, cast, doi):
    today = day_in_japan(timezone.now())
    Application.objects.update(first_day=today, last_day=today)
    actions.queue_rounds(actor=doi, at=timezone.now(), check_id=check.pk)
    calls.log_call(actor=doi, at=timezone.now(), case_id=quiet.pk, tried=calls.Tried("phone", "no_answer", "母 (母)", "留守番電話"))
    text = page(browser, case_url(quiet))
    for words in ("初回 · メール", "電話: 母 (母) · 応答なし", "留守番電話", "支払い済み", "保険会社・証券番号", "記録なし", "本人が回答すると"):
        assert words in text


def test_the_first_look_at_a_call_for_help_is_read(browser, helped, cast):
    page(browser, case_url(helped))
    helped.refresh_from_db()
    assert (helped.read_by, helped.read_at is not None) == (cast.doi.user, True)
    first = helped.read_at
    cast.client(cast.office).get(f"/admin/desk/safety/cases/{helped.pk}/")
    helped.refresh_from_db()
    assert helped.read_at == first


def test_medical_notes_are_the_offices_and_each_look_is_on_record(browser, helped, cast):
    cast.aya.allergies = "ピーナッツ"
    cast.aya.save()
    assert browser.post(case_url(helped, "medical/")).status_code == 404
    office = cast.client(cast.office)
    url = f"/admin/desk/safety/cases/{helped.pk}/"
    assert "ピーナッツ" not in page(office, url)
    assert "ピーナッツ" in office.post(f"{url}medical/").content.decode()
    assert AuditEntry.objects.filter(action="safety.medical_notes_opened").count() == 1


def test_a_silent_person_is_taken_from_the_dashboard(browser, check, cast):
    reply = browser.post(f"/school/safety/{check.pk}/people/{recipient(check, cast.ben).pk}/take/")
    assert reply.url == case_url(SafetyCase.objects.get())
    assert cast.client(cast.emi).post(f"/school/safety/{check.pk}/people/{recipient(check, cast.aya).pk}/take/").status_code == 404


def test_the_members_file_has_the_last_sign_of_life_cases_and_calls(browser, helped, doi):
    calls.log_call(actor=doi, at=timezone.now(), case_id=helped.pk, tried=calls.Tried("phone", "no_answer", "", "圏外"))
    text = page(browser, f"/school/members/{helped.member_id}/")
    for words in ("最後の生存情報", "圏外", case_url(helped)):
        assert words in text


def test_the_queue_costs_the_same_with_one_and_with_three(browser, quiet, check, cast, django_assert_max_num_queries):
    counts = []
    for _more in range(2):
        page(browser, DESK)
        with django_assert_max_num_queries(15) as asked:
            page(browser, DESK)
        counts.append(len(asked))
        for _new in range(2):
            SafetyCase.objects.create(member=MemberFactory(school=cast.aoba), school=cast.aoba, cause="silent", opened_at=timezone.now())
    assert counts[0] == counts[1]
