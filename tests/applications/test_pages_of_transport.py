"""A flight or train as typed from the ticket: each time is read by the clock of its own end (member-portal.md M5)."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from applications.models import Application, Stay
from applications.queries.itinerary import plans_of
from applications.timeline import transport_tasks
from tests.factories.applications import ApplicationFactory, StayFactory

pytestmark = pytest.mark.django_db

JAPAN, HAWAII, USA, FRANCE, BRITAIN = "0081", "1808", "1000", "0033", "0044"


@pytest.fixture
def trip(cast):
    return ApplicationFactory(member=cast.aya, first_day=date(2026, 12, 20), last_day=date(2027, 1, 7))


@pytest.fixture
def save(cast, trip):
    """Save an item as Aya types it; gives the answer of the server."""
    aya = cast.client(cast.aya)

    def act(departure, arrival, **changes):
        ends = {
            f"{prefix}{name}": value
            for prefix, end in (("from_", departure), ("", arrival))
            for name, value in zip(("country", "city"), end, strict=True)
        }
        return aya.post(reverse("member:applications:stay_new", args=[trip.pk]), {"kind": "flight", **ends, **changes})

    return act


def utc(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("departure", "arrival", "starts", "ends", "moments"),
    [
        # NH184 lands before it starts, by the clocks on the walls.
        ((JAPAN, "東京"), (HAWAII, "ホノルル"), "2026-12-22T21:35", "2026-12-22T09:45", ("2026-12-22T12:35", "2026-12-22T19:45")),
        # AF7, AF8
        ((USA, "ニューヨーク"), (FRANCE, "パリ"), "2026-12-22T18:00", "2026-12-23T07:30", ("2026-12-22T23:00", "2026-12-23T06:30")),
        ((FRANCE, "Paris"), (USA, "New York"), "2026-12-22T13:00", "2026-12-22T15:20", ("2026-12-22T12:00", "2026-12-22T20:20")),
        # The flight home.
        ((HAWAII, "Honolulu"), (JAPAN, "Tokyo"), "2027-01-05T12:30", "2027-01-06T16:45", ("2027-01-05T22:30", "2027-01-06T07:45")),
    ],
)
def test_each_time_of_a_flight_is_read_by_the_clock_of_its_own_end(save, departure, arrival, starts, ends, moments):
    assert save(departure, arrival, starts=starts, ends=ends).status_code == 302
    flight = Stay.objects.get()
    assert (flight.starts_at, flight.ends_at) == tuple(utc(text) for text in moments)


def test_each_time_of_a_train_is_read_by_the_clock_of_its_own_end(save):
    save((FRANCE, "パリ"), (BRITAIN, "ロンドン"), kind="train", starts="2026-12-22T10:12", ends="2026-12-22T11:30")
    train = Stay.objects.get()
    assert (train.starts_at, train.ends_at) == (utc("2026-12-22T09:12"), utc("2026-12-22T11:30"))


def test_what_is_saved_is_shown_again_as_it_was_typed(cast, trip, save):
    save((JAPAN, "東京"), (HAWAII, "ホノルル"), starts="2026-12-22T21:35", ends="2026-12-22T09:45")
    form = cast.client(cast.aya).get(reverse("member:applications:stay_edit", args=[trip.pk, Stay.objects.get().pk])).context["form"]
    shown = {name: str(form[name].value()) for name in ("from_country", "from_city", "starts", "country", "city", "ends")}
    starts = {"from_country": JAPAN, "from_city": "東京", "starts": "2026-12-22 21:35:00"}
    assert shown == starts | {"country": HAWAII, "city": "ホノルル", "ends": "2026-12-22 09:45:00"}


@pytest.mark.parametrize(
    ("departure", "arrival", "changes", "field"),
    [
        # Backwards by the moments, though not by the clocks: 12:00Z to 11:00Z.
        ((FRANCE, "パリ"), (JAPAN, "東京"), {"starts": "2026-12-22T13:00", "ends": "2026-12-22T20:00"}, "ends"),
        ((JAPAN, ""), (HAWAII, "ホノルル"), {}, "from_city"),
        (("", "東京"), (HAWAII, "ホノルル"), {}, "from_country"),
        ((BRITAIN, "パリ"), (HAWAII, "ホノルル"), {}, "from_city"),
        ((JAPAN, "東京"), (FRANCE, "ホノルル"), {}, "city"),
        ((USA, "どこかの町"), (FRANCE, "パリ"), {}, "from_zone"),
        ((JAPAN, "東京"), (JAPAN, "京都"), {"kind": "stay"}, "country"),
        # The clocks of New York jump over half past two; those of Paris, where it lands, do so two weeks later.
        ((USA, "ニューヨーク"), (FRANCE, "パリ"), {"starts": "2027-03-14T02:30", "ends": "2027-03-14T20:00"}, "starts"),
        ((USA, "ニューヨーク"), (FRANCE, "パリ"), {"starts": "2027-03-27T12:00", "ends": "2027-03-28T02:30"}, "ends"),
        ((FRANCE, "パリ"), (USA, "ニューヨーク"), {"starts": "2026-10-25T02:30", "ends": "2026-10-25T08:00"}, "starts_turn"),
    ],
)
def test_a_mistake_is_shown_at_its_own_field_and_nothing_typed_is_lost(save, departure, arrival, changes, field):
    page = save(departure, arrival, **{"starts": "2026-12-22T21:35", "ends": "2026-12-23T23:45"} | changes)
    assert field in page.context["form"].errors
    assert page.context["form"]["from_city"].value() == departure[1]
    assert not Stay.objects.exists()


@pytest.fixture
def old(trip):
    """A flight from before both ends were asked."""
    return StayFactory(
        application=trip, kind="flight", country_id=FRANCE, city="パリ", zone="Europe/Paris", to_check=True,
        starts_at=utc("2026-12-21T10:00"), ends_at=utc("2026-12-21T17:00"),
    )  # fmt: skip


def test_old_transport_asks_for_its_departure_and_is_in_order_once_it_is_saved(cast, trip, old):
    aya = cast.client(cast.aya)
    edit = reverse("member:applications:stay_edit", args=[trip.pk, old.pk])
    itinerary = aya.get(reverse("member:applications:itinerary", args=[trip.pk])).content.decode()
    assert "時刻を確認し、出発地を入力してください" in itinerary
    assert edit in itinerary
    form = aya.get(edit).context["form"]
    assert (form["from_country"].value(), form["from_city"].value(), str(form["starts"].value())) == ("", "", "2026-12-21 11:00:00")
    kept = {"kind": "flight", "country": FRANCE, "city": "パリ", "ends": "2026-12-21T18:00"}
    aya.post(edit, {**kept, "from_country": JAPAN, "from_city": "東京", "starts": "2026-12-21T11:00"})
    old.refresh_from_db()
    assert (old.to_check, old.starts_at, old.ends_at) == (False, utc("2026-12-21T02:00"), utc("2026-12-21T17:00"))


def test_old_transport_is_a_task_at_home_until_it_was_checked_or_is_over(trip, old):
    def tasks(at):
        return transport_tasks(plans_of(Application.objects.all()), at)

    before = utc("2026-12-21T09:00")
    (task,) = tasks(before)
    assert task.url == reverse("member:applications:stay_edit", args=[trip.pk, old.pk])
    assert tasks(old.ends_at) == []
    StayFactory(application=trip, kind="train", to_check=True, starts_at=old.ends_at, ends_at=utc("2026-12-22T17:00"))
    (task,) = tasks(before)
    assert (task.url, "2" in task.title) == (reverse("member:applications:itinerary", args=[trip.pk]), True)
    Stay.objects.update(to_check=False)
    assert tasks(before) == []


def test_home_shows_the_task(cast):
    today = timezone.localdate()
    trip = ApplicationFactory(member=cast.aya, first_day=today - timedelta(days=2), last_day=today + timedelta(days=40))
    ahead = timezone.now() + timedelta(days=3)
    StayFactory(application=trip, kind="flight", to_check=True, starts_at=ahead, ends_at=ahead + timedelta(hours=9))
    assert "飛行機・電車の時刻を確認してください" in cast.client(cast.aya).get("/").content.decode()


def test_the_form_names_each_end_and_its_clock(cast, trip, save):
    new = cast.client(cast.aya).get(reverse("member:applications:stay_new", args=[trip.pk])).context["form"]
    assert [str(new[name].label) for name in ("starts", "city", "ends")] == ["開始（現地時刻）", "都市", "終了（現地時刻）"]
    flight = save((JAPAN, "東京"), (HAWAII, ""), starts="2026-12-22T21:35", ends="2026-12-22T09:45").context["form"]
    words = [str(flight[name].label) for name in ("from_city", "starts", "city", "ends")]
    assert words == ["出発地の都市", "出発日時（出発地の現地時刻）", "到着地の都市", "到着日時（到着地の現地時刻）"]
    assert flight.fields["from_city"].required
