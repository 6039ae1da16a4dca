"""The pages of advisories: the school's, the office's, the member's."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from notices.models import Advisory
from tests.factories.applications import ApplicationFactory
from tests.factories.notices import AdvisoryFactory, good_run

LIST, DESK, MINE = "/school/advisories/", "/admin/desk/advisories/", "/notices/"
CREDIT = "出典：外務省 海外安全情報オープンデータ"


@pytest.fixture
def abroad_today(cast):
    """Aya is in Italy now, whatever the day of the test."""
    today = timezone.localdate()
    cast.aya.applications.all().delete()
    ApplicationFactory(member=cast.aya, first_day=today - timedelta(days=5), last_day=today + timedelta(days=50), stop__country_id="0039")
    return cast


def page(client, url):
    answer = client.get(url)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_list_shows_kind_levels_countries_members_credit_and_age(abroad_today):
    good_run(timezone.now())
    AdvisoryFactory(info_type="T40", risk_levels=[3, 1], countries=["0039"], title="イタリアの危険情報")
    text = page(abroad_today.client(abroad_today.doi), LIST)
    for words in ("危険情報", "レベル3", "レベル1", "（地域により異なる）", "イタリア", "現在 1名", "安否確認の下書きを作る", CREDIT, "最終取得"):
        assert words in text
    assert "古くなっている" not in text


def test_a_feed_that_is_not_read_any_more_is_said_to_be_stale(cast):
    good_run(timezone.now() - timedelta(hours=2))
    assert "海外安全情報が古くなっている可能性があります" in page(cast.client(cast.doi), LIST)


def test_only_those_that_concern_members_can_be_shown(abroad_today):
    mine, other = AdvisoryFactory(countries=["0039"]), AdvisoryFactory(countries=["0061"])
    text = page(abroad_today.client(abroad_today.doi), f"{LIST}?show=touching")
    assert mine.title in text
    assert other.title not in text


def test_one_advisory_shows_the_ministry_s_words_and_leads_to_its_draft(abroad_today):
    row = AdvisoryFactory(countries=["0039"], lead="◎屋内にとどまってください。")
    text = page(abroad_today.client(abroad_today.doi), f"{LIST}{row.pk}/")
    assert row.lead in text
    assert reverse("school:safety:from_advisory", args=[row.pk]) in text


def test_words_of_the_ministry_are_text_not_markup(cast):
    row = AdvisoryFactory(title="<script>alert(1)</script>", lead="<img src=x>")
    assert "<script>alert" not in page(cast.client(cast.doi), f"{LIST}{row.pk}/")


def test_only_the_office_has_a_duty_desk(cast):
    row = AdvisoryFactory(needs_look=True, unknown_countries=["9999"])
    office = cast.client(cast.office)
    assert "9999" in page(office, f"{DESK}{row.pk}/")
    assert "当番の確認が必要" not in page(cast.client(cast.doi), f"{LIST}{row.pk}/")
    assert office.post(f"{DESK}{row.pk}/looked/").status_code == 302
    assert Advisory.objects.get().looked_at is not None
    assert row.title not in page(office, f"{DESK}?show=desk")


@pytest.mark.parametrize("who", ["emi", "aya"])
def test_supporters_and_members_have_no_school_list(cast, who):
    AdvisoryFactory()
    assert cast.client(getattr(cast, who)).get(LIST).status_code == 404


def test_a_member_reads_what_concerns_their_own_stay(abroad_today):
    today = timezone.now()
    mine = AdvisoryFactory(countries=["0039"], changed_at=today)
    other = AdvisoryFactory(countries=["0061"], changed_at=today)
    text = page(abroad_today.client(abroad_today.aya), MINE)
    assert mine.title in text
    assert "現在の滞在先" in text
    assert other.title not in text
    assert CREDIT in text


def test_a_member_without_a_stay_reads_that_there_is_nothing(cast):
    cast.aya.applications.all().delete()
    assert "お知らせはありません" in page(cast.client(cast.aya), MINE)


@pytest.mark.parametrize("path", [LIST, DESK, MINE])
def test_pages_cost_the_same_with_one_and_with_three(cast, path, django_assert_max_num_queries):
    client = cast.client({LIST: cast.doi, DESK: cast.office, MINE: cast.aya}[path])
    counts = []
    for _round in range(2):
        AdvisoryFactory(changed_at=timezone.now())
        AdvisoryFactory(changed_at=timezone.now(), countries=["0039", "0033"])
        client.get(path)
        with django_assert_max_num_queries(15) as asked:
            client.get(path)
        counts.append(len(asked))
    assert counts[0] == counts[1]
