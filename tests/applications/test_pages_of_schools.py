"""The school's list and its decisions."""

import pytest
from django.urls import reverse

from ossma.core.models import AuditEntry
from tests.applications.conftest import submit
from tests.factories.applications import ApplicationFactory
from tests.factories.members import MemberFactory

pytestmark = pytest.mark.django_db

LIST = reverse("school:applications:list")


def page_of(name, application):
    return reverse(f"school:applications:{name}", args=[application.pk])


@pytest.fixture
def doi(cast):
    return cast.client(cast.doi)


@pytest.fixture
def waiting(cast):
    cast.aoba.contracts.update(needs_approval=True)
    return submit(cast)


def names(response):
    return [application.member for application, _chip in response.context["rows"]]


def test_a_school_sees_its_own_members_applications_only(doi, cast):
    ApplicationFactory(member=cast.chika)
    mine = ApplicationFactory(member=cast.aya)
    assert names(doi.get(LIST)) == [mine.member]


def test_seeing_the_list_is_on_record_by_member(doi, cast):
    for member in (cast.aya, cast.ben):
        ApplicationFactory(member=member)
    doi.get(LIST)
    assert AuditEntry.objects.get(action="applications.listed").detail == {"member_ids": sorted([cast.aya.pk, cast.ben.pk])}


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"name": "あや"}, True),
        ({"name": "yamada aya"}, True),
        ({"name": "佐藤"}, False),
        ({"state": "in_force"}, True),
        ({"state": "refused"}, False),
        ({"state": "nonsense"}, True),
        ({"page": "99"}, True),
        ({"name": "%" * 200}, False),
    ],
)
def test_filters_narrow_the_list_and_nonsense_is_left_out(doi, cast, query, found):
    ApplicationFactory(member=cast.aya)
    assert bool(names(doi.get(LIST, query))) is found


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_whatever_its_length(doi, cast, count, django_assert_max_num_queries):
    for member in MemberFactory.create_batch(count, school=cast.aoba):
        ApplicationFactory(member=member)
    with django_assert_max_num_queries(14):
        doi.get(LIST)


def test_approving_shows_what_follows_and_then_does_it(doi, waiting):
    assert "メールでご案内します" in doi.get(page_of("approve", waiting)).content.decode()
    page = doi.post(page_of("approve", waiting), follow=True).content.decode()
    assert "申込を承認しました" in page and "お支払い待ち" in page


def test_a_refusal_needs_its_reason(doi, waiting):
    assert "reason" in doi.post(page_of("refuse", waiting), {"reason": " "}).context["form"].errors
    page = doi.post(page_of("refuse", waiting), {"reason": "<b>時期</b>"}, follow=True).content.decode()
    assert "&lt;b&gt;時期&lt;/b&gt;" in page


def test_deciding_twice_says_that_it_is_decided(doi, waiting):
    doi.post(page_of("approve", waiting))
    for name, data in (("approve", {}), ("refuse", {"reason": "x"})):
        assert "すでに" in doi.post(page_of(name, waiting), data, follow=True).content.decode()
        assert "すでに" in doi.get(page_of(name, waiting)).content.decode()


@pytest.mark.parametrize("name", ["detail", "approve", "refuse"])
def test_another_schools_application_is_not_there(cast, doi, name):
    application = ApplicationFactory(member=cast.chika, state="awaiting_approval")
    assert doi.get(page_of(name, application)).status_code == 404
    assert doi.post(page_of(name, application), {"reason": "x"}).status_code in (404, 405)


def test_a_supporter_has_no_list_of_applications(cast):
    assert cast.client(cast.emi).get(LIST).status_code == 404


def test_words_that_cannot_be_looked_for_are_said_at_the_field_and_show_nobody(doi, cast):
    ApplicationFactory(member=cast.aya)
    answer = doi.get(LIST, {"name": "a" * 101})
    assert names(answer) == []
    assert answer.context["form"].errors["name"]
