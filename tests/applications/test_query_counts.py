"""Any member page stays under 15 queries (quality.md, "Speed and scale")."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from applications.actions.drafts import save_draft
from applications.forms.applying import typed
from tests.factories.applications import ApplicationFactory, PeriodChangeFactory, QuoteFactory, StayFactory

pytestmark = pytest.mark.django_db

MOST = 15
TYPED = {
    "service": "ossma", "payer": "member", "purpose": "study", "host": "", "stops-0-country": "0033", "stops-0-city": "パリ",
    "stops-1-country": "0039", "stops-1-city": "ローマ", "stops-2-country": "0044", "stops-2-city": "London",
}  # fmt: skip


def count(client, method, address, data=None):
    with CaptureQueriesContext(connection) as queries:
        response = getattr(client, method)(address, data)
    assert response.status_code in (200, 302), response.content.decode()[:300]
    return len(queries)


@pytest.mark.parametrize(
    "name", ["list", "new", "detail", "details", "done", "edit", "cancel", "withdraw", "itinerary", "stay_new", "stay_edit", "stay_delete"]
)
def test_a_members_page_asks_the_database_little(cast, name):
    application = ApplicationFactory(member=cast.aya)
    QuoteFactory(application=application)
    PeriodChangeFactory(application=application)
    stay = StayFactory.create_batch(3, application=application)[0]
    args = {"list": [], "new": [], "stay_edit": [application.pk, stay.pk], "stay_delete": [application.pk, stay.pk]}.get(name, [application.pk])
    assert count(cast.client(cast.aya), "get", reverse(f"member:applications:{name}", args=args)) < MOST


@pytest.mark.parametrize(("name", "method"), [("new", "get"), ("fee", "post"), ("confirm", "get")])
def test_the_way_through_the_form_does_too_with_three_stops(cast, name, method):
    today = timezone.localdate().isoformat()
    data = typed(TYPED | {"first_day": today, "last_day": today})
    save_draft(member_id=cast.aya.pk, data=data, actor=cast.viewer(cast.aya), at=timezone.now())
    client = cast.client(cast.aya)
    assert count(client, method, reverse(f"member:applications:{name}"), data) < MOST
