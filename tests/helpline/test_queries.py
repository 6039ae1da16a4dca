"""Which number comes first."""

from datetime import UTC, datetime

import pytest
from django.db import IntegrityError
from django.utils import translation

from helpline import queries
from helpline.states import FromMobile, NumberKind
from ossma.core.countries.queries import by_code
from ossma.core.refusals import NotFound
from ossma.core.viewer import NOBODY
from tests.cast import make_cast
from tests.factories.applications import ApplicationFactory
from tests.factories.helpline import EmergencyFactory, FaqFactory, NumberFactory

pytestmark = pytest.mark.django_db
FRANCE, CHINA = "0033", "0086"
NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)


def test_the_countrys_own_numbers_come_first_and_the_paid_line_last():
    direct = NumberFactory()
    collect = NumberFactory(kind=NumberKind.COLLECT)
    universal = NumberFactory(country_id=FRANCE, kind=NumberKind.UIFN)
    national = NumberFactory(country_id=FRANCE, kind=NumberKind.NATIONAL_FREEPHONE)
    NumberFactory(country_id=CHINA)
    assert queries.numbers_for(by_code(FRANCE)) == [national, universal, collect, direct]
    assert queries.numbers_for(None) == [collect, direct]


def test_the_call_button_prefers_a_number_that_is_known_to_work_from_mobiles():
    direct = NumberFactory()
    NumberFactory(country_id=CHINA, kind=NumberKind.UIFN, from_mobile=FromMobile.NO)
    free = NumberFactory(country_id=FRANCE, kind=NumberKind.NATIONAL_FREEPHONE)
    assert queries.call_number(CHINA) == direct
    assert queries.call_number(FRANCE) == free
    assert queries.call_number(None) == queries.call_number("0049") == direct


def test_a_number_that_may_fail_is_still_better_than_none():
    assert queries.call_number(FRANCE) is None
    doubtful = NumberFactory(country_id=FRANCE, kind=NumberKind.UIFN, from_mobile=FromMobile.NO)
    assert queries.call_number(FRANCE) == doubtful


def test_the_call_link_is_in_international_form_and_its_words_in_the_readers_language():
    number = NumberFactory(e164="+81300000000", note_ja="有料です。", note_en="Charged.")
    assert number.tel == "tel:+81300000000"
    with translation.override("ja"):
        assert (number.label, number.note) == ("ヘルプラインに電話", "有料です。")
    with translation.override("en"):
        assert (number.label, number.note) == ("Call the helpline", "Charged.")


@pytest.mark.parametrize("wrong", ["0300000000", "+0300000000", "+81 3000", "+81300a"])
def test_the_database_takes_no_call_link_in_another_form(wrong):
    with pytest.raises(IntegrityError):
        NumberFactory(e164=wrong)


def test_the_same_number_for_everywhere_stands_once():
    NumberFactory(e164="+81300000000")
    with pytest.raises(IntegrityError):
        NumberFactory(e164="+81300000000")


def test_the_usa_is_two_places_on_one_page():
    hawaii = NumberFactory(country_id="1808", kind=NumberKind.UIFN)
    mainland, islands = queries.places("us")
    assert (mainland.country.pk, islands.country.pk) == ("1000", "1808")
    assert (mainland.numbers, islands.numbers) == ([], [hawaii])


def test_an_unknown_code_is_not_found():
    with pytest.raises(NotFound):
        queries.places("ZZ")


def test_emergency_services_without_a_number_are_left_out():
    row = EmergencyFactory(fire="")
    with translation.override("en"):
        assert row.services == [("Police", ["17", "112"]), ("Ambulance", ["15", "112"])]


def test_a_members_present_country_comes_from_the_stay_and_nobody_elses_does():
    cast = make_cast()
    ApplicationFactory(member=cast.aya)
    assert queries.present_country(cast.viewer(cast.aya), NOW).iso2 == "FR"
    assert queries.present_country(cast.viewer(cast.ben), NOW) is None
    assert queries.present_country(NOBODY, NOW) is None


@pytest.mark.parametrize("text", ["フランス", "ふらんす", "ﾌﾗﾝｽ", "france", "FR"])
def test_a_country_is_found_in_japanese_kana_and_english(text):
    assert queries.find_countries(text)[0].iso2 == "FR"


def test_every_country_with_a_code_stands_in_one_region():
    listed = [country for _region, countries in queries.regions() for country in countries]
    assert len(listed) == len({country.pk for country in listed}) > 200


def test_the_faq_finds_all_words_in_either_language_whatever_their_width():
    card = FaqFactory(question_ja="会員カードはどこから入手できますか。", question_en="Where can I get the member card?")
    FaqFactory()
    for text in ("会員ｶｰﾄﾞ", "MEMBER card", "カード 入手"):
        assert [entry for _category, entries in queries.faq(text) for entry in entries] == [card]
    assert queries.faq("会員カード 天気") == []
    assert sum(len(entries) for _category, entries in queries.faq()) == 2
