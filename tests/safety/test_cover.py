"""Cover guard: paid, insured, planned, reachable, and what the return date passes; the school's list of gaps (safety.md S3)."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from applications.models import Application
from applications.queries import applications
from applications.queries.itinerary import plans_of
from applications.states import ServiceCode
from ossma.core import registries
from ossma.core.models import BouncedAddress
from ossma.core.registries import Insured
from safety import guard
from safety.models import Reachability
from safety.queries.cover import line_of, lines_of, trips_with_gaps
from safety.states import CoverPart
from tests.factories.applications import ApplicationFactory, StayFactory
from tests.factories.members import MemberFactory
from tests.factories.safety import NOW

FIRST, LAST = date(2026, 11, 1), date(2026, 12, 31)


def facts(**changes) -> guard.Facts:
    """A trip in order."""
    values = {
        "state": "in_force", "service": "plus", "first_day": FIRST, "last_day": LAST, "insured": None, "gap_days": 0,
        "returns_on": LAST, "reachable": True,
    }  # fmt: skip
    return guard.Facts(**values | changes)


def missing(**changes) -> set[str]:
    return {str(mark.part) for mark in guard.marks(facts(**changes)) if not mark.is_ok}


@pytest.fixture
def cast(cast):
    """Everybody; their trips end with the year."""
    Application.objects.update(last_day=LAST)
    return cast


@pytest.fixture
def insured():
    """A register of insurance that knows one application; emptied after the test."""
    known: dict[int, Insured] = {}
    registries.cover.register("test", lambda ids, _at: {pk: known[pk] for pk in ids if pk in known})
    yield known
    registries.cover._entries.pop("test")


def test_a_paid_plus_trip_with_plan_and_contact_lacks_nothing():
    assert missing() == set()
    assert [str(mark.part) for mark in guard.marks(facts())] == ["fee", "insurance", "itinerary", "contact"]


@pytest.mark.parametrize(
    ("changes", "lacks"),
    [
        ({"state": "awaiting_payment"}, {"fee", "insurance"}),
        ({"state": "awaiting_approval"}, {"fee", "insurance"}),
        ({"service": "ossma"}, {"insurance"}),
        ({"service": "ossma", "insured": Insured(FIRST, LAST, reaches_sums=True)}, set()),
        ({"insured": Insured(FIRST, LAST, reaches_sums=False)}, {"insurance"}),
        ({"insured": Insured(FIRST, LAST - timedelta(days=1), reaches_sums=True)}, {"insurance"}),
        ({"insured": Insured(FIRST + timedelta(days=1), LAST, reaches_sums=True)}, {"insurance"}),
        ({"gap_days": 2}, {"itinerary"}),
        ({"reachable": False}, {"contact"}),
    ],
)
def test_each_part_is_missed_for_its_own_reason(changes, lacks):
    assert missing(**changes) == lacks


def test_a_return_after_the_paid_or_insured_days_is_warned_of():
    back = LAST + timedelta(days=3)
    assert guard.warnings(facts()) == []
    assert guard.warnings(facts(returns_on=back)) == [("paid", back, LAST)]
    short = Insured(FIRST, LAST - timedelta(days=1), reaches_sums=True)
    assert guard.warnings(facts(insured=short)) == [("insured", LAST, LAST - timedelta(days=1))]


def test_the_countdown_goes_to_the_departure_and_then_to_the_last_day(settings):
    assert "3" in guard.countdown(FIRST, LAST, FIRST - timedelta(days=3))
    assert "60" in guard.countdown(FIRST, LAST, FIRST)


def lines(cast):
    return lines_of(plans_of(applications.current(cast.viewer(cast.aya), NOW.date())), NOW)


def reached(member):
    Reachability.objects.get_or_create(member=member, channel="email", defaults={"last_human_at": NOW})


def planned(application):
    StayFactory(application=application, starts_at=datetime(2026, 11, 1, tzinfo=UTC), ends_at=datetime(2026, 12, 31, 22, tzinfo=UTC))


def test_a_trip_is_judged_by_what_is_in_the_tables(cast):
    trip = cast.aya.applications.get()
    assert {str(mark.part) for mark in lines(cast)[0].marks if not mark.is_ok} == {"insurance", "itinerary", "contact"}
    trip.service = ServiceCode.PLUS
    trip.save()
    planned(trip)
    reached(cast.aya)
    assert not lines(cast)[0].has_gap
    BouncedAddress.objects.create(address="aya@example.jp", first_at=NOW, last_at=NOW)
    assert lines(cast)[0].lacks(CoverPart.CONTACT)


def test_an_itinerary_beyond_the_paid_days_is_warned_of(cast):
    trip = cast.aya.applications.get()
    StayFactory(application=trip, starts_at=datetime(2026, 12, 30, tzinfo=UTC), ends_at=datetime(2027, 1, 3, 12, tzinfo=UTC))
    assert "2027" in lines(cast)[0].warnings[0]


def test_a_report_of_ones_own_neither_fills_a_gap_nor_moves_the_return(cast):
    trip = cast.aya.applications.get()
    gaps = {str(mark.part): mark.label for mark in lines(cast)[0].marks}
    StayFactory(application=trip, source="own_report", starts_at=datetime(2026, 11, 2, tzinfo=UTC), ends_at=datetime(2027, 1, 3, 12, tzinfo=UTC))
    assert {str(mark.part): mark.label for mark in lines(cast)[0].marks} == gaps
    assert lines(cast)[0].warnings == []


def test_a_flight_home_counts_by_the_day_it_departs(cast):
    home = {"country_id": "0081", "city": "東京", "zone": "Asia/Tokyo", "from_country_id": "0033", "from_city": "パリ", "from_zone": "Europe/Paris"}
    flight = StayFactory(
        application=cast.aya.applications.get(), kind="flight", **home,
        starts_at=datetime(2026, 12, 31, 20, tzinfo=UTC), ends_at=datetime(2027, 1, 1, 9, tzinfo=UTC),
    )  # fmt: skip
    assert lines(cast)[0].warnings == []
    flight.starts_at = datetime(2027, 1, 1, 1, tzinfo=UTC)
    flight.save()
    assert "2027" in lines(cast)[0].warnings[0]


def test_insurance_answers_through_its_register(cast, insured):
    trip = cast.aya.applications.get()
    insured[trip.pk] = Insured(FIRST, LAST, reaches_sums=True)
    assert not lines(cast)[0].lacks(CoverPart.INSURANCE)


def test_the_queries_do_not_grow_with_the_trips(cast, doi, django_assert_num_queries):
    for many in (0, 6):
        for _ in range(many):
            ApplicationFactory(member=MemberFactory(school=cast.aoba))
        with django_assert_num_queries(4):
            trips_with_gaps(doi, NOW)


def test_the_school_lists_its_own_trips_with_gaps_by_part(cast, doi):
    assert {line.application.member_id for line in trips_with_gaps(doi, NOW)[0]} == {cast.aya.pk, cast.ben.pk}
    assert trips_with_gaps(doi, NOW, part="fee")[0] == []
    cast.ben.applications.update(state="awaiting_payment")
    assert [line.application.member_id for line in trips_with_gaps(doi, NOW, part="fee")[0]] == [cast.ben.pk]


def test_a_long_list_goes_on_where_it_stopped(cast, doi):
    for _ in range(53):
        ApplicationFactory(member=MemberFactory(school=cast.aoba))
    first, after = trips_with_gaps(doi, NOW)
    second, end = trips_with_gaps(doi, NOW, after=after)
    assert (len(first), len(second), end) == (50, 5, None)
    assert not {line.application.pk for line in first} & {line.application.pk for line in second}


def test_trips_that_are_over_or_far_ahead_are_left_alone(cast, doi):
    cast.aya.applications.update(first_day=date(2026, 10, 1), last_day=date(2026, 11, 20))
    cast.ben.applications.update(first_day=date(2027, 1, 21), last_day=date(2027, 2, 20))
    assert trips_with_gaps(doi, NOW)[0] == []


def test_a_strangers_trip_has_no_line(cast):
    assert line_of(cast.viewer(cast.ben), cast.aya.applications.get().pk, NOW) is None


def test_home_and_application_show_the_line(cast):
    today = timezone.localdate()
    trip = cast.aya.applications.get()
    cast.aya.applications.update(first_day=today - timedelta(days=2), last_day=today + timedelta(days=20))
    client = cast.client(cast.aya)
    for url in ("/", reverse("member:applications:detail", args=[trip.pk])):
        page = client.get(url).content.decode()
        assert "保険の登録がありません" in page
        assert "連絡先が未確認です" in page
