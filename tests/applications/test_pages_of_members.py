"""A member's list, one application with its entries, calling it off, the itinerary."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse
from django.utils import timezone

from applications.models import Stay
from tests.factories.applications import ApplicationFactory, QuoteFactory, StayFactory

pytestmark = pytest.mark.django_db

LIST = reverse("member:applications:list")


def page_of(name, *args):
    return reverse(f"member:applications:{name}", args=args)


@pytest.fixture
def aya(cast):
    return cast.client(cast.aya)


@pytest.fixture
def trip(cast):
    today = timezone.localdate()
    return ApplicationFactory(member=cast.aya, first_day=today - timedelta(days=5), last_day=today + timedelta(days=40))


def stay(trip, **changes):
    day = trip.first_day.isoformat()
    data = {"kind": "stay", "country": "0033", "city": "Lyon", "starts": f"{day}T09:00", "ends": f"{day}T21:00", "place": "Hôtel"}
    return data | changes


def test_an_empty_list_says_what_will_stand_here(aya):
    page = aya.get(LIST).content.decode()
    assert "申込はまだありません" in page and "新しく申し込む" in page


def test_the_list_shows_own_applications_newest_first_and_nobody_elses(aya, cast):
    old = ApplicationFactory(member=cast.aya, submitted_at=datetime(2025, 1, 1, tzinfo=UTC), stop__city="ニース")
    new = ApplicationFactory(member=cast.aya)
    ApplicationFactory(member=cast.ben)
    assert [application for application, _chip in aya.get(LIST).context["rows"]] == [new, old]


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_whatever_its_length(aya, cast, count, django_assert_max_num_queries):
    ApplicationFactory.create_batch(count, member=cast.aya)
    with django_assert_max_num_queries(10):
        aya.get(LIST)


@pytest.mark.parametrize("count", [1, 3])
def test_the_itinerary_costs_the_same_whatever_its_length(aya, trip, count, django_assert_max_num_queries):
    StayFactory.create_batch(count, application=trip)
    with django_assert_max_num_queries(10):
        aya.get(page_of("itinerary", trip.pk))


def test_entries_are_closed_with_reason_and_way_out_until_the_fee_is_paid(aya, cast):
    application = ApplicationFactory(member=cast.aya, state="awaiting_payment", service="plus")
    response = aya.get(page_of("detail", application.pk))
    entries = {entry.label: bool(entry.url) for entry in response.context["entries"]}
    assert entries == {"申込詳細": True, "加入保険状況": False, "旅程": False, "上乗せ保険申込": False}
    assert "お支払いが済むと" in response.content.decode()


@pytest.mark.parametrize(("state", "payer"), [("in_force", "member"), ("awaiting_approval", "school")])
def test_the_itinerary_is_open_once_paid_and_at_once_where_the_school_pays(aya, cast, state, payer):
    application = ApplicationFactory(member=cast.aya, state=state, payer=payer)
    entries = {entry.label: entry.url for entry in aya.get(page_of("detail", application.pk)).context["entries"]}
    assert entries["旅程"] == page_of("itinerary", application.pk)
    assert "上乗せ保険申込" not in entries


def test_a_closed_itinerary_leads_back_with_the_reason(aya, cast):
    application = ApplicationFactory(member=cast.aya, state="awaiting_payment")
    for address in (page_of("itinerary", application.pk), page_of("stay_new", application.pk)):
        response = aya.get(address, follow=True)
        assert response.redirect_chain[-1][0] == page_of("detail", application.pk)
        assert "お支払いが済むと" in response.content.decode()


def test_details_show_what_was_applied_for_and_quoted(aya, cast):
    application = QuoteFactory(application__member=cast.aya).application
    page = aya.get(page_of("details", application.pk)).content.decode()
    for words in (application.number, "会費請求先", "渡航期間", "渡航先", "3,812円"):
        assert words in page


def test_calling_off_asks_first_and_then_says_so(aya, cast):
    ahead = timezone.localdate() + timedelta(days=30)
    application = ApplicationFactory(member=cast.aya, state="awaiting_approval", first_day=ahead, last_day=ahead)
    assert "この申込を取り消してよろしいですか。" in aya.get(page_of("cancel", application.pk), {"ask": "1"}).content.decode()
    assert "申込を取り消しました" in aya.post(page_of("cancel", application.pk), follow=True).content.decode()
    assert "取消済み" in aya.get(LIST).content.decode()


def test_what_cannot_be_called_off_here_says_why(aya, trip):
    assert "取り消せません" in aya.get(page_of("cancel", trip.pk)).content.decode()
    assert "取り消せません" in aya.post(page_of("cancel", trip.pk), follow=True).content.decode()


def test_a_stay_is_added_changed_and_deleted(aya, trip):
    itinerary = page_of("itinerary", trip.pk)
    assert "旅程に追加しました" in aya.post(page_of("stay_new", trip.pk), stay(trip), follow=True).content.decode()
    row = Stay.objects.get()
    there = row.starts_at.astimezone(ZoneInfo("Europe/Paris"))
    assert (row.city, row.zone, there.hour) == ("リヨン", "Europe/Paris", 9)
    edit = page_of("stay_edit", trip.pk, row.pk)
    shown = aya.get(edit)
    assert shown.context["form"]["city"].value() == "リヨン"
    assert aya.post(edit, stay(trip, city="Nice")).url == itinerary
    assert "ニース" in aya.get(itinerary).content.decode()
    aya.get(page_of("stay_delete", trip.pk, row.pk))
    assert Stay.objects.exists()
    assert aya.post(page_of("stay_delete", trip.pk, row.pk)).url == itinerary
    assert not Stay.objects.exists()


def test_gaps_are_pointed_out_and_lead_to_a_new_entry(aya, trip):
    page = aya.get(page_of("itinerary", trip.pk)).content.decode()
    assert "予定が入っていません" in page
    StayFactory(application=trip, starts_at=timezone.now(), ends_at=timezone.now() + timedelta(days=2))
    assert page_of("stay_new", trip.pk) in aya.get(page_of("itinerary", trip.pk)).content.decode()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"ends": "2020-01-01T00:00"}, "ends"),
        ({"starts": "2030-01-01T00:00", "ends": "2030-01-02T00:00"}, "starts"),
        ({"starts": "noon"}, "starts"),
        ({"starts": "0001-01-01T00:00"}, "starts"),
        ({"ends": "9999-12-31T23:59"}, "ends"),
        ({"kind": "boat"}, "kind"),
        ({"place": "あ" * 161}, "place"),
        ({"city": "\u3000"}, "city"),
    ],
)
def test_a_mistake_in_an_item_is_shown_at_its_field(aya, trip, changes, field):
    response = aya.post(page_of("stay_new", trip.pk), stay(trip, **changes))
    assert field in response.context["form"].errors
    assert not Stay.objects.exists()


@pytest.fixture
def autumn(cast):
    return ApplicationFactory(member=cast.aya, first_day=date(2026, 3, 1), last_day=date(2026, 11, 30))


def test_a_time_that_does_not_exist_names_the_next_one(aya, autumn):
    response = aya.post(page_of("stay_new", autumn.pk), stay(autumn, starts="2026-03-29T02:30", ends="2026-03-30T10:00"))
    assert "03:00" in response.context["form"].errors["starts"][0]


def test_a_time_that_comes_twice_asks_which_one(aya, autumn):
    data = stay(autumn, starts="2026-10-25T02:30", ends="2026-10-26T10:00")
    response = aya.post(page_of("stay_new", autumn.pk), data)
    assert set(response.context["form"].errors) == {"starts_turn"}
    assert "2回目（UTC+1）" in response.content.decode()
    aya.post(page_of("stay_new", autumn.pk), data | {"starts_turn": "1"})
    row = Stay.objects.get()
    assert row.starts_at == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    again = aya.get(page_of("stay_edit", autumn.pk, row.pk)).context["form"]
    assert (again["starts_turn"].value(), again["ends_turn"].value()) == ("1", "")


@pytest.mark.parametrize("name", ["detail", "details", "done", "edit", "cancel", "itinerary", "stay_new"])
def test_a_stranger_finds_nothing(cast, trip, name):
    for who in (cast.ben, cast.chika):
        assert cast.client(who).get(page_of(name, trip.pk)).status_code == 404
