"""Registration from the join password to the new member (M1)."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from members.models import Member, SchoolContract, SignupDraft
from members.states import SchoolState
from ossma.core.models import AuditEntry
from tests.cast import signed_in
from tests.factories.members import JoinPasswordFactory, UserFactory

pytestmark = pytest.mark.django_db
NEUTRAL = "このパスワードは使えません"
PROFILE = {
    "family_name": "山田", "given_name": "太郎", "family_kana": "やまだ", "given_kana": "タロウ",
    "family_roman": "YAMADA", "given_roman": "TARO", "birth_date": "2004-05-01", "sex": "", "kind": "student",
    "student_number": "A123", "department": "国際学部", "grade": "3", "postal_code": "１０００００１", "address": "東京都千代田区1-1",
    "mobile": "０９０−１２３４−５６７８", "nationality": "JP", "language": "ja", "blood_type": "A", "allergies": "そば",
    "illnesses": "", "medication": "",
    "contact-TOTAL_FORMS": "3", "contact-INITIAL_FORMS": "0", "contact-MIN_NUM_FORMS": "3", "contact-MAX_NUM_FORMS": "3",
    "contact-0-name": "山田 花子", "contact-0-relation": "母", "contact-0-phone": "03-1234-5678",
}  # fmt: skip


@pytest.fixture
def person(cast):
    """An account whose address is confirmed, and no more."""
    return UserFactory(email="new@example.jp")


@pytest.fixture
def browser(person):
    """The browser of that account."""
    return signed_in(person, second_factor=False)


def choose_aoba(browser):
    browser.post("/signup/school/", {"join_password": "aoba-2026"})
    return browser.post("/signup/school/check/", {"answer": "yes"})


def send_profile(browser, **changes):
    return browser.post("/signup/profile/", PROFILE | changes)


def register(browser):
    choose_aoba(browser)
    send_profile(browser)
    return browser.post("/signup/profile/check/")


def test_the_answer_to_the_join_password_names_the_school_and_asks(browser):
    response = browser.post("/signup/school/", {"join_password": "aoba-2026"}, follow=True)
    page = response.content.decode()
    assert "青葉国際大学で間違いないでしょうか。" in page
    assert "はい" in page
    assert "いいえ" in page


def test_the_join_password_is_taken_with_spaces_and_full_width_letters(browser):
    assert browser.post("/signup/school/", {"join_password": "　ａｏｂａ-2026 "}).status_code == 302


def test_no_leads_back_to_the_join_password_and_forgets_the_school(browser, person):
    browser.post("/signup/school/", {"join_password": "kohoku-2026"})
    response = browser.post("/signup/school/check/", {"answer": "no"})
    assert response.headers["Location"] == "/signup/school/"
    assert SignupDraft.objects.get(user=person).school is None


@pytest.mark.parametrize("case", ["unknown", "expired", "not yet", "suspended", "school suspended", "school ended"])
def test_a_join_password_that_is_no_good_gets_one_neutral_error(browser, cast, case):
    now = timezone.now()
    match case:
        case "expired":
            JoinPasswordFactory(school=cast.aoba, clear="other", expires_at=now - timedelta(seconds=1))
        case "not yet":
            JoinPasswordFactory(school=cast.aoba, clear="other", valid_from=now + timedelta(hours=1))
        case "suspended":
            JoinPasswordFactory(school=cast.aoba, clear="other", suspended=True)
        case "school suspended" | "school ended":
            JoinPasswordFactory(school=cast.aoba, clear="other")
            cast.aoba.state = SchoolState.SUSPENDED if case == "school suspended" else SchoolState.ENDED
            cast.aoba.ended_at = now if cast.aoba.state == SchoolState.ENDED else None
            cast.aoba.save()
    response = browser.post("/signup/school/", {"join_password": "other"})
    assert [error[: len(NEUTRAL)] for error in response.context["form"].errors["join_password"]] == [NEUTRAL]


def test_guessing_join_passwords_is_limited_per_person(browser, still):
    answers = [browser.post("/signup/school/", {"join_password": f"guess-{n}"}) for n in range(11)]
    assert NEUTRAL in str(answers[9].context["form"].errors)
    assert NEUTRAL not in str(answers[10].context["form"].errors)
    reply = browser.post("/signup/school/", {"join_password": "aoba-2026"})
    assert reply.status_code == 429
    assert "ほど待って" in reply.content.decode()


def test_the_profile_waits_for_the_school(browser):
    assert browser.get("/signup/profile/").headers["Location"] == "/signup/school/"
    browser.post("/signup/school/", {"join_password": "aoba-2026"})
    assert browser.get("/signup/profile/").headers["Location"] == "/signup/school/"


def test_a_good_profile_is_shown_for_checking_and_nothing_is_registered_yet(browser, person):
    choose_aoba(browser)
    page = browser.post("/signup/profile/", PROFILE, follow=True).content.decode()
    words = (
        "登録してよろしいですか。", "はい", "青葉国際大学", "ヤマダ タロウ", "100-0001",
        "+81 90-1234-5678", "2004年5月1日(土)", "山田 花子",
    )  # fmt: skip
    for shown in words:
        assert shown in page
    assert not Member.objects.filter(user=person).exists()


def test_yes_registers_the_member_with_contacts_and_leaves_an_audit_line(browser, person, cast):
    response = register(browser)
    member = Member.objects.get(user=person)
    assert response.headers["Location"] == "/signup/done/"
    assert (member.school, member.family_kana, member.mobile, member.allergies) == (cast.aoba, "ヤマダ", "+819012345678", "そば")
    assert [contact.name for contact in member.emergency_contacts.all()] == ["山田 花子"]
    assert AuditEntry.objects.filter(action="member.registered", member_id=member.pk).count() == 1
    assert not SignupDraft.objects.filter(user=person).exists()


def test_the_done_page_offers_a_service_and_the_top_page(browser):
    register(browser)
    page = browser.get("/signup/done/").content.decode()
    assert 'href="/applications/new/"' in page
    assert 'href="/"' in page


def test_pressing_yes_twice_registers_once(browser, person):
    register(browser)
    assert browser.post("/signup/profile/check/").headers["Location"] == "/signup/done/"
    assert Member.objects.filter(user=person).count() == 1


def test_medical_notes_and_the_draft_are_encrypted_at_rest(browser, person, django_db_blocker):
    choose_aoba(browser)
    send_profile(browser)
    stored = SignupDraft.objects.filter(user=person).extra(select={"raw": "profile"}).values_list("raw", flat=True).get()
    assert "そば" not in json.dumps(stored, ensure_ascii=False)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("birth_date", "2999-01-01"),
        ("birth_date", "1899-12-31"),
        ("birth_date", "31 of May"),
        ("family_name", "あ" * 500),
        ("given_name", "花😀子"),
        ("given_name", "花\u202e子"),
        ("given_name", "花\x07子"),
        ("given_name", "花❤"),
        ("family_kana", "山田"),
        ("given_roman", "太郎"),
        ("mobile", "九〇"),
        ("mobile", "12"),
        ("address", "東京\u202e都"),
        ("postal_code", "〒"),
        ("nationality", "ZZ"),
        ("kind", "ghost"),
        ("contact-0-name", ""),
        ("contact-0-phone", "abc"),
        ("contact-1-name", "父だけ"),
    ],
)
def test_bad_input_gets_an_error_at_its_field_and_everything_typed_stays(browser, field, value):
    choose_aoba(browser)
    response = send_profile(browser, **{field: value})
    assert response.status_code == 200
    errors = response.context["form"].errors | {
        f"contact-{n}-{name}": error for n, form in enumerate(response.context["contacts"].errors) for name, error in form.items()
    }
    expected = "contact-1-relation" if field == "contact-1-name" else field
    assert next(iter(errors)) == expected
    again = browser.get("/signup/profile/").content.decode()
    assert "国際学部" in again
    assert "山田 花子" in again or field == "contact-0-name"


def test_right_to_left_text_in_an_address_is_welcome_and_runs_its_own_way(browser, person):
    choose_aoba(browser)
    page = browser.post("/signup/profile/", PROFILE | {"address": "شارع الملك فيصل 12"}, follow=True).content.decode()
    assert '<bdi dir="auto">شارع الملك فيصل 12</bdi>' in page


def test_a_registration_left_half_way_resumes_at_the_join_password_with_what_was_typed(browser, person):
    choose_aoba(browser)
    send_profile(browser, mobile="")
    later = signed_in(person, second_factor=False)
    assert later.get("/me/").headers["Location"] == "/signup/school/"
    choose_aoba(later)
    assert "国際学部" in later.get("/signup/profile/").content.decode()


def test_registering_over_the_schools_licences_is_refused_with_a_way_out(browser, person, cast):
    SchoolContract.objects.filter(school=cast.aoba).update(licences=2)
    response = register(browser)
    assert "ライセンス" in response.content.decode()
    assert not Member.objects.filter(user=person).exists()


@pytest.mark.django_db(transaction=True)
def test_two_presses_at_the_same_moment_register_once(cast, documents):
    person = UserFactory(email="fast@example.jp")
    browser = signed_in(person, second_factor=False)
    choose_aoba(browser)
    send_profile(browser)
    browsers = [signed_in(person, second_factor=False) for _ in range(4)]

    def press(one):
        try:
            return one.post("/signup/profile/check/").headers["Location"]
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(press, browsers))
    assert answers == ["/signup/done/"] * 4
    assert Member.objects.filter(user=person).count() == 1
    assert AuditEntry.objects.filter(action="member.registered").count() == 1


SINGLE = {"family_name": "Suharto", "family_kana": "スハルト", "family_roman": "Suharto", "given_name": "", "given_kana": "", "given_roman": ""}


def test_somebody_with_one_name_registers_with_one_name(browser):
    choose_aoba(browser)
    send_profile(browser, **SINGLE, single_name="on")
    browser.post("/signup/profile/check/")
    member = Member.objects.get(user__email="new@example.jp")
    assert (member.japanese_name, member.kana_name, member.roman_name) == ("Suharto", "スハルト", "SUHARTO")
    assert member.user.name == "Suharto"
    page = browser.get("/me/edit/").content.decode()
    assert 'name="single_name" id="id_single_name" checked' in page.replace('aria-describedby="id_single_name_helptext" ', "")


def test_without_the_tick_both_names_are_asked_for_and_the_tick_is_named(browser):
    choose_aoba(browser)
    form = send_profile(browser, **SINGLE).context["form"]
    for name in ("given_name", "given_kana", "given_roman"):
        assert "チェック" in form.errors[name][0]
    form = send_profile(browser, single_name="on").context["form"]
    assert "given_name" in form.errors


def test_a_passport_has_room_for_39_letters_of_both_names(browser):
    choose_aoba(browser)
    form = send_profile(browser, family_roman="A" * 20, given_roman="B" * 20).context["form"]
    assert "39文字" in form.errors["given_roman"][0]
    assert "40文字" in form.errors["given_roman"][0]
    assert send_profile(browser, family_roman="A" * 20, given_roman="B" * 19).status_code == 302


@pytest.mark.parametrize(
    ("field", "typed", "told"), [("given_kana", "J.", "「J」"), ("given_roman", "Hélène", "「É」"), ("family_name", "あ" * 200, "60")]
)
def test_the_sign_that_no_name_may_hold_is_named(browser, field, typed, told):
    choose_aoba(browser)
    assert told in send_profile(browser, **{field: typed}).context["form"].errors[field][0]
