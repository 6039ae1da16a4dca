"""A place as typed: its city and its country agree."""

import pytest

from applications.forms.places import PlaceForm
from applications.queries.places import Gazetteer, Place

pytestmark = pytest.mark.django_db

FRANCE, ITALY, BRITAIN, USA, HAWAII, JAPAN, CAMBODIA = "0033", "0039", "0044", "1000", "1808", "0081", "0855"


def typed(country, city, **more):
    form = PlaceForm({"country": country, "city": city, **more})
    form.is_valid()
    return form


@pytest.mark.parametrize(
    ("country", "city", "lies_in"),
    [
        (CAMBODIA, "ロンドン", "英国"),
        (FRANCE, " ろーま ", "イタリア"),
        (BRITAIN, "PARIS", "フランス"),
        (USA, "ホノルル", "ハワイ（米国）"),
        (FRANCE, "東京", "日本"),
    ],
)
def test_a_known_city_of_another_country_is_refused_and_the_country_is_named(country, city, lies_in):
    form = typed(country, city)
    (error,) = form.errors["city"]
    assert lies_in in error
    assert form.cleaned_data.get("location") is None


@pytest.mark.parametrize(
    ("country", "city", "stored"),
    [
        (ITALY, "Rome", "ローマ"),
        (HAWAII, "Honolulu", "ホノルル"),
        # The list knows one of this name in two countries.
        (BRITAIN, "けんぶりっじ", "ケンブリッジ"),
        # Nobody knows it: it may be anywhere.
        (CAMBODIA, "どこかの町", "どこかの町"),
        # The way out that the message names.
        (CAMBODIA, "ロンドン（プノンペン州）", "ロンドン（プノンペン州）"),
    ],
)
def test_a_city_of_that_country_or_one_that_nobody_knows_is_taken(country, city, stored):
    assert typed(country, city).location.city == stored


def test_one_query_finds_the_cities_of_all_countries(django_assert_num_queries):
    with django_assert_num_queries(2):
        places = Gazetteer([(FRANCE, "パリ"), (CAMBODIA, "ロンドン"), ("", "ローマ")])
    assert places.find(FRANCE, "パリ") == Place(FRANCE, "パリ", "Europe/Paris", 48.86, 2.35)
    assert (places.other_country(FRANCE, "パリ"), places.other_country(CAMBODIA, "ロンドン").pk) == (None, BRITAIN)
