"""The list of a check as a file: what the page shows, behind the same wall, on record, harmless in a spreadsheet (safety.md S3)."""

import csv
import io
from datetime import timedelta

import pytest
from django.utils import timezone
from openpyxl import load_workbook

from ossma.core.models import AuditEntry
from ossma.core.viewer import by_link
from safety import actions
from safety.models import Recipient
from tests.factories.members import MemberFactory
from tests.factories.safety import MINUTE, draft, recipient, said, sent
from tests.limits import lower


@pytest.fixture
def check(cast, office):
    """Aya needs help and says something nasty, Chika is safe, Ben is silent."""
    now = timezone.now()
    check = sent(office, at=now - 10 * MINUTE, audience={"named": [cast.aya.pk, cast.ben.pk, cast.chika.pk]})
    for member, words in ((cast.aya, said("help", need="ill", comment="=HYPERLINK(1)")), (cast.chika, said())):
        row = recipient(check, member)
        actions.answer_by_link(actor=by_link(member.pk), at=now, recipient_id=row.pk, said=words, user_agent="Mozilla/5.0")
    return check


def content(answer):
    assert answer.status_code == 200
    return b"".join(answer.streaming_content)


def csv_rows(client, address):
    return list(csv.reader(io.StringIO(content(client.get(address)).decode("utf-8-sig"), newline="")))


def school(check, rest):
    return f"/school/safety/{check.pk}/{rest}"


def desk(check, rest):
    return f"/admin/desk/safety/{check.pk}/{rest}"


def test_the_csv_file_holds_everybody_help_first_in_the_reader_s_words(cast, check):
    answer = cast.client(cast.office).get(desk(check, "export.csv"))
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert f'filename="safety-{check.pk}-' in answer["Content-Disposition"]
    raw = content(answer)
    assert raw.startswith(b"\xef\xbb\xbf")
    heading, *rows = csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline=""))
    assert heading[:5] == ["会員番号", "氏名", "学校・団体", "回答", "遅れて回答"]
    assert [row[0] for row in rows] == [cast.aya.number, cast.ben.number, cast.chika.number]
    aya = dict(zip(heading, rows[0], strict=True))
    assert (aya["回答"], aya["助けの内容"]) == ("助けが必要", "病気")
    assert aya["コメント"] == "'=HYPERLINK(1)"


def test_an_english_reader_gets_english_words_and_names(cast, check):
    client = cast.client(cast.doi)
    client.post("/i18n/", {"language": "en"})
    heading, *rows = csv_rows(client, school(check, "export.csv"))
    aya = dict(zip(heading, rows[0], strict=True))
    assert aya["Name"] == f"{cast.aya.given_roman} {cast.aya.family_roman}"
    assert (aya["Answer"], aya["Country now"]) == ("needs help", "France")


def test_the_workbook_holds_the_same_with_moments_as_moments_and_no_formula(cast, check):
    book = load_workbook(io.BytesIO(content(cast.client(cast.office).get(desk(check, "export.xlsx")))))
    heading, *rows = list(book.active)
    assert len(rows) == 3
    names = [cell.value for cell in heading]
    comment, answered = rows[0][names.index("コメント")], rows[0][names.index("回答日時")]
    assert (comment.value, comment.data_type) == ("=HYPERLINK(1)", "s")
    local = timezone.localtime(recipient(check, cast.aya).answered_at).replace(tzinfo=None)
    assert abs(answered.value - local) < timedelta(seconds=2)


def test_a_school_takes_its_own_members_only_and_supporters_and_strangers_nothing(cast, check):
    rows = csv_rows(cast.client(cast.doi), school(check, "export.csv"))
    assert {row[0] for row in rows[1:]} == {cast.aya.number, cast.ben.number}
    assert cast.client(cast.emi).get(school(check, "export.csv")).status_code == 404
    assert cast.client(cast.aya).get(school(check, "export.xlsx")).status_code == 404


def test_the_file_is_narrowed_as_the_page_is(cast, check):
    client = cast.client(cast.office)
    assert [row[0] for row in csv_rows(client, desk(check, "export.csv?standing=silent"))[1:]] == [cast.ben.number]
    assert [row[0] for row in csv_rows(client, desk(check, f"export.csv?q={cast.chika.number}"))[1:]] == [cast.chika.number]


def test_each_file_leaves_a_line_without_names(cast, check):
    csv_rows(cast.client(cast.doi), school(check, f"export.csv?standing=silent&q={cast.ben.family_name}"))
    (entry,) = AuditEntry.objects.filter(action="safety.exported")
    assert (entry.subject_id, entry.school_id) == (str(check.pk), cast.aoba.pk)
    assert entry.detail == {"form": "csv", "standing": "silent", "words": True}


def test_too_many_files_in_a_short_time_are_refused(cast, check, monkeypatch):
    lower(monkeypatch, "EXPORT", 1)
    client = cast.client(cast.doi)
    assert client.get(school(check, "export.csv")).status_code == 200
    refused = client.get(school(check, "export.csv"), follow=True)
    assert refused.redirect_chain == [(school(check, ""), 302)]
    assert "ほど待って、もう一度" in refused.content.decode()


def test_what_was_not_sent_has_no_list(cast, doi):
    waiting = draft(doi)
    assert cast.client(cast.doi).get(school(waiting, "export.csv")).status_code == 404


@pytest.mark.parametrize("form", ["export.csv", "export.xlsx"])
def test_a_file_costs_the_same_queries_with_one_and_with_three_more(cast, check, form, django_assert_max_num_queries):
    client = cast.client(cast.doi)
    content(client.get(school(check, form)))
    counts = []
    for more in (1, 3):
        for _new in range(more):
            Recipient.objects.create(check_row=check, member=MemberFactory(school=cast.aoba), school=cast.aoba, reason="named", country_id="0039")
        with django_assert_max_num_queries(15) as asked:
            content(client.get(school(check, form)))
        counts.append(len(asked))
    assert counts[0] == counts[1]
