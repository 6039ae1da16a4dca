"""What this room shows on other rooms' pages."""

from datetime import UTC, datetime, time, timedelta

import pytest
from django.template.loader import render_to_string
from django.utils import timezone

from applications.models import Application
from ossma.core import registries
from tests.factories.applications import ApplicationFactory, StayFactory

pytestmark = pytest.mark.django_db

NOW = timezone.now()
TODAY = timezone.localdate()


def trip(member, *, begins=-5, **changes) -> Application:
    return ApplicationFactory(member=member, first_day=TODAY + timedelta(days=begins), last_day=TODAY + timedelta(days=begins + 20), **changes)


def panel(kind, *args):
    template, context = kind(*args)
    return render_to_string(template, {"panel": context})


def test_today_counts_what_waits_for_the_school_and_for_money(cast):
    for member, state in ((cast.aya, "awaiting_approval"), (cast.ben, "awaiting_payment"), (cast.chika, "awaiting_approval")):
        trip(member, state=state)
    build = registries.today_panels.get("applications.waiting")
    _template, context = build(cast.viewer(cast.doi), NOW)
    assert [line["count"] for line in context["lines"]] == [1, 1, 0]
    assert "state=awaiting_approval" in panel(build, cast.viewer(cast.doi), NOW)
    assert "href" not in panel(build, cast.viewer(cast.emi), NOW)


def test_the_members_file_shows_trips_itinerary_and_the_place_now(cast):
    StayFactory(application=trip(cast.aya), starts_at=NOW - timedelta(days=1), ends_at=NOW + timedelta(days=1), place="Hôtel <b>", phone="+33 1")
    build = registries.member_panels.get("applications")
    page = panel(build, cast.viewer(cast.doi), cast.aya.pk, NOW)
    for words in ("リヨン", "Hôtel &lt;b&gt;", "+33 1", "現地"):
        assert words in page


def test_the_members_file_shows_both_ends_of_a_flight_by_their_own_clocks_and_who_is_still_in_japan(cast):
    cast.aya.applications.all().delete()
    application = trip(cast.aya, begins=2)
    leaves = datetime.combine(TODAY + timedelta(days=2), time(12, 35), UTC)
    ends = {"country_id": "1808", "city": "ホノルル", "zone": "Pacific/Honolulu", "from_country_id": "0081", "from_city": "東京"}
    StayFactory(
        application=application, kind="flight", from_zone="Asia/Tokyo", starts_at=leaves, ends_at=leaves + timedelta(hours=7, minutes=10), **ends
    )
    StayFactory(application=application, kind="train", to_check=True, starts_at=leaves + timedelta(days=2), ends_at=leaves + timedelta(days=3))
    page = panel(registries.member_panels.get("applications"), cast.viewer(cast.doi), cast.aya.pk, NOW)
    for words in ("21:35", "09:45", "東京", "まだ日本", "時刻は未確認"):
        assert words in page


def test_the_members_file_of_a_strangers_member_is_empty(cast):
    trip(cast.chika)
    page = panel(registries.member_panels.get("applications"), cast.viewer(cast.doi), cast.chika.pk, NOW)
    assert "申込はまだありません" in page


def test_the_rooms_hang_in_once_each():
    assert registries.settled.get("application").__name__ == "on_settled"


def test_who_helps_in_an_emergency_reads_where_the_member_stays_and_whom_to_ask_there(cast):
    place = {"place": "Hôtel du Lac", "address": "1 quai, Lyon", "phone": "+33 4 00"}
    told = {**place, "local_contact": "Mme Roux +33 6", "booking": "AB12", "note": "4階"}
    day, application = timedelta(days=1), trip(cast.aya)
    StayFactory(application=application, starts_at=NOW - day, ends_at=NOW + day, **told)
    StayFactory(application=application, starts_at=NOW + day, ends_at=NOW + 2 * day, place="次の宿")
    lines = registries.cover_facts.get("applications.stay")(cast.aya.pk, NOW)
    assert [line.value for line in lines] == ["Hôtel du Lac, 1 quai, Lyon", "+33 4 00", "Mme Roux +33 6", "AB12", "4階"]
    assert not any(line.is_policy for line in lines)
    assert registries.cover_facts.get("applications.stay")(cast.ben.pk, NOW) == []
