"""Whoever is asked because they will travel there is in Japan until they leave, and awake by Japan's clock (safety.md S3)."""

from datetime import UTC, date, datetime

import pytest

from applications.queries.departures import not_departed
from ossma.core.viewer import SYSTEM
from safety.queries import people
from safety.queries.people import Wanted
from safety.queries.silence import to_call
from tests.factories.applications import ApplicationFactory, StayFactory
from tests.factories.safety import DAY, HOUR, NOW, recipient, sent

pytestmark = pytest.mark.django_db

# NOW is ten past eleven in the morning in Japan, ten past three at night in Paris.
LEAVES = date(2026, 11, 26)
TOKYO = {"country_id": "0081", "city": "東京", "zone": "Asia/Tokyo"}
PARIS = {"country_id": "0033", "city": "パリ", "zone": "Europe/Paris"}


def journey(departure, arrival):
    return {"kind": "flight", **arrival, **{f"from_{name}": value for name, value in departure.items()}}


@pytest.fixture
def trip(cast):
    cast.aya.applications.all().delete()
    return ApplicationFactory(member=cast.aya, first_day=LEAVES, last_day=date(2026, 12, 20))


def ask(office):
    return sent(office, audience={"countries": ["0033"], "arriving_days": 14})


def shown(office, check, member, at):
    rows = people.people(people.wanted_rows(office, check, Wanted(), at=at), at)
    return next(person for person in rows if person.row.member_id == member.pk)


def test_who_will_travel_there_is_shown_in_japan_and_awake_by_its_clock(cast, office, trip):
    check = ask(office)
    aya, ben = (shown(office, check, member, NOW) for member in (cast.aya, cast.ben))
    assert (aya.home, aya.local_time, aya.asleep) == ("まだ日本（出発 11月26日(木)）", "11:10", False)
    assert (ben.home, ben.local_time, ben.asleep) == ("", "03:10", True)
    assert recipient(check, cast.aya).country_id == "0033", "the question is about where the journey leads"


def test_of_the_silent_those_are_called_who_are_awake_where_they_are(cast, office, trip):
    check = ask(office)
    called = to_call(check, check.recipients.all(), NOW + HOUR)
    assert list(called.values_list("member", flat=True)) == [cast.aya.pk]
    assert people.quiet(office, check, NOW + HOUR).to_call == 1


def test_once_they_have_left_the_clock_of_the_destination_holds(cast, office, trip):
    check = ask(office)
    # 03:10 in Paris, 11:10 in Japan; then 18:10 in Paris, ten past two at night in Japan.
    for at, awake in ((NOW + 7 * DAY, False), (NOW + 7 * DAY + 15 * HOUR, True)):
        aya = shown(office, check, cast.aya, at)
        assert (aya.home, aya.asleep) == ("", not awake)
        assert to_call(check, check.recipients.filter(member=cast.aya), at).exists() is awake


def test_whoever_is_asked_by_name_before_the_trip_is_in_japan_too(cast, office, trip):
    check = sent(office, audience={"named": [cast.aya.pk]})
    aya = shown(office, check, cast.aya, NOW)
    assert (aya.row.country_id, aya.home, aya.local_time) == (None, "まだ日本（出発 11月26日(木)）", "11:10")


def test_the_flight_from_japan_tells_the_day_better_than_the_application(cast, trip):
    flight = StayFactory(
        application=trip, **journey(TOKYO, PARIS), starts_at=datetime(2026, 11, 26, 15, 30, tzinfo=UTC), ends_at=datetime(2026, 11, 27, 5, tzinfo=UTC)
    )
    # Half past midnight of the 27th in Japan; the 26th is the first day of the trip.
    for at in (NOW, datetime(2026, 11, 26, 12, tzinfo=UTC)):
        assert not_departed(SYSTEM, [cast.aya.pk, cast.ben.pk], at) == {cast.aya.pk: date(2026, 11, 27)}
    assert not_departed(SYSTEM, [cast.aya.pk], flight.starts_at) == {}


def test_whoever_is_back_or_has_no_trip_ahead_has_not_yet_to_depart(cast, trip):
    StayFactory(
        application=trip, **journey(PARIS, TOKYO), starts_at=datetime(2026, 12, 10, 12, tzinfo=UTC), ends_at=datetime(2026, 12, 11, tzinfo=UTC)
    )
    assert not_departed(SYSTEM, [cast.aya.pk], datetime(2026, 12, 12, tzinfo=UTC)) == {}
    assert not_departed(SYSTEM, [cast.aya.pk], datetime(2027, 3, 1, tzinfo=UTC)) == {}
    assert not_departed(cast.viewer(cast.chika), [cast.aya.pk], NOW) == {}


def test_times_that_nobody_has_checked_rest_nobody(cast, office):
    cast.ben.applications.all().delete()
    cast.chika.applications.all().delete()
    check = sent(office)
    noon = datetime(2026, 11, 21, 11, tzinfo=UTC)
    flight = StayFactory(application=cast.aya.applications.get(), kind="flight", to_check=True, starts_at=noon - HOUR, ends_at=noon + HOUR)
    assert people.quiet(office, check, noon).to_call == 1
    flight.to_check = False
    flight.save()
    assert (people.quiet(office, check, noon).to_call, people.quiet(office, check, noon).flying) == (0, 1)
