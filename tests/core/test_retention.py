"""What has ended is forgotten: sessions, signed-in devices, counters of limits."""

from datetime import UTC, datetime, timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.utils import timezone

from ossma.core import registries
from ossma.core.limits import JOIN_ACCOUNT
from ossma.core.models import RateCounter
from ossma.core.ratelimit import allowed
from tests.cast import make_cast

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 21, tzinfo=UTC)


def device(client):
    session = Session.objects.get(pk=client.session.session_key)
    user_id = client.session["_auth_user_id"]
    UserSession.objects.create(user_id=user_id, session_key=session.pk, ip="192.0.2.7", user_agent="x")
    return session


def test_ended_sessions_go_with_what_is_known_of_their_devices_and_living_ones_stay():
    cast, now = make_cast(), timezone.now()
    ended, living = device(cast.client(cast.aya)), device(cast.client(cast.ben))
    Session.objects.filter(pk=ended.pk).update(expire_date=now - timedelta(seconds=1))
    UserSession.objects.create(user=cast.chika.user, session_key="logged out long ago", ip="192.0.2.8", user_agent="x")
    forget = registries.retention.get("core.sessions")
    assert forget(now, True) == 3
    assert Session.objects.filter(pk=ended.pk).exists()
    assert forget(now, False) == 3
    assert list(Session.objects.values_list("pk", flat=True)) == [living.pk]
    assert [row.session_key for row in UserSession.objects.all()] == [living.pk]


def test_counters_go_when_no_limit_asks_for_them_any_more():
    for days in (0, 30):
        allowed(JOIN_ACCOUNT, key="aya", at=AT - timedelta(days=days))
    forget = registries.retention.get("core.rates")
    assert forget(AT, True) == 1
    assert forget(AT, False) == 1
    assert RateCounter.objects.get().window == AT
