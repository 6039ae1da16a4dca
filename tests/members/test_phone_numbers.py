"""A telephone number without a country code is asked for, shown back with it and stored as E.164 (product.md)."""

import importlib

import pytest

from members.models import EmergencyContact, Member
from members.queries.profile import to_mend
from tests.cast import make_cast
from tests.members.test_me import PROFILE

EDIT = "/me/edit/"


@pytest.fixture
def cast(db):
    return make_cast()


@pytest.fixture
def aya(cast):
    return cast.client(cast.aya)


def test_the_country_beside_the_number_decides_and_japan_is_chosen_first(aya, cast):
    page = aya.get(EDIT).content.decode()
    assert '<option value="JP" selected>日本 (+81)</option>' in page
    typed = PROFILE | {"mobile": "06 12 34 56 78", "mobile_country": "FR"}
    shown = aya.post(EDIT, typed, follow=True).content.decode()
    assert "+33 6 12 34 56 78" in shown
    aya.post(f"{EDIT}check/")
    assert Member.objects.get(pk=cast.aya.pk).mobile == "+33612345678"


@pytest.mark.parametrize("number", ["9123 4567", "9" * 40, "000-0000-0000", "電話"])
def test_what_is_no_number_gets_an_error_at_its_field_and_stays(aya, number):
    page = aya.post(EDIT, PROFILE | {"mobile": number}).content.decode()
    assert "日本 (+81)の電話番号ではありません" in page or "文字以内" in page
    assert f'value="{number}"' in page


def test_an_emergency_contact_has_another_number_than_the_member(aya):
    page = aya.post(EDIT, PROFILE | {"mobile": "090-1234-5678", "contact-0-phone": "+81 90 1234 5678"}).content.decode()
    assert "ご本人の番号とは別の番号を入力してください" in page
    assert 'autocomplete="off"' in page[page.index("contact-0-phone") :]


def test_a_number_that_says_no_country_is_a_task_for_the_member_and_never_dialled(aya, cast):
    Member.objects.filter(pk=cast.aya.pk).update(mobile="06 12 34 56 78")
    assert to_mend(cast.aya.pk).numbers == ("06 12 34 56 78",)
    assert "電話番号を確認してください: 06 12 34 56 78" in aya.get("/").content.decode()


def test_links_carry_e164_whatever_is_shown(cast, aya):
    from tests.factories.safety import abroad, recipient, sent

    abroad(cast.aya)
    check = sent(cast.viewer(cast.office), audience={"named": [cast.aya.pk]})
    page = cast.client(cast.doi).get(f"/school/safety/{check.pk}/people/{recipient(check, cast.aya).pk}/")
    if page.status_code == 200:
        assert 'href="tel:+819012340000">+81 90-1234-0000<' in page.content.decode()


def test_stored_numbers_are_converted_where_there_is_no_doubt():
    read = importlib.import_module("members.migrations.0009_phones_as_e164").read
    assert [read(text) for text in ("090-1234-5678", "+81 (090) 1234 5678", "+33 6 12 34 56 78", "０８０ー１２３４ー５６７８")] == [
        "+819012345678",
        "+819012345678",
        "+33612345678",
        "+818012345678",
    ]
    assert [read(text) for text in ("06 12 34 56 78", "03-1234-5678", "9123 4567", "119")] == [None] * 4


def test_contacts_are_kept_as_e164(aya, cast):
    aya.post(EDIT, PROFILE | {"contact-0-phone": "03-1234-5678"}, follow=True)
    aya.post(f"{EDIT}check/")
    assert EmergencyContact.objects.get(member=cast.aya, position=1).phone == "+81312345678"
