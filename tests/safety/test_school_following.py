"""Answering for somebody, and the steps of a help case, at the desk."""

import pytest

from ossma.core.models import AuditEntry
from ossma.core.viewer import by_link
from safety import actions
from safety.models import Answer, SafetyCase
from tests.factories.safety import MINUTE, NOW, recipient, said, sent


@pytest.fixture
def check(cast, doi):
    return sent(doi)


@pytest.fixture
def case(cast, check):
    """Aya has asked for help."""
    row = recipient(check, cast.aya)
    actions.answer_by_link(
        actor=by_link(row.member_id), at=NOW + MINUTE, recipient_id=row.pk, said=said("help", need="ill"), user_agent="Mozilla/5.0"
    )
    return SafetyCase.objects.get()


def person(check, member):
    return f"/school/safety/{check.pk}/people/{recipient(check, member).pk}/"


def test_a_person_s_page_says_why_asked_where_and_whom_to_call_and_is_on_record(cast, check):
    text = cast.client(cast.doi).get(person(check, cast.aya)).content.decode()
    for words in (cast.aya.number, cast.aya.mobile, "フランス", "緊急連絡先", "代わりに回答する"):
        assert words in text
    assert AuditEntry.objects.get(action="safety.person_seen").detail["member_ids"] == [cast.aya.pk]


def test_a_supporter_looks_but_does_not_answer(cast, check):
    emi = cast.client(cast.emi)
    assert "代わりに回答する" not in emi.get(person(check, cast.aya)).content.decode()
    assert emi.post(person(check, cast.aya) + "answer/", {"kind": "ok", "how_known": "電話"}).status_code == 404


def test_an_answer_by_proxy_needs_how_it_is_known_and_keeps_who_said_so(cast, check):
    client, url = cast.client(cast.doi), person(check, cast.ben) + "answer/"
    assert client.post(url, {"kind": "ok", "how_known": " "}).status_code == 422
    assert client.post(url, {"kind": "later", "how_known": "電話"}).status_code == 422
    assert not Answer.objects.exists()
    text = client.post(url, {"kind": "ok", "how_known": "寮の電話で話した"}, follow=True).content.decode()
    assert "寮の電話で話した" in text
    assert (Answer.objects.get().said_by, recipient(check, cast.ben).standing) == ("土井 博", "ok")


def test_open_cases_are_listed_behind_the_wall(cast, case):
    assert "あや" in cast.client(cast.doi).get("/school/safety/cases/").content.decode()
    assert "あや" in cast.client(cast.office).get("/admin/desk/safety/cases/").content.decode()
    cast.aya.groups.clear()
    assert "あや" not in cast.client(cast.emi).get("/school/safety/cases/").content.decode()
    assert cast.client(cast.emi).get(f"/school/safety/cases/{case.pk}/").status_code == 404


def test_a_case_is_taken_contacted_handed_over_and_resolved_with_its_story(cast, case):
    client, url = cast.client(cast.doi), f"/school/safety/cases/{case.pk}/"
    assert "data-elapsed-since" in client.get(url).content.decode()
    for verb, state in (("take", "new"), ("contact", "contacted"), ("helpline", "helpline")):
        assert client.post(f"{url}{verb}/").status_code == 302
        case.refresh_from_db()
        assert case.state == state
    assert case.owner is None
    assert case.first_contact_at is not None
    assert client.post(f"{url}resolve/", {"resolution": ""}).status_code == 422
    assert "病院に付き添った" in client.post(f"{url}resolve/", {"resolution": "病院に付き添った"}, follow=True).content.decode()
    case.refresh_from_db()
    assert case.state == "resolved"
    assert client.post(f"{url}reopen/").status_code == 302
    case.refresh_from_db()
    assert case.state == "new"


def test_a_step_the_table_of_states_does_not_know_is_refused_in_words(cast, case):
    client, url = cast.client(cast.doi), f"/school/safety/cases/{case.pk}/"
    text = client.post(f"{url}reopen/", follow=True).content.decode()
    assert "banner-danger" in text
    assert client.post(f"{url}explode/").status_code == 404


def test_cases_cost_the_same_with_one_and_with_three(cast, check, case, django_assert_max_num_queries):
    client = cast.client(cast.doi)
    client.get("/school/safety/cases/")
    with django_assert_max_num_queries(15) as one:
        client.get("/school/safety/cases/")
    row = recipient(check, cast.ben)
    actions.answer_by_link(actor=by_link(row.member_id), at=NOW + MINUTE, recipient_id=row.pk, said=said("help"), user_agent="Mozilla/5.0")
    client.get("/school/safety/cases/")
    with django_assert_max_num_queries(15) as two:
        client.get("/school/safety/cases/")
    assert len(one) == len(two)
