"""One search for members, wherever people are looked for (product.md, telephone numbers and names; office.md O2)."""

import unicodedata

import pytest

from members.models import Member
from members.queries.directory import found, members_by_words
from members.search_keys import fill_search_keys
from safety.queries.why import find_members
from tests.factories.members import MemberFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def hana(cast):
    """Somebody whose names are written in the ways that searches stumble over."""
    return MemberFactory(
        school=cast.aoba, family_name="髙﨑", given_name="花", family_kana="タカサキ", given_kana="ハナコ", family_roman="TAKASAKI",
        given_roman="HANA", mobile="+818049175616", student_number="S2026001", user__email="hana.takasaki@example.jp",
    )  # fmt: skip


WAYS = [
    "髙﨑", "高崎", "高崎花", "髙﨑 花", "花 高崎", "ﾀｶｻｷ ﾊﾅｺ", "たかさきはなこ", "タカサキハナコ",
    "takasaki", "TAKASAKIHANA", "hana takasaki", "ＨＡＮＡ", "\u200b高崎", "+818049175616", "080-4917-5616",
    "08049175616", "０８０４９１７５６１６", "+81 80 4917 5616", "4917", "hana.takasaki@example.jp",
    "ＨＡＮＡ．takasaki@", "s2026001", "Ｓ２０２６００１", "青葉 髙崎", "aoba takasaki hana",
]  # fmt: skip


@pytest.mark.parametrize("words", WAYS)
def test_the_office_finds_a_member_however_the_words_are_typed(cast, hana, words):
    viewer = cast.viewer(cast.office)
    assert list(found(viewer, words)) == [hana]
    assert find_members(viewer, words) == [hana]


@pytest.mark.parametrize("words", ["髙﨑 太郎", "港北 髙崎", "08000000000", "hana.takasaki@example.com", "・・"])
def test_words_that_do_not_all_fit_find_nobody(cast, hana, words):
    assert not found(cast.viewer(cast.office), words)


def test_a_members_number_is_found_in_small_and_wide_letters(cast, hana):
    viewer = cast.viewer(cast.office)
    wide = "".join(chr(ord(sign) + 0xFEE0) for sign in hana.number)
    assert [list(found(viewer, words)) for words in (hana.number, hana.number.lower(), wide)] == [[hana]] * 3


@pytest.mark.parametrize(
    ("family", "words"),
    [
        ("\ufa19田", "\ufa19田"), (unicodedata.normalize("NFD", "ガルシア"), "ガルシア"), ("Nguyễn", "Nguyễn"),
        ("ＳＭＩＴＨ", "smith"), ("葛\U000e0100城", "葛城"), ("علی\u200cرضا", "علیرضا"),
    ],
)  # fmt: skip
def test_a_name_is_found_by_the_very_same_string_and_by_the_plain_one(cast, family, words):
    stored = MemberFactory(school=cast.aoba, family_name=family)
    viewer = cast.viewer(cast.office)
    assert list(found(viewer, family)) == [stored]
    assert list(found(viewer, words)) == [stored]


def test_a_change_of_name_or_number_is_found_at_once_however_it_is_saved(cast, hana):
    viewer = cast.viewer(cast.office)
    hana.family_name = "葛城"
    hana.save()
    hana.mobile = "+819011112222"
    hana.save(update_fields=["mobile"])
    assert list(found(viewer, "葛城 090-1111-2222")) == [hana]
    assert not found(viewer, "髙﨑")


def test_rows_without_a_key_get_theirs_after_migrating(cast, hana):
    Member.objects.update(search_key="")
    assert not found(cast.viewer(cast.office), "高崎")
    assert fill_search_keys() == Member.objects.count()
    assert list(found(cast.viewer(cast.office), "高崎")) == [hana]
    assert fill_search_keys() == 0


def test_a_school_finds_its_own_members_only_and_never_by_the_name_of_a_school(cast, hana):
    assert list(found(cast.viewer(cast.doi), "高崎")) == [hana]
    assert not found(cast.viewer(cast.doi), "青葉 高崎")
    hana.school = cast.kohoku
    hana.save()
    assert not found(cast.viewer(cast.doi), "高崎")


def test_a_search_that_is_too_long_is_refused_and_lists_nobody(cast, hana):
    page = cast.client(cast.doi).get("/school/members/", {"q": "高" * 101}).content.decode()
    assert "100" in page
    assert hana.student_number not in page


def test_numbers_and_addresses_of_a_list_are_compared_without_width_and_case(cast, hana):
    words = [hana.number.lower(), "ａｙａ＠ｅｘａｍｐｌｅ．ｊｐ", "ｓ２０２６００１", "S9999"]
    members, unknown = members_by_words(Member.objects.all(), words, student_numbers=True)
    assert {member.pk for member in members} == {hana.pk, cast.aya.pk}
    assert unknown == ["S9999"]
    members, unknown = members_by_words(Member.objects.all(), ["s2026001"])
    assert (members, unknown) == ([], ["s2026001"])


def test_a_student_number_of_two_people_chooses_neither(cast, hana):
    MemberFactory(school=cast.aoba, student_number="s2026001")
    assert members_by_words(Member.objects.all(), ["S2026001"], student_numbers=True) == ([], ["S2026001"])
