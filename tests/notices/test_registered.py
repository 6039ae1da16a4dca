"""What advisories hang into the start pages."""

from datetime import timedelta

from django.utils import timezone

from notices import registered
from tests.factories.notices import NOW, AdvisoryFactory, good_run


def test_today_shows_what_concerns_the_school_and_a_supporter_s_group(cast):
    good_run()
    AdvisoryFactory(title="停電")
    AdvisoryFactory(countries=["0039"])
    template, doi = registered.today_advisories(cast.viewer(cast.doi), NOW)
    assert template == "school/notices/panel.html"
    assert [(one["row"].advisory.title, one["row"].concern.now) for one in doi["rows"]] == [("停電", 2)]
    assert not doi["fresh"].is_stale
    emi = registered.today_advisories(cast.viewer(cast.emi), NOW)[1]
    assert emi["rows"][0]["row"].concern.now == 1
    assert emi["rows"][0]["url"].startswith("https://")


def test_the_office_s_work_list_names_what_no_machine_could_match_and_a_stale_feed(cast):
    good_run()
    AdvisoryFactory(needs_look=True)
    office = cast.viewer(cast.office)
    assert [(item.key, item.count) for item in registered.desk_work(office, NOW)] == [("advisories", 1)]
    late = registered.desk_work(office, NOW + timedelta(hours=1))
    assert late[-1].urgent


def test_a_stale_feed_is_told_but_does_not_take_the_product_off_the_net(db):
    assert registered.feed_health().ok
    good_run(timezone.now() - timedelta(days=1))
    assert "stale" in registered.feed_health().detail
