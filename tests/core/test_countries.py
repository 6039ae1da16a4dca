"""Countries, cities and missions."""

from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation

from ossma.core.countries import HOME, files, queries
from ossma.core.countries.load import load_countries
from ossma.core.folding import fold
from ossma.core.models import City, Country
from ossma.core.models.country import Region
from ossma.core.refusals import NotFound

MINISTRY_TABLE = Path(__file__).parents[3] / "shared/data/mofa/mofa_country_codes.tsv"


@pytest.mark.parametrize("name", ["countries.tsv", "missions.tsv"])
def test_the_data_files_carry_the_ministrys_credit(name):
    assert "出典：外務省 海外安全情報オープンデータ" in (files.DATA / name).read_text()


@pytest.mark.skipif(not MINISTRY_TABLE.exists(), reason="the ministry's own table is not part of the repository")
def test_every_code_of_the_ministry_is_there_and_japan():
    codes = {line.split("\t")[0] for line in MINISTRY_TABLE.read_text().splitlines()[1:]}
    assert codes | {HOME} == {row.mofa_cd for row in files.countries()}


def test_the_codes_that_only_the_feed_knows_are_there():
    assert {"1340", "1787"} <= {row.mofa_cd for row in files.countries()}
    assert len(files.countries()) == 210


def test_every_place_has_a_clock_that_exists_and_lies_on_earth():
    zones = {row.mofa_cd: row.zones for row in files.countries()}
    for row in files.countries():
        assert row.region in Region
        assert all(ZoneInfo(zone) for zone in row.zones), row.mofa_cd
    for row in (*files.countries(), *files.cities()):
        assert -90 <= row.latitude <= 90 and -180 <= row.longitude <= 180
    assert all(city.zone in zones[city.mofa_cd] for city in files.cities())


def test_every_country_has_a_city():
    assert {row.mofa_cd for row in files.countries()} == {row.mofa_cd for row in files.cities()}


def test_missions_speak_of_known_countries_only():
    known = {row.mofa_cd for row in files.countries()}
    assert all(row.countries and row.countries | row.district <= known for row in files.missions().values())


@pytest.mark.parametrize(("mission", "country"), [("301A", "1000"), ("301H", "1000"), ("301E", "1808"), ("301M", "1002"), ("067C", "1001")])
def test_missions_in_the_usa_mean_the_usa(mission, country):
    assert country in files.missions()[mission].countries


@pytest.mark.parametrize(
    ("one", "other"), [("ﾌﾗﾝｽ", "ふらんす"), ("São Paulo", "sao paulo"), ("Zürich", "ZURICH"), ("ガ", "が"), ("Wrocław", "wroclaw")]
)
def test_spellings_are_levelled(one, other):
    assert fold(one) == fold(other)


def test_voiced_and_plain_kana_stay_apart():
    assert fold("ガーナ") != fold("カーナ")


@pytest.mark.django_db
class TestInTheDatabase:
    def test_loading_again_changes_nothing_but_keeps_what_the_office_switched_off(self):
        Country.objects.filter(pk="0850").update(active=False, name_en="Somewhere")
        assert load_countries() == (210, City.objects.count())
        assert Country.objects.count() == 210
        row = queries.by_code("0850")
        assert (row.active, row.name_en) == (False, "North Korea")

    @pytest.mark.parametrize(
        ("text", "code"),
        [
            *[("フランス", "0033"), ("ふらん", "0033"), ("france", "0033"), ("サモア", "0685"), ("ivory coast", "0225"), ("hk", "0852")],
            *[("韓国", "0082"), ("かんこく", "0082"), ("大韓民国", "0082"), ("アメリカ", "1000"), ("USA", "1000"), ("イギリス", "0044")],
            *[("豪州", "0061"), ("ｵｰｽﾄﾗﾘｱ", "0061"), ("ハワイ", "1808"), ("ぐあむ", "1002")],
        ],
    )
    def test_a_country_is_found_by_every_usual_word(self, text, code):
        assert queries.search(text)[0].pk == code

    @pytest.mark.parametrize("text", ["", "  ", "\x00", "・", "nowhere", "%", "\n"])
    def test_nothing_is_found_by_nothing(self, text):
        assert queries.search(text) == []

    def test_japan_is_a_place_to_be_and_no_destination(self):
        assert queries.search("日本") == queries.search_cities("とうきょう") == []
        destinations = {code for _region, rows in queries.choices_by_region() for code, _label in rows}
        first, *groups = queries.choices_with_home()
        assert first == (HOME, "日本")
        assert {code for _region, rows in groups for code, _label in rows} == destinations
        assert HOME not in destinations

    def test_a_country_that_is_switched_off_is_not_offered(self):
        Country.objects.filter(pk="0850").update(active=False)
        assert queries.search("北朝鮮") == []
        assert "0850" not in {code for _region, rows in queries.choices_by_region() for code, _label in rows}

    @pytest.mark.parametrize(
        ("text", "name"),
        [("まんちぇすたー", "Manchester"), ("北京", "Beijing"), ("ぺきん", "Beijing"), ("freiburg", "Freiburg"), ("koln", "Cologne")],
    )
    def test_a_city_is_found(self, text, name):
        assert queries.search_cities(text)[0].name_en == name

    def test_a_search_in_one_country_stays_there(self):
        found = queries.search_cities("ケンブリッジ", country=queries.by_code("0044"))
        assert [city.name_en for city in found] == ["Cambridge"]

    def test_the_clock_is_the_citys_and_else_the_countrys_principal_one(self):
        usa = queries.by_code("1000")
        assert queries.zone_for(usa).key == "America/New_York"
        assert queries.zone_for(usa, City.objects.get(name_en="San Francisco")).key == "America/Los_Angeles"
        assert queries.zones_of("1808") == ["Pacific/Honolulu"]

    def test_a_city_of_another_country_is_not_found(self):
        paris = City.objects.get(country_id="0033", name_en="Paris")
        assert queries.city_of("0033", paris.pk) == paris
        with pytest.raises(NotFound):
            queries.city_of("0044", paris.pk)

    def test_well_known_cities_come_first(self):
        majors = [city.major for city in queries.cities_of("1000")]
        assert majors == sorted(majors, reverse=True)

    def test_the_usa_are_two_rows_with_the_mainland_first(self):
        assert [row.pk for row in queries.by_iso("us")] == ["1000", "1808"]

    @pytest.mark.parametrize("find", [lambda: queries.by_code("9999"), lambda: queries.by_iso("ZZ")])
    def test_an_unknown_code_is_not_found(self, find):
        with pytest.raises(NotFound):
            find()

    def test_unknown_codes_among_known_ones_are_left_out(self):
        assert [row.pk for row in queries.by_codes({"0033", "9999"})] == ["0033"]

    @pytest.mark.parametrize(("language", "region", "country"), [("ja", "アジア", "韓国"), ("en", "Asia", "South Korea")])
    def test_choices_are_grouped_by_region_in_the_readers_language(self, language, region, country):
        with translation.override(language):
            groups = dict(queries.choices_by_region())
        assert ("0082", country) in groups[region]
        assert len(groups) == 7

    def test_choices_cost_one_query(self, django_assert_num_queries):
        with django_assert_num_queries(1):
            queries.choices_by_region()
