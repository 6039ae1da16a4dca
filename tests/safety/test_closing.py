"""Closing a check writes its report: figures, times, rounds, who was left out, cases that go on. What comes later stands beside it (safety.md S3)."""

from io import BytesIO

import pytest
from django.utils import timezone
from pypdf import PdfReader

from ossma.core.models import AuditEntry
from ossma.core.viewer import by_link
from safety import actions
from safety.models import Recipient, SafetyCheck
from safety.queries.reports import cases_left, report_of
from safety.queries.tallies import Tally
from tests.factories.members import MemberFactory
from tests.factories.safety import HOUR, MINUTE, NOW, draft, recipient, said, sent


def answer(check, member, kind="ok", at=NOW + MINUTE, **more):
    row = recipient(check, member)
    return actions.answer_by_link(actor=by_link(member.pk), at=at, recipient_id=row.pk, said=said(kind, **more), user_agent="Mozilla/5.0")


@pytest.fixture
def check(cast, office):
    """The office asks everybody in Paris: Aya needs help after ten minutes, Chika is safe after thirty, Ben is silent when it ends."""
    check = sent(office)
    actions.queue_rounds(actor=office, at=NOW, check_id=check.pk)
    answer(check, cast.aya, "help", at=NOW + 10 * MINUTE)
    answer(check, cast.chika, at=NOW + 30 * MINUTE)
    return actions.close_check(actor=office, at=NOW + HOUR, check_id=check.pk)


def test_the_report_holds_the_figures_and_the_times_to_half_and_nine_tenths(check, office):
    report = report_of(office, check)
    assert report.at == NOW + HOUR
    assert report.figures.tally == Tally(help=1, ok=1, silent=1)
    assert report.figures.reached == [(50, 30 * 60), (90, None), (100, None)]
    assert [(country.pk, tally) for country, tally in report.places] == [("0033", Tally(help=1, ok=1, silent=1))]


def test_everybody_answered_is_reached_with_the_last_answer(cast, office):
    check = sent(office)
    for minutes, member in ((1, cast.aya), (2, cast.ben), (45, cast.chika)):
        answer(check, member, at=NOW + minutes * MINUTE)
    check = actions.close_check(actor=office, at=NOW + HOUR, check_id=check.pk)
    assert report_of(office, check).figures.reached == [(50, 120), (90, 45 * 60), (100, 45 * 60)]


def test_each_round_tells_its_messages_by_channel_and_the_answers_after_it(cast, office):
    check = sent(office, reminders=[30])
    actions.queue_rounds(actor=office, at=NOW, check_id=check.pk)
    answer(check, cast.aya, at=NOW + 10 * MINUTE)
    actions.queue_rounds(actor=office, at=NOW + 30 * MINUTE, check_id=check.pk)
    answer(check, cast.chika, at=NOW + 40 * MINUTE)
    check = actions.close_check(actor=office, at=NOW + 50 * MINUTE, check_id=check.pk)
    first, reminder, *_later = report_of(office, check).rounds
    assert (first.number, first.at, reminder.number, reminder.at) == (0, NOW, 1, NOW + 30 * MINUTE)
    assert first.answers == 1
    assert sum(row.answers for row in report_of(office, check).rounds) == 2
    # Nothing was sent in this test: all that waited was called off with the end.
    assert sum(cancelled for _channel, _sent, _lost, cancelled in first.channels) >= 3


def test_whoever_was_left_out_is_counted_by_reason(cast, office):
    cast.ben.withdrawn_at = NOW
    cast.ben.save(update_fields=["withdrawn_at"])
    check = sent(office, audience={"named": [cast.aya.pk, cast.ben.pk]})
    check = actions.close_check(actor=office, at=NOW + HOUR, check_id=check.pk)
    assert [n for _reason, n in report_of(office, check).left_out] == [1]


def test_a_school_reads_its_own_part_a_supporter_and_another_school_nothing(cast, check, doi):
    own = report_of(doi, check)
    assert (own.is_whole, own.figures.tally) == (False, Tally(help=1, silent=1))
    assert own.figures.reached == [(50, 600), (90, None), (100, None)]
    assert (own.schools, own.places, own.rounds) == ([], [], [])
    assert report_of(cast.viewer(cast.emi), check) is None


def test_a_school_that_asked_itself_reads_all_of_it(cast, doi):
    check = sent(doi)
    check = actions.close_check(actor=doi, at=NOW + HOUR, check_id=check.pk)
    report = report_of(doi, check)
    assert (report.is_whole, report.schools) == (True, [])
    assert report.figures.tally == Tally(silent=2)


def test_what_comes_later_changes_the_figures_of_now_and_not_the_report(cast, check, office):
    before = SafetyCheck.objects.get(pk=check.pk).report
    answer(check, cast.ben, at=NOW + 2 * HOUR)
    assert SafetyCheck.objects.get(pk=check.pk).report == before
    page = cast.client(cast.office).get(f"/admin/desk/safety/{check.pk}/report/").content.decode()
    assert "終了後に1名が回答しました" in page


def test_closed_twice_the_report_is_written_once(check, office):
    again = actions.close_check(actor=office, at=NOW + 5 * HOUR, check_id=check.pk)
    assert report_of(office, again).at == NOW + HOUR
    assert AuditEntry.objects.filter(action="safety.report_written").count() == 1


def test_open_cases_are_kept_by_number_and_shown_as_they_are_now(cast, check, office, doi):
    kept = {row[2]: row for row in check.report["open_cases"]}
    case = next(case for case in cases_left(office, check) if case.cause == "help")
    assert kept["help"] == [case.pk, cast.aya.school_id, "help", "new"]
    actions.contact_case(actor=doi, at=NOW + 2 * HOUR, case_id=case.pk)
    actions.resolve_case(actor=doi, at=NOW + 2 * HOUR, case_id=case.pk, resolution="電話で確認")
    assert {case.cause for case in cases_left(office, check)} == set(kept) - {"help"}


def test_the_page_of_the_report_shows_it_and_a_running_check_leads_to_its_dashboard(cast, check, office):
    client = cast.client(cast.office)
    page = client.get(f"/admin/desk/safety/{check.pk}/report/").content.decode()
    for words in ("終了報告", "終了した時点", "50 % 30分", "フランス", "青葉国際大学", "対応中のケース", cast.aya.name):
        assert words in page
    assert f'href="/admin/desk/safety/{check.pk}/report/"' in client.get(f"/admin/desk/safety/{check.pk}/").content.decode()
    running = sent(office, at=timezone.now())
    assert client.get(f"/admin/desk/safety/{running.pk}/report/").url == f"/admin/desk/safety/{running.pk}/"


def pdf(answer):
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    return "".join(page.extract_text() for page in PdfReader(BytesIO(answer.content)).pages)


def test_the_summary_on_paper_says_the_same_in_the_reader_s_language(cast, check):
    client = cast.client(cast.office)
    text = pdf(client.get(f"/admin/desk/safety/{check.pk}/summary.pdf"))
    for words in ("パリで大きな停電", "終了した時点", "30分", "フランス", "青葉国際大学", "対応中のケース", cast.aya.number):
        assert words in text
    client.post("/i18n/", {"language": "en"})
    assert "Power cut in Paris" in pdf(client.get(f"/admin/desk/safety/{check.pk}/summary.pdf"))
    assert AuditEntry.objects.filter(action="safety.exported", detail__form="pdf").count() == 2


def test_a_running_check_has_a_summary_and_a_drill_says_so_on_paper(cast, office):
    check = sent(office, at=timezone.now() - HOUR, kind="drill", typed=3)
    text = pdf(cast.client(cast.office).get(f"/admin/desk/safety/{check.pk}/summary.pdf"))
    assert "訓練" in text
    assert "終了した時点" not in text


def test_a_school_s_paper_names_nobody_else_s_members(cast, check):
    text = pdf(cast.client(cast.doi).get(f"/school/safety/{check.pk}/summary.pdf"))
    assert "港北学院大学" not in text
    assert cast.client(cast.emi).get(f"/school/safety/{check.pk}/summary.pdf").status_code == 404


def test_what_was_not_sent_has_no_summary(cast, doi):
    waiting = draft(doi)
    assert cast.client(cast.doi).get(f"/school/safety/{waiting.pk}/summary.pdf").status_code == 404


def test_closing_costs_the_same_queries_with_one_and_with_three_more(cast, office, django_assert_max_num_queries):
    counts = []
    for more in (1, 3):
        check = sent(office)
        for _new in range(more):
            Recipient.objects.create(check_row=check, member=MemberFactory(school=cast.aoba), school=cast.aoba, reason="named", country_id="0039")
        with django_assert_max_num_queries(25) as asked:
            actions.close_check(actor=office, at=NOW + HOUR, check_id=check.pk)
        counts.append(len(asked))
    assert counts[0] == counts[1]
