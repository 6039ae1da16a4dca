"""編集 of what has no price: destination, purpose, host."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from applications.actions.changing import Change, change_application
from applications.queries.places import Place
from ossma.core.models import AuditEntry
from ossma.core.refusals import NotFound, Refused
from tests.applications.conftest import PARIS
from tests.factories.applications import ApplicationFactory, DestinationFactory

pytestmark = pytest.mark.django_db

ROME = Place("0039", "ローマ", "Europe/Rome")


@pytest.fixture
def trip(cast):
    today = timezone.localdate()
    return ApplicationFactory(member=cast.aya, first_day=today, last_day=today + timedelta(days=20))


def change(cast, trip, *stops, who=None, at=None, host=""):
    wanted = Change(purpose="study", host=host, stops=stops)
    return change_application(application_id=trip.pk, change=wanted, actor=cast.viewer(who or cast.aya), at=at or timezone.now())


def stops(trip):
    return [(stop.position, stop.city) for stop in trip.destinations.all()]


def fields_on_record():
    return AuditEntry.objects.filter(action="application.changed").first().detail["fields"]


def test_a_stop_takes_the_place_of_another_in_the_same_row(cast, trip):
    row = trip.destinations.get().pk
    change(cast, trip, ROME)
    assert stops(trip) == [(1, "ローマ")]
    assert trip.destinations.get().pk == row
    assert fields_on_record() == ["destinations"]


def test_stops_come_and_go(cast, trip):
    DestinationFactory(application=trip, position=2, city="ニース")
    change(cast, trip, ROME, PARIS, Place("0044", "ロンドン", "Europe/London"))
    assert stops(trip) == [(1, "ローマ"), (2, "パリ"), (3, "ロンドン")]
    change(cast, trip, PARIS, host="Sorbonne")
    assert stops(trip) == [(1, "パリ")]
    assert fields_on_record() == ["host", "destinations"]


def test_nobody_changes_a_strangers_application(cast, trip):
    with pytest.raises(NotFound):
        change(cast, trip, ROME, who=cast.ben)


def test_after_the_last_day_nothing_changes(cast, trip):
    with pytest.raises(Refused) as refused:
        change(cast, trip, ROME, at=timezone.now() + timedelta(days=22))
    assert refused.value.code == "over"


@pytest.fixture
def page(trip):
    return reverse("member:applications:edit", args=[trip.pk])


TYPED = {"purpose": "work", "host": "Roma Tre", "stops-0-country": "0039", "stops-0-city": "Rome"}


def typed(trip):
    return TYPED | {"first_day": trip.first_day.isoformat(), "last_day": trip.last_day.isoformat()}


def test_the_way_is_form_check_question_yes(cast, trip, page):
    aya = cast.client(cast.aya)
    form = aya.get(page)
    assert form.context["stops"][0]["city"].value() == "パリ"
    assert "編集内容を確認する" in form.content.decode()
    check = aya.post(page, typed(trip) | {"step": "check"}).content.decode()
    assert "ローマ（イタリア）" in check and "変更する" in check
    assert "変更してよろしいですか。" in aya.post(page, typed(trip) | {"step": "ask"}).content.decode()
    assert stops(trip) == [(1, "パリ")]
    assert "申込を変更しました" in aya.post(page, typed(trip) | {"step": "yes"}, follow=True).content.decode()
    trip.refresh_from_db()
    assert (stops(trip), trip.purpose, trip.host) == ([(1, "ローマ")], "work", "Roma Tre")


def test_mending_goes_back_to_the_form_with_what_was_typed(cast, trip, page):
    response = cast.client(cast.aya).post(page, typed(trip) | {"step": "form"})
    assert response.context["form"]["host"].value() == "Roma Tre"
    assert response.context["stops"][0]["city"].value() == "Rome"


def test_a_mistake_stays_on_the_form_whatever_the_step(cast, trip, page):
    response = cast.client(cast.aya).post(page, typed(trip) | {"stops-0-city": "", "step": "yes"})
    assert "city" in response.context["stops"][0].errors
    assert stops(trip) == [(1, "パリ")]


def test_an_application_that_has_ended_cannot_be_edited(cast):
    trip = ApplicationFactory(member=cast.aya, state="cancelled")
    response = cast.client(cast.aya).get(reverse("member:applications:edit", args=[trip.pk]), follow=True)
    assert "この申込は終わっています" in response.content.decode()
    assert "編集" not in response.content.decode()
