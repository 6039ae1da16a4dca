"""The school's members and groups."""

import pytest

from members.models import Group, SchoolRole, User
from members.states import SchoolRoleKind
from ossma.core.models import AuditEntry, OutboxMessage
from tests.factories.members import GroupFactory, MemberFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def doi(cast):
    """Dr. Doi's browser."""
    return cast.client(cast.doi)


@pytest.fixture
def group(cast):
    """The group that Emi follows."""
    return Group.objects.get(name="国際学部")


def test_an_administrator_lists_own_members_only_and_the_look_is_on_record(doi, cast):
    page = doi.get("/school/members/").content.decode()
    assert cast.aya.name in page
    assert cast.ben.name in page
    assert cast.chika.name not in page
    entry = AuditEntry.objects.get(action="member.listed")
    assert entry.detail["member_ids"] == sorted([cast.aya.pk, cast.ben.pk])


def test_a_supporter_lists_the_members_of_own_groups_only(cast):
    page = cast.client(cast.emi).get("/school/members/").content.decode()
    assert cast.aya.name in page
    assert cast.ben.name not in page


def test_the_search_finds_names_in_any_width_and_order(doi, cast):
    for words in ("ﾔﾏﾀﾞ", "あや 山田", "ＡＹＡ", cast.aya.student_number):
        page = doi.get("/school/members/", {"q": words}).content.decode()
        assert cast.aya.student_number in page
    assert "見つかりません" in doi.get("/school/members/", {"q": "存在しない"}).content.decode()
    assert doi.get("/school/members/", {"q": "\u200b", "kind": "ghost", "page": "x"}).status_code == 200


def test_a_list_of_many_costs_no_more_queries_than_a_list_of_few(doi, cast, django_assert_max_num_queries):
    doi.get("/school/members/")
    with django_assert_max_num_queries(14) as few:
        doi.get("/school/members/")
    MemberFactory.create_batch(6, school=cast.aoba)
    with django_assert_max_num_queries(14) as many:
        doi.get("/school/members/")
    assert len(many) == len(few)


def test_a_members_file_opens_for_own_school_without_medical_notes(doi, cast):
    cast.aya.allergies = "そばアレルギー"
    cast.aya.save()
    page = doi.get(f"/school/members/{cast.aya.pk}/").content.decode()
    assert "山田 母" in page
    assert "そばアレルギー" not in page
    assert AuditEntry.objects.filter(action="member.file_opened", member_id=cast.aya.pk).exists()


def test_strangers_files_are_not_found(doi, cast):
    assert doi.get(f"/school/members/{cast.chika.pk}/").status_code == 404
    emi = cast.client(cast.emi)
    assert emi.get(f"/school/members/{cast.ben.pk}/").status_code == 404
    assert emi.get("/school/groups/").status_code == 404


def test_a_group_is_made_once_per_name(doi, cast):
    response = doi.post("/school/groups/new/", {"name": "夏のツアー", "kind": "tour"})
    group = Group.objects.get(name="夏のツアー")
    assert response.headers["Location"] == f"/school/groups/{group.pk}/"
    assert group.school == cast.aoba
    assert doi.post("/school/groups/new/", {"name": "夏のツアー", "kind": "tour"}).context["form"].errors["name"]


def test_members_join_a_group_by_number_and_unknown_numbers_are_named(doi, cast, group):
    numbers = f"{cast.ben.student_number}\n{cast.chika.number}\nnobody"
    response = doi.post(f"/school/groups/{group.pk}/", {"numbers": numbers})
    assert set(group.members.all()) == {cast.aya, cast.ben}
    assert cast.chika.number in str(response.context["numbers"].errors)
    assert "nobody" in str(response.context["numbers"].errors)


def test_a_new_supporter_is_invited_and_nothing_is_made_before_the_answer(doi, cast, group):
    doi.post(f"/school/groups/{group.pk}/", {"email": "Teacher@example.jp", "name": "新任 教員"})
    assert not User.objects.filter(email="teacher@example.jp").exists()
    assert [user.email for user in group.supporters.all()] == [cast.emi.user.email]
    mail = OutboxMessage.objects.latest("pk")
    assert (mail.to_address, mail.template, mail.language) == ("teacher@example.jp", "members/invitation", "both")
    page = doi.get(f"/school/groups/{group.pk}/").content.decode()
    assert "新任 教員" in page


def test_a_supporter_of_the_school_follows_another_group_without_being_asked_again(doi, cast):
    other = GroupFactory(school=cast.aoba)
    doi.post(f"/school/groups/{other.pk}/", {"email": "EMI@example.jp", "name": "誰か"})
    assert list(other.supporters.all()) == [cast.emi.user]
    assert not OutboxMessage.objects.filter(template="members/invitation").exists()


def test_an_administrator_cannot_be_turned_into_a_supporter(doi, cast, group):
    response = doi.post(f"/school/groups/{group.pk}/", {"email": cast.doi.user.email, "name": "土井"})
    assert response.context["supporter"].errors["email"]
    assert cast.doi.user not in group.supporters.all()


def test_taken_out_of_the_last_group_a_supporter_stays_one_and_sees_nobody(doi, cast, group):
    doi.post(f"/school/groups/{group.pk}/supporters/{cast.emi.user_id}/remove/")
    assert SchoolRole.objects.get(user=cast.emi.user).kind == SchoolRoleKind.SUPPORTER
    page = cast.client(cast.emi).get("/school/members/").content.decode()
    assert cast.aya.name not in page
    assert "見守るグループなし" in doi.get("/school/staff/").content.decode()


def test_removing_asks_first(doi, cast, group):
    url = f"/school/groups/{group.pk}/members/{cast.aya.pk}/remove/"
    assert doi.get(url).status_code == 200
    assert group.members.filter(pk=cast.aya.pk).exists()
    doi.post(url)
    assert not group.members.filter(pk=cast.aya.pk).exists()
    doi.post(f"/school/groups/{group.pk}/supporters/{cast.emi.user_id}/remove/")
    assert not group.supporters.exists()


def test_groups_of_another_school_are_not_found(doi, cast):
    other = GroupFactory(school=cast.kohoku)
    assert doi.get(f"/school/groups/{other.pk}/").status_code == 404
    assert doi.post(f"/school/groups/{other.pk}/", {"numbers": cast.aya.number}).status_code == 404
