"""Applications, quotes and itineraries: who is abroad where, who will be, who was."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from random import Random
from uuid import UUID
from zoneinfo import ZoneInfo

from applications.models import Application, CancellationRow, CancellationTable, Destination, FeeRow, FeeTable, HandlingRate, Quote, Stay
from applications.rules import price
from applications.states import ApplicationState, PayerKind, Purpose, ServiceCode, StayKind
from members.models import Member
from ossma.core.models import City
from ossma.portals.demo.people import SCHOOLS
from ossma.portals.demo.world import World

OSSMA_FEES = {1: 3300, 2: 5500, 3: 11000, 4: 14850, 5: 18700, 6: 22000, 9: 26400, 12: 29700}
# Invented: the fees of OSSMA Plus are not public.
PLUS_FEES = {1: 6600, 2: 11000, 3: 19800, 4: 26400, 5: 33000, 6: 38500, 9: 46200, 12: 52800}
# Invented: so many days or more before the first day, this share of the fee goes back.
CANCELLATION_RULES = {30: Decimal(1), 8: Decimal("0.5"), 1: Decimal("0.2")}
CALLED_OFF = 0.2
# Everybody applied before this: what followed (paid, asked back) lies behind us too.
LATELY = timedelta(days=4)
HOSTS = ("University Language Centre", "International College", "Institute of Technology", "School of Business", "Exchange Office")


@dataclass(frozen=True, slots=True)
class Trip:
    """One member's stay, before it becomes rows."""

    member: Member
    city: City
    first_day: date
    last_day: date
    state: ApplicationState
    service: ServiceCode
    payer: PayerKind


def make_fees(today: date) -> dict[str, FeeTable]:
    """The two fee tables, the handling rate and the cancellation rules."""
    start = date(today.year - 3, 4, 1)
    tables: dict[str, FeeTable] = {}
    for service, fees, note in ((ServiceCode.OSSMA, OSSMA_FEES, ""), (ServiceCode.PLUS, PLUS_FEES, "見本の金額（実際の会費ではありません）")):
        table = FeeTable.objects.create(service=service, version=f"demo-{start.year}", valid_from=start, tax_rate=Decimal("0.10"), note=note)
        FeeRow.objects.bulk_create(FeeRow(table=table, up_to_months=months, amount=amount) for months, amount in fees.items())
        tables[service] = table
    HandlingRate.objects.create(valid_from=start, rate=Decimal("0.05"))
    rules = CancellationTable.objects.create(version=f"demo-{start.year}", valid_from=start, note="見本の規定（実際の取消規定ではありません）")
    CancellationRow.objects.bulk_create(CancellationRow(table=rules, days_before=days, share=share) for days, share in CANCELLATION_RULES.items())
    # By the demo, and with all their lines: nobody is on record.
    for model in (FeeTable, HandlingRate, CancellationTable):
        model.objects.proposed().update(approved_at=datetime(start.year, start.month, start.day, tzinfo=UTC))
    return tables


def plan(members: list[Member], *, abroad: int, random: Random, world: World, today: date) -> list[Trip]:
    """`abroad` members away today, others before or after a trip; the three named ones as interface.md says."""
    aya, ben, chika, *rest = members
    paris, london, boston = world.city("0033", "Paris"), world.city("0044", "London"), world.city("1000", "Boston")
    paid, unpaid, own = ApplicationState.IN_FORCE, ApplicationState.AWAITING_PAYMENT, PayerKind.MEMBER
    trips = [
        Trip(aya, paris, today - timedelta(days=80), today + timedelta(days=42), paid, ServiceCode.PLUS, own),
        Trip(ben, london, today + timedelta(days=30), today + timedelta(days=120), unpaid, ServiceCode.OSSMA, own),
        Trip(chika, boston, today - timedelta(days=20), today + timedelta(days=60), paid, ServiceCode.OSSMA, own),
    ]
    away = rest[: max(0, abroad - 2)]
    for member, city in zip(away, world.spread(len(away)), strict=True):
        first = today - timedelta(days=random.randint(1, 150))
        trips.append(_trip(member, city, first, today + timedelta(days=random.randint(1, 180)), random))
    others = rest[len(away) :]
    for member, city in zip(others, world.spread(len(others)), strict=True):
        ahead = random.random()
        if ahead < 0.3:
            first = today + timedelta(days=random.randint(5, 90))
        elif ahead < 0.6:
            first = today - timedelta(days=random.randint(250, 400))
        else:
            continue
        trip = _trip(member, city, first, first + timedelta(days=random.randint(14, 180)), random)
        called_off = first > today and random.random() < CALLED_OFF
        trips.append(replace(trip, state=ApplicationState.CANCELLED) if called_off else trip)
    return trips


def _trip(member: Member, city: City, first: date, last: date, random: Random) -> Trip:
    seed = next(seed for seed in SCHOOLS if seed.name_ja == member.school.name_ja)
    plus = "plus" in seed.services and member.kind == "student" and random.random() < 0.4
    payer = PayerKind(random.choice(seed.payers))
    last = min(last, first + timedelta(days=360))
    unpaid = payer == PayerKind.MEMBER and random.random() < 0.06
    state = ApplicationState.AWAITING_PAYMENT if unpaid else ApplicationState.IN_FORCE
    return Trip(member, city, first, last, state, ServiceCode.PLUS if plus else ServiceCode.OSSMA, payer)


def make_applications(trips: list[Trip], *, tables: dict[str, FeeTable], random: Random, at: datetime) -> list[tuple[Application, Quote]]:
    """Applications with destination and quote."""
    applications = Application.objects.bulk_create(
        (
            Application(
                member=trip.member, number=f"DA{number:07d}", service=trip.service, payer=trip.payer, state=trip.state,
                purpose=random.choice(list(Purpose)[:4]), host=f"{trip.city.name_en} {random.choice(HOSTS)}",
                first_day=trip.first_day, last_day=trip.last_day, key=UUID(int=random.getrandbits(128)), is_demo=True,
                ended_at=at - timedelta(days=3) if trip.state == ApplicationState.CANCELLED else None,
                submitted_at=min(at - LATELY, datetime.combine(trip.first_day, time(3), ZoneInfo("UTC")) - timedelta(days=random.randint(14, 60))),
            )
            for number, trip in enumerate(trips, start=1)
        ),
        batch_size=2000,
    )  # fmt: skip
    Destination.objects.bulk_create(
        (
            Destination(
                application=application, position=1, country_id=trip.city.country_id, city=trip.city.name_ja, zone=trip.city.zone,
                latitude=float(trip.city.latitude), longitude=float(trip.city.longitude),
            )
            for application, trip in zip(applications, trips, strict=True)
        ),
        batch_size=2000,
    )  # fmt: skip
    rows = {service: {row.up_to_months: row.amount for row in table.rows.all()} for service, table in tables.items()}
    quotes = []
    for application in applications:
        table = tables[application.service]
        found = price(
            application.first_day, application.last_day, rows=rows[application.service], tax_rate=table.tax_rate,
            handling_rate=Decimal("0.05") if application.payer == PayerKind.MEMBER else Decimal(0),
        )  # fmt: skip
        quotes.append(
            Quote(
                application=application, table=table, first_day=application.first_day, last_day=application.last_day, months=found.months,
                net=found.net, tax=found.tax, handling=found.handling, total=found.total, made_at=application.submitted_at,
            )
        )  # fmt: skip
    return list(zip(applications, Quote.objects.bulk_create(quotes, batch_size=2000), strict=True))


def make_stays(trips: list[Trip], applications: list[Application], *, random: Random, world: World) -> int:
    """Itineraries: most stays cover the trip; some have a gap, some are on a side trip right now."""
    stays = []
    for number, (trip, application) in enumerate(zip(trips, applications, strict=True)):
        if number > 2 and random.random() < 0.25:
            continue
        zone = ZoneInfo(trip.city.zone)
        start = datetime.combine(trip.first_day, time(15), zone)
        gap = timedelta(days=2) if random.random() < 0.1 or number == 0 else timedelta(0)
        end = datetime.combine(trip.last_day, time(11), zone) - gap
        if end > start:
            stays.append(_stay(application, trip.city, start, end, "大学寮"))
        if number > 2 and random.random() < 0.05:
            other = world.spread(60)[-1]
            away = start + (end - start) / 2
            stays.append(_stay(application, other, away, away + timedelta(days=2), "Hotel"))
    Stay.objects.bulk_create(stays, batch_size=2000)
    return len(stays)


def _stay(application: Application, city: City, start: datetime, end: datetime, place: str) -> Stay:
    return Stay(
        application=application, member_id=application.member_id, kind=StayKind.STAY, country_id=city.country_id, city=city.name_ja,
        zone=city.zone, latitude=float(city.latitude), longitude=float(city.longitude), starts_at=start, ends_at=end, place=place,
    )  # fmt: skip
