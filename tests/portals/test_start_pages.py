"""The address everybody types, and where it leads."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.utils import timezone

from ossma.portals import caught_mail
from tests.cast import make_cast
from tests.factories.applications import ApplicationFactory, StayFactory

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def cast():
    return make_cast()


def abroad(member, **changes):
    today = timezone.now().astimezone(ZoneInfo("Europe/Paris")).date()
    return ApplicationFactory(member=member, first_day=today - 9 * DAY, last_day=today + 30 * DAY, **changes)


def test_a_stranger_is_welcomed_with_login_registration_helpline_and_faq():
    page = Client(headers={"accept-language": "ja"}).get("/").content.decode()
    for address in ("/login/", "/signup/", "/helpline/", "/faq/"):
        assert f'href="{address}"' in page


def test_the_first_visit_speaks_the_browsers_language_and_japanese_otherwise():
    assert '<html lang="en">' in Client(headers={"accept-language": "en-GB"}).get("/").content.decode()
    assert '<html lang="ja">' in Client(headers={"accept-language": "fr"}).get("/").content.decode()


def test_home_shows_the_trip_with_its_days_and_what_is_missing(cast):
    application = abroad(cast.aya)
    page = cast.client(cast.aya).get("/").content.decode()
    assert "パリ" in page
    assert "あと30日" in page
    assert f"/applications/{application.pk}/itinerary/" in page


def test_home_costs_the_same_queries_with_one_trip_and_with_three(cast, django_assert_max_num_queries):
    today = timezone.now().date()
    for number, member in enumerate((cast.aya, cast.ben)):
        for trip in range(1 + 2 * number):
            first = today + (40 * trip) * DAY
            StayFactory(application=ApplicationFactory(member=member, first_day=first, last_day=first + 30 * DAY))
    counts = []
    for member in (cast.aya, cast.ben):
        client = cast.client(member)
        with django_assert_max_num_queries(14) as queries:
            assert client.get("/").status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_staff_are_led_to_where_they_belong(cast):
    assert cast.client(cast.doi).get("/").headers["Location"] == "/school/"
    assert cast.client(cast.office).get("/").headers["Location"] == "/admin/"


def test_today_counts_the_own_schools_members_abroad_by_country(cast):
    abroad(cast.aya)
    abroad(cast.ben, stop__country_id="0044", stop__city="ロンドン", stop__zone="Europe/London")
    abroad(cast.chika)
    page = cast.client(cast.doi).get("/school/")
    assert page.context["abroad_count"] == 2
    assert sorted(row["country"].pk for row in page.context["countries"]) == ["0033", "0044"]


def test_a_supporters_today_counts_only_the_followed_group(cast):
    abroad(cast.aya)
    abroad(cast.ben)
    assert cast.client(cast.emi).get("/school/").context["abroad_count"] == 1


def test_the_manifest_makes_the_portal_installable():
    manifest = Client().get("/manifest.webmanifest")
    assert manifest.headers["Content-Type"] == "application/manifest+json"
    assert manifest.json()["display"] == "standalone"


def test_caught_mail_is_listed_newest_first_and_shown_as_text(settings, tmp_path):
    settings.VAR = tmp_path
    folder = tmp_path / "mail" / "new"
    folder.mkdir(parents=True)
    (folder / "1").write_text("To: aya@demo.example\nSubject: first\n\nHello\n")
    assert [mail.subject for mail in caught_mail.newest(to="aya@", limit=5)] == ["first"]
    assert caught_mail.newest(to="ben@", limit=5) == []
    page = Client().get("/dev/mail/1/").content.decode()
    assert "Hello" in page
    assert Client().get("/dev/mail/nothing/").status_code == 404


def test_every_answer_carries_the_strict_policy_without_inline_script_or_style():
    policy = Client().get("/").headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
