"""The last sign of life comes from any source and only moves forward (safety.md S3)."""

from datetime import UTC, datetime

import pytest

from applications.actions.itinerary import Entry, add_stay
from applications.queries.places import Place
from ossma.core import registries
from safety.life import touch_life
from safety.models import SignOfLife
from tests.factories.safety import DAY, HOUR, MINUTE, NOW

pytestmark = pytest.mark.django_db


def life(member):
    return SignOfLife.objects.filter(member=member).values_list("at", "source", "place").first()


def test_news_moves_it_forward_and_old_news_does_not(cast):
    touch_life(member_ids=[cast.aya.pk, cast.ben.pk], at=NOW, source="login")
    touch_life(member_ids=[cast.aya.pk], at=NOW + HOUR, source="call", place="パリ")
    touch_life(member_ids=[cast.aya.pk], at=NOW + MINUTE, source="tap")
    assert life(cast.aya) == (NOW + HOUR, "call", "パリ")
    assert life(cast.ben) == (NOW, "login", "")


def test_a_login_is_a_sign_of_life(cast, client):
    client.post("/login/", {"login": "aya@example.jp", "password": "Demo-Pass-2026"})
    assert life(cast.aya)[1] == "login"


def test_a_member_who_plans_is_alive_and_an_administrator_who_does_it_for_them_says_nothing(cast):
    entry = Entry("stay", Place("0033", "パリ", "Europe/Paris"), datetime(2026, 12, 1, tzinfo=UTC), datetime(2026, 12, 2, tzinfo=UTC))
    trip = cast.aya.applications.get()
    add_stay(application_id=trip.pk, entry=entry, actor=cast.viewer(cast.office), at=NOW)
    assert life(cast.aya) is None
    add_stay(application_id=trip.pk, entry=entry, actor=cast.viewer(cast.aya), at=NOW + DAY)
    assert life(cast.aya) == (NOW + DAY, "itinerary", "")


def test_lower_rooms_tell_through_the_registry(cast):
    registries.signs_of_life.get("safety")(cast.aya.pk, NOW, "login", "")
    assert life(cast.aya) == (NOW, "login", "")
