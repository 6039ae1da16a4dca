"""Posts of one country told apart where their words allow; in doubt a notice concerns everybody there (support.md N2)."""

from datetime import timedelta

import pytest
from django.utils import timezone

from notices.feeds.districts import cities_named
from notices.rules import is_elsewhere, kilometres
from tests.factories.applications import ApplicationFactory
from tests.factories.notices import AdvisoryFactory, good_run

PARIS, LYON, VERSAILLES = (48.86, 2.35), (45.76, 4.84), (48.80, 2.13)


def named(title, lead="", *, mission="505H", info_type="R10", countries=("0033",)):
    return cities_named(info_type=info_type, mission_cd=mission, country_cds=countries, title=title, lead=lead)


@pytest.mark.parametrize(
    ("title", "lead", "cities"),
    [
        ("交通規制（リヨン市内）", "", ["リヨン"]),
        ("デモにご注意ください", "土曜日、リヨン市内において集会が呼びかけられています。", ["リヨン"]),
        ("リヨンとパリのデモ", "", ["パリ", "リヨン"]),
        ("交通規制", "市内で規制があります。", []),
        ("リヨン空港の混雑", "", []),
        ("フランス全土でのストライキ", "リヨンでも予定されています。", []),
        ("中東情勢を踏まえた注意喚起", "リヨン市内でも警戒してください。", []),
        ("当館の臨時閉館", "リヨン市内の降雪のため閉館します。", []),
    ],
)
def test_a_mail_of_a_consulate_speaks_of_the_cities_it_names_unless_it_reaches_further(title, lead, cities):
    assert named(title, lead) == cities


@pytest.mark.parametrize("changes", [{"mission": "505A"}, {"mission": ""}, {"info_type": "R20"}, {"countries": ("0033", "0039")}], ids=str)
def test_embassies_urgent_mail_and_several_countries_are_not_told_apart(changes):
    assert named("交通規制（リヨン市内）", **changes) == []


def test_a_name_inside_a_longer_word_is_another_word():
    assert named("デモ（ボン市内）", mission="506F", countries=("0049",)) == ["ボン"]
    assert named("ボンベイ展の開催", mission="506F", countries=("0049",)) == []


def test_far_is_far_from_every_place_and_in_doubt_it_is_near():
    assert kilometres(PARIS, LYON) == pytest.approx(392, abs=5)
    assert is_elsewhere([LYON], [PARIS, VERSAILLES])
    assert not is_elsewhere([LYON, VERSAILLES], [PARIS])
    assert not is_elsewhere([LYON], [PARIS, None])
    assert not is_elsewhere([LYON], [])
    assert not is_elsewhere([], [PARIS])


def test_a_student_in_paris_reads_of_lyon_s_traffic_apart_and_one_in_lyon_first(cast):
    today = timezone.localdate()
    good_run(timezone.now())
    for member, (latitude, longitude) in ((cast.aya, PARIS), (cast.ben, LYON)):
        member.applications.all().delete()
        ApplicationFactory(
            member=member,
            first_day=today - timedelta(days=5),
            last_day=today + timedelta(days=9),
            stop__latitude=latitude,
            stop__longitude=longitude,
        )
    AdvisoryFactory(title="リヨンの交通規制", city_names=["リヨン"], mission_cd="505H", changed_at=timezone.now())
    texts = {who: cast.client(getattr(cast, who)).get("/notices/").content.decode() for who in ("aya", "ben")}
    assert all("リヨンの交通規制" in text for text in texts.values())
    assert "同じ国のほかの地域についてのお知らせ（1件）" in texts["aya"]
    assert "同じ国のほかの地域" not in texts["ben"]
