"""The statement and the judgement of one person say the same, whatever the audience and the small world it meets."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from applications.states import ServiceCode
from members.models import Group
from members.states import MemberKind
from notices.audience import Audience
from notices.audience_match import CityPoint, Place, reason
from notices.audience_sql import members_sql
from ossma.core.models import City
from ossma.core.refusals import Refused
from ossma.core.viewer import SYSTEM
from tests.factories.applications import ApplicationFactory, StayFactory
from tests.factories.members import GroupFactory, MemberFactory, SchoolFactory

NOW = datetime(2026, 11, 21, 2, 10, tzinfo=UTC)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
PLACE_NAMES = ("country_id", "city", "zone", "latitude", "longitude")
PEOPLE = 7
# Country, city, zone, latitude, longitude; the last two are places the list of cities does not know.
PLACES = [
    ("0033", "パリ", "Europe/Paris", 48.86, 2.35),
    ("0033", "リヨン", "Europe/Paris", 45.76, 4.84),
    ("0039", "ローマ", "Europe/Rome", 41.9, 12.5),
    ("0033", "サン＝ドニ", "Europe/Paris", 48.94, 2.36),
    ("0033", "どこかの村", "Europe/Paris", None, None),
    ("0039", "知らない町", "Europe/Rome", None, None),
]
MIDDLES = [(48.86, 2.35), (43.3, 5.4), (41.9, 12.5), (0.0, 179.9)]
CITY_NAMES = ["パリ", "リヨン", "ローマ"]


def some(values, most=2):
    return st.lists(st.sampled_from(values), max_size=most, unique=True)


def parts(with_members):
    """The lists of a group or of the exceptions, by number instead of key: the rows are made later."""
    lists = {"countries": some(["0033", "0039", "0044"]), "cities": some([0, 1, 2]), "groups": some([0, 1], 1), "schools": some([0, 1], 1)}
    lists |= {"services": some(["ossma", "plus"], 1), "kinds": some(["student", "staff"], 1)}
    return lists | ({"named": some(range(PEOPLE))} if with_members else {})


circles = st.builds(
    lambda middle, km: {"latitude": middle[0], "longitude": middle[1], "km": km}, st.sampled_from(MIDDLES), st.sampled_from([1, 30, 300, 500])
)
groups = st.fixed_dictionaries(
    {}, optional=parts(with_members=False) | {
        "everyone_abroad": st.booleans(), "near": circles, "arriving_days": st.sampled_from([0, 3, 20]), "arriving_only": st.booleans(),
    },
)  # fmt: skip
exceptions = st.fixed_dictionaries({}, optional=parts(with_members=True))
people = st.lists(
    st.fixed_dictionaries({
        "school": st.integers(0, 1), "kind": st.sampled_from(MemberKind.values), "service": st.sampled_from(ServiceCode.values),
        "groups": some([0, 1]), "begins": st.sampled_from([-20, -1, 0, 2, 15, None]), "stop": st.sampled_from(PLACES),
        "report": st.none() | st.sampled_from(PLACES), "aloft": st.none() | st.tuples(st.sampled_from(PLACES), st.sampled_from(PLACES)),
        "stays": st.lists(st.tuples(st.sampled_from([-2, 1, 5, 18]), st.sampled_from(PLACES)), max_size=2),
    }),
    min_size=PEOPLE, max_size=PEOPLE,
)  # fmt: skip


class Small:
    """Seven members, two schools, two groups across them, and where everybody is."""

    def __init__(self, drawn):
        self.schools = [SchoolFactory().pk, SchoolFactory().pk]
        self.groups = [GroupFactory(school_id=pk).pk for pk in self.schools]
        self.cities = {city.pk: point(city) for city in City.objects.all()}
        by_name = {city.names[0]: city.pk for city in self.cities.values()}
        self.city_ids = [by_name[name] for name in CITY_NAMES]
        self.members = [self.person(one) for one in drawn]

    def person(self, one):
        member = MemberFactory(school_id=self.schools[one["school"]], kind=one["kind"], contacts=0)
        for n in one["groups"]:
            Group.objects.get(pk=self.groups[n]).members.add(member)
        if one["begins"] is not None:
            country, city, zone, latitude, longitude = one["stop"]
            first = NOW.date() + one["begins"] * DAY
            application = ApplicationFactory(
                member=member, service=one["service"], first_day=first, last_day=first + 60 * DAY, stop__country_id=country, stop__city=city,
                stop__zone=zone, stop__latitude=latitude, stop__longitude=longitude,
            )  # fmt: skip
            for days, (country, city, zone, latitude, longitude) in one["stays"]:
                StayFactory(
                    application=application, country_id=country, city=city, zone=zone, latitude=latitude, longitude=longitude,
                    starts_at=NOW + days * DAY, ends_at=NOW + (days + 3) * DAY,
                )  # fmt: skip
            if one["aloft"]:
                departure, arrival = (dict(zip(PLACE_NAMES, end, strict=True)) for end in one["aloft"])
                ends = arrival | {f"from_{name}": value for name, value in departure.items()}
                StayFactory(application=application, kind="flight", starts_at=NOW - HOUR, ends_at=NOW + 3 * HOUR, **ends)
            if one["report"]:
                said = dict(zip(PLACE_NAMES, one["report"], strict=True))
                StayFactory(application=application, source="own_report", starts_at=NOW - HOUR, ends_at=NOW + DAY, **said)
        return member

    def spec(self, drawn):
        """Numbers become keys."""
        keys = {"cities": self.city_ids, "groups": self.groups, "schools": self.schools, "named": [member.pk for member in self.members]}
        return {name: [keys[name][n] for n in value] if name in keys else value for name, value in drawn.items()}

    def places(self, member):
        """Where a member is and will be, worked out by hand from their rows."""
        found = []
        for application in member.applications.all():
            own = {"member_id": member.pk, "school_id": member.school_id, "service": application.service, "kind": member.kind}
            own |= {"groups": frozenset(member.groups.values_list("pk", flat=True)), "first_day": application.first_day}
            stop = application.destinations.get()
            stays = sorted(application.stays.all(), key=lambda stay: (stay.starts_at, stay.pk))
            holding = [stay for stay in stays if stay.starts_at <= NOW < stay.ends_at]
            reports = [stay for stay in holding if stay.source == "own_report"]
            planned = [stay for stay in holding if stay.source == "itinerary"]
            if application.first_day <= NOW.date():
                record = planned[-1] if planned else stop
                found.append(place(reports[0] if reports else record, own))
                found += [place(record, own, is_further=True)] if reports else []
            else:
                found.append(
                    place(stop, own, arrives_at=datetime.combine(application.first_day, datetime.min.time(), tzinfo=UTC) - timedelta(hours=1))
                )
            found += [departure_of(stay, own) for stay in planned if stay.from_zone]
            found += [place(stay, own, arrives_at=stay.starts_at) for stay in stays if stay.starts_at > NOW]
        return found


def point(city):
    return CityPoint(city.pk, city.country_id, (city.name_ja, city.name_en), float(city.latitude), float(city.longitude))


def place(row, own, **more):
    return Place(country_id=row.country_id, city=row.city, latitude=row.latitude, longitude=row.longitude, **more, **own)


def departure_of(row, own):
    where = {"country_id": row.from_country_id, "city": row.from_city, "latitude": row.from_latitude, "longitude": row.from_longitude}
    return Place(**where, is_further=True, **own)


def by_statement(audience):
    sql, parameters = members_sql(SYSTEM, audience, at=NOW)
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        rows = [(row[0], row[2]) for row in cursor.fetchall()]
    assert len(rows) == len(dict(rows)), "somebody is in it twice"
    return {member_id: why if why in {"named", "arriving"} else "here" for member_id, why in rows}


class JudgedAlike(TestCase):
    """Hypothesis takes each example back by itself."""

    @settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
    @given(drawn=people, first=groups, further=st.lists(groups, max_size=2), never=exceptions, named=some(range(PEOPLE)))
    def test_the_statement_finds_whom_the_judgement_finds_and_for_the_same_reason(self, drawn, first, further, never, named):
        world = Small(drawn)
        spec = world.spec(first | {"named": named}) | {"or": [world.spec(one) for one in further], "except": world.spec(never)}
        audience = Audience.from_json(spec)
        assert Audience.from_json(audience.to_json()).to_json() == audience.to_json()
        judged = {m.pk: reason(audience, world.places(m), world.cities, member_id=m.pk, at=NOW) for m in world.members}
        assert by_statement(audience) == {pk: why for pk, why in judged.items() if why}


@pytest.mark.parametrize(
    "spec",
    [
        {"near": {"latitude": 91, "longitude": 0, "km": 10}}, {"near": {"latitude": 1, "longitude": 0, "km": 0}}, {"near": {"latitude": 1}},
        {"near": {"latitude": True, "longitude": 0, "km": 10}}, {"arriving_days": -1}, {"arriving_days": 1000}, {"or": {}}, {"or": [{}] * 6},
        {"or": [{"or": []}]}, {"or": [{"named": [1]}]}, {"except": {"near": {}}}, {"except": []}, {"departed_on": "soon"}, {"groups": [True]},
        {"named": [2**63]}, {"countries": ["x" * 41]}, {"named": list(range(1, 20_002))}, [],
    ],
)  # fmt: skip
def test_what_is_no_audience_is_refused(spec):
    with pytest.raises(Refused) as refused:
        Audience.from_json(spec)
    assert refused.value.field == "audience"
