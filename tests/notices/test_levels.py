"""Danger levels of countries, and lists in which nothing grave is missed (support.md N2)."""

from datetime import date, timedelta

import pytest
from django.utils import timezone, translation

from notices import presenters, queries, registered
from notices.rules import Weight, weight
from ossma.core.countries.queries import by_codes
from ossma.core.viewer import SYSTEM
from tests.factories.applications import ApplicationFactory
from tests.factories.notices import NOW, AdvisoryFactory, good_run

MINE = "/notices/"


def danger(country="0033", levels=(3,), **changes):
    return AdvisoryFactory(**{"info_type": "T40", "risk_levels": list(levels), "countries": [country], "title": "危険情報"} | changes)


def levels(*codes):
    return {code: [(one.levels, one.is_infection) for one in found] for code, found in queries.levels_of(codes).items()}


@pytest.fixture
def here(cast):
    """Aya is in France now, whatever the day of the test."""
    today = timezone.localdate()
    cast.aya.applications.all().delete()
    ApplicationFactory(member=cast.aya, first_day=today - timedelta(days=5), last_day=today + timedelta(days=50))
    good_run(timezone.now())
    return cast


def page(client, url):
    return client.get(url).content.decode()


class TestOfACountry:
    def test_the_newest_danger_information_says_the_level(self, db):
        danger(levels=[4], issued_on=date(2026, 3, 1))
        danger(levels=[2, 1], issued_on=date(2026, 11, 1))
        danger(levels=[3], issued_on=date(2026, 6, 1))
        assert levels("0033", "0039") == {"0033": [((2, 1), False)], "0039": []}

    def test_what_was_taken_back_says_no_level(self, db):
        danger(levels=[1], issued_on=date(2026, 3, 1))
        danger(levels=[4], issued_on=date(2026, 11, 1), withdrawn_at=NOW)
        assert levels("0033") == {"0033": [((1,), False)]}

    def test_infectious_diseases_have_a_level_of_their_own(self, db):
        danger(levels=[1])
        AdvisoryFactory(info_type="T81", infection_levels=[2])
        assert levels("0033") == {"0033": [((1,), False), ((2,), True)]}

    def test_only_danger_information_sets_a_level(self, db):
        AdvisoryFactory(info_type="C30", risk_levels=[4])
        assert levels("0033") == {"0033": []}

    def test_many_countries_cost_one_query(self, db, django_assert_num_queries):
        danger()
        with django_assert_num_queries(1):
            queries.levels_of(["0033", "0039", "0049"])

    def test_a_level_is_said_with_its_meaning_its_day_and_what_else_holds(self, db):
        danger(levels=[3, 1], issued_on=date(2026, 11, 1))
        with translation.override("ja"):
            (row,) = presenters.country_rows(by_codes(["0033"]), queries.levels_of(["0033"]))
            (line,) = row.lines
        assert (line.label, line.others, line.issued_on, line.weight) == (
            "危険レベル3：渡航は止めてください",
            "1",
            date(2026, 11, 1),
            "danger",
        )

    def test_information_without_a_level_is_not_shown_as_safe(self, db):
        danger(levels=[])
        (row,) = presenters.country_rows(by_codes(["0033"]), queries.levels_of(["0033"]))
        assert (row.lines[0].weight, row.level) == ("neutral", 0)


class TestOnPages:
    def test_the_member_reads_level_day_change_and_where_it_is_from(self, here):
        danger(
            levels=[3, 1],
            issued_on=date(2026, 11, 1),
            version=2,
            changed_at=timezone.now(),
            url="https://www.anzen.mofa.go.jp/x",
        )
        text = page(here.client(here.aya), MINE)
        for words in (
            "危険レベル3：渡航は止めてください",
            "ほかの地域では 1",
            "外務省 2026年11月1日(日) 発出",
            "更新",
            "レベル3",
            "https://www.anzen.mofa.go.jp/x",
        ):
            assert words in text, words

    def test_where_no_level_is_known_the_member_reads_that_it_is_not_known(self, here):
        text = page(here.client(here.aya), MINE)
        assert "危険レベルの情報を取得できていません。安全という意味ではありません。" in text

    def test_an_item_shows_the_ministry_s_day_not_ours(self, here):
        AdvisoryFactory(issued_on=date(2026, 11, 2), issued_at=NOW - timedelta(days=19), changed_at=timezone.now())
        assert "2026年11月2日(月) 11:10 発出" in page(here.client(here.aya), MINE)

    def test_an_item_without_text_says_so_and_the_desk_reads_why_it_is_asked(self, here):
        row = AdvisoryFactory(lead="", needs_look=True, oddities=["no_text"], changed_at=timezone.now())
        mine = page(here.client(here.aya), MINE)
        assert "本文はありません" in mine
        assert "概要を読む" not in mine
        desk = page(here.client(here.office), f"/admin/desk/advisories/{row.pk}/")
        assert "本文なし" in desk
        assert "下の国・地域の会員には表示されています" in desk

    def test_what_was_taken_back_leaves_the_member_s_list_and_is_marked_for_the_office(self, here):
        row = AdvisoryFactory(title="陸路退避", withdrawn_at=NOW, changed_at=timezone.now())
        assert "陸路退避" not in page(here.client(here.aya), MINE)
        for url in ("/admin/desk/advisories/", f"/admin/desk/advisories/{row.pk}/"):
            assert "から外務省の配信にありません" in page(here.client(here.office), url)

    def test_a_file_that_stands_still_is_told_to_members_too(self, here):
        good_run(timezone.now(), feed_time=timezone.now() - timedelta(days=200))
        assert "外務省のデータが更新されていません" in page(here.client(here.aya), MINE)

    def test_the_levels_of_a_trip_stand_on_its_application(self, here):
        danger(levels=[2], issued_on=date(2026, 11, 1))
        text = page(here.client(here.aya), f"/applications/{here.aya.applications.get().pk}/")
        assert "危険レベル2：不要不急の渡航は止めてください" in text
        here.aya.applications.get().destinations.update(country_id="0039")
        text = page(here.client(here.aya), f"/applications/{here.aya.applications.get().pk}/")
        assert "危険レベルの情報を取得できていません" in text

    def test_home_shows_the_level_of_each_trip(self, here):
        danger(levels=[2], issued_on=date(2026, 11, 1))
        assert "危険レベル2：不要不急の渡航は止めてください" in page(here.client(here.aya), "/")

    @pytest.mark.parametrize(
        ("who", "url"),
        [
            ("doi", "/school/advisories/?show=levels"),
            ("office", "/admin/desk/advisories/?show=levels"),
            ("doi", "/school/"),
        ],
    )
    def test_school_and_office_see_the_levels_where_their_members_are(self, here, who, url):
        danger(levels=[4], issued_on=date(2026, 11, 1))
        text = page(here.client(getattr(here, who)), url)
        assert "危険レベル4：退避してください。渡航は止めてください" in text

    def test_today_says_of_how_many_countries_no_level_is_known(self, here):
        danger(levels=[1])
        ApplicationFactory(
            member=here.ben,
            first_day=timezone.localdate(),
            last_day=timezone.localdate() + timedelta(days=9),
            stop__country_id="0039",
        )
        here.ben.applications.exclude(destinations__country_id="0039").delete()
        panel = registered.today_advisories(here.viewer(here.doi), timezone.now())[1]
        assert ([row.country.pk for row in panel["levels"]], panel["unknown"]) == (["0033"], 1)


class TestNothingIsMissed:
    def test_a_grave_one_behind_hundreds_of_newer_ones_is_found_and_stands_first(self, here):
        grave = danger(levels=[3], changed_at=NOW - timedelta(days=30), title="重大")
        for number in range(230):
            AdvisoryFactory(changed_at=NOW + timedelta(minutes=number))
        found = queries.touching(queries.concern_by_country(here.viewer(here.doi), timezone.now()))
        assert (found.count(), found[0]) == (231, grave)
        assert "重大" in page(here.client(here.doi), "/school/advisories/?show=touching")

    def test_what_says_something_new_under_its_old_key_rises(self, here):
        old = AdvisoryFactory(first_seen_at=NOW - timedelta(days=9), changed_at=NOW + timedelta(hours=1), version=2)
        AdvisoryFactory()
        assert queries.advisories()[0] == old
        assert queries.touching(["0033"])[0] == old

    def test_the_gravest_come_first_then_the_last_news(self, db):
        mail, counter = (
            AdvisoryFactory(),
            AdvisoryFactory(title="当館休館日のお知らせ", changed_at=NOW + timedelta(days=1)),
        )
        spot, urgent = AdvisoryFactory(info_type="C30"), AdvisoryFactory(info_type="R20")
        newer = AdvisoryFactory(info_type="R20", changed_at=NOW + timedelta(hours=1))
        assert list(queries.touching(["0033"])) == [newer, urgent, spot, mail, counter]

    def test_a_page_reads_its_own_rows_only_by_index(self, db, django_assert_num_queries):
        for _number in range(5):
            AdvisoryFactory()
        with django_assert_num_queries(2):
            assert len(list(queries.touching(["0033"])[:3])) == 3
        assert queries.concern_by_country(SYSTEM, NOW) == {}


@pytest.mark.parametrize(
    ("info_type", "levels", "title", "grave"),
    [
        ("R20", [], "", Weight.DANGER),
        ("T81", [1], "", Weight.DANGER),
        ("T41", [], "", Weight.DANGER),
        ("T40", [3], "", Weight.DANGER),
        ("T40", [2], "", Weight.WARN),
        ("C50", [1], "", Weight.WARN),
        ("C50", [], "", Weight.MAIL),
        ("R10", [], "総領事館近辺での爆発", Weight.MAIL),
        ("R10", [], "４月の休館日のお知らせ", Weight.COUNTER),
        ("R10", [], "当館の臨時休館のお知らせ（治安情勢）", Weight.MAIL),
        ("R20", [], "休館日のお知らせ", Weight.DANGER),
    ],
)
def test_an_office_that_is_closed_for_a_holiday_does_not_rank_beside_an_attack(info_type, levels, title, grave):
    assert weight(info_type, levels, title) is grave
