"""Whom to call first among the silent (safety.md S3, "Silence explained"): the six to call before the hundred and forty who sleep.

Unreachable and awake, opened but not answered, never opened (the longest silence first), wants to answer later, in the air, asleep.
A crowd is not sorted: its first are read from an index that knows the order (`recipient_silence`), whatever their number.
"""

from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import islice

from django.db.models import Case, Count, F, IntegerField, Q, QuerySet, Value, When
from django.db.models.lookups import In

from applications.queries.departures import begun
from ossma.core.formats import HOME_ZONE
from ossma.core.viewer import Viewer
from safety.hours import night_zones
from safety.models import Recipient, SafetyCheck
from safety.models.check import SILENCE
from safety.queries import dashboard
from safety.queries.current_places import zone_now
from safety.queries.traces import NULLS_FIRST, Person, flights, in_order, lost, persons
from safety.states import CheckKind, Reason, Standing

FIRST_TO_CALL = 10
# The crowd answers within three minutes (safety.md S5), and a mail is a minute or two on its way.
CALL_AFTER = timedelta(minutes=10)
# Beyond this many a list is walked through by stages (crowd.py) instead of sorted.
MOST_SORTED = 5_000
# Who is in the air, or wants to answer later, is counted up to this many.
MOST_COUNTED = 10_000
# Of a crowd so many of each tier are looked through for those who are not in the air.
LOOKED_THROUGH = 100
UNREACHABLE, OPENED, UNOPENED, LATER, FLYING, ASLEEP = range(6)
TO_CALL = (UNREACHABLE, OPENED, UNOPENED)


@dataclass(frozen=True, slots=True)
class Quiet:
    """The silent, sorted: whom to call now, and how many sleep, are in the air or want to answer later."""

    first: list[Person]
    to_call: int
    asleep: int
    flying: int
    later: int = 0
    # Before this moment nobody is called: the messages have only just gone out.
    starts_at: datetime | None = None


def calls_begin(check: SafetyCheck) -> datetime | None:
    """From when on the silent of a check are called; None before it was sent, and for one that comes at an hour of each place.

    Nobody has to be called while the first message is being read.
    """
    return check.sent_at + CALL_AFTER if check.sent_at and check.local_time is None else None


def to_call(check: SafetyCheck, rows: QuerySet[Recipient], at: datetime) -> QuerySet[Recipient]:
    """Of these recipients the silent who are to be called now: exactly those whom `quiet` counts."""
    begins = calls_begin(check)
    if begins is not None and begins > at:
        return rows.none()
    place = Case(*_resting(check, at), default=UNOPENED, output_field=IntegerField())
    return rows.filter(standing=Standing.SILENT).annotate(place=place).filter(place__in=TO_CALL)


def silent_of(viewer: Viewer, check: SafetyCheck) -> QuerySet[Recipient]:
    """Those without an answer."""
    return dashboard.recipients_of(viewer, check).filter(standing=Standing.SILENT)


def rank(check: SafetyCheck, at: datetime | None) -> Case:
    """The place of somebody silent in the order of calling, in SQL; without a time nobody sleeps or flies. For lists that are sorted."""
    return Case(*_resting(check, at), When(lost(check), then=UNREACHABLE), default=UNOPENED, output_field=IntegerField())


def asleep(check: SafetyCheck, at: datetime) -> Q:
    """Recipients for whom it is night where they are by now; of a crowd, where they were when they were asked."""
    night = night_zones(at)
    return Q(zone__in=night) if check.recipient_count > MOST_SORTED else Q(In(zone_now(at), night))


def _resting(check: SafetyCheck, at: datetime | None) -> list[When]:
    dreams = []
    if at is not None:
        aloft = Q(member__in=flights(at).order_by().values("member"))
        night = night_zones(at)
        # Whoever was asked on the eve of a journey and has left since sleeps by the clock of the destination; the row has that of home.
        left = Q(reason=Reason.ARRIVING, zone=HOME_ZONE.key) & Q(begun(at))
        sleeps = (asleep(check, at) & ~left) | (Q(reason=Reason.ARRIVING, zone=HOME_ZONE.key) & Q(begun(at, zones=night)))
        dreams = [When(aloft, then=FLYING), When(sleeps, then=ASLEEP)]
    bounced_since = When(bounced_at__gt=F("opened_at"), then=UNREACHABLE)
    return [*dreams, When(snoozed_at__isnull=False, then=LATER), bounced_since, When(opened_at__isnull=False, then=OPENED)]


def quiet(viewer: Viewer, check: SafetyCheck, at: datetime) -> Quiet:
    """The first to call, and how many wait in each of the other states. Four queries; a few more for a crowd, be it of a million."""
    silence, first = weighed(viewer, check, at)
    return replace(silence, first=in_order(first, persons(first, at, is_drill=check.kind == CheckKind.DRILL)))


def weighed(viewer: Viewer, check: SafetyCheck, at: datetime) -> tuple[Quiet, list[int]]:
    """The same without the persons, and the numbers of the first to call: for a page that shows several lists."""
    begins = calls_begin(check)
    waits = begins is not None and begins > at
    silent = silent_of(viewer, check)
    crowd = check.recipient_count > MOST_SORTED
    aloft = aloft_at(at) if crowd else frozenset()
    counts = _counted_crowd(viewer, check, silent, at, aloft) if crowd else _counted(check, silent, at)
    to_call = 0 if waits else max(0, sum(counts[place] for place in TO_CALL))
    first = _first(silent, check, at, to_call, aloft) if to_call else []
    return Quiet([], to_call, counts[ASLEEP], counts[FLYING], counts[LATER], begins if waits else None), first


def _counted(check: SafetyCheck, silent: QuerySet[Recipient], at: datetime) -> Counter[int]:
    place = Case(*_resting(check, at), default=UNOPENED, output_field=IntegerField())
    return Counter(dict(silent.order_by().annotate(place=place).values_list("place").annotate(n=Count("*"))))


def aloft_at(at: datetime) -> frozenset[int]:
    """The members in the air, by number: few enough to be looked up one by one, however many were asked."""
    return frozenset(flights(at).order_by().values_list("member", flat=True)[:MOST_COUNTED])


def _counted_crowd(viewer: Viewer, check: SafetyCheck, silent: QuerySet[Recipient], at: datetime, aloft: frozenset[int]) -> Counter[int]:
    """The same from the kept figures by zone; only who is in the air or wants to answer later is looked up, from indexes."""
    by_zone = Counter(dashboard.silent_by_zone(viewer, check))
    if not by_zone:
        return Counter()
    night = frozenset(night_zones(at))
    flying = Counter(silent.filter(member__in=aloft).order_by().values_list("zone", flat=True))
    later = _ranked(silent, LATER).order_by().values_list("zone", "member")[:MOST_COUNTED]
    asleep = sum(n - flying[zone] for zone, n in by_zone.items() if zone in night)
    waiting = sum(zone not in night and member not in aloft for zone, member in later)
    awake = by_zone.total() - asleep - flying.total() - waiting
    return Counter({FLYING: flying.total(), ASLEEP: asleep, LATER: waiting, UNOPENED: awake})


def _ranked(silent: QuerySet[Recipient], place: int) -> QuerySet[Recipient]:
    return silent.annotate(silence=SILENCE).filter(silence=Value(place))


def _first(silent: QuerySet[Recipient], check: SafetyCheck, at: datetime, to_call: int, aloft: frozenset[int]) -> list[int]:
    """The first ten to call."""
    night = night_zones(at)
    if to_call <= MOST_SORTED:
        crowd = check.recipient_count > MOST_SORTED
        # The index leads past all who sleep; of fewer, the rank knows better where they are by now.
        rows = (silent.exclude(zone__in=night) if crowd else silent).annotate(rank=rank(check, at)).filter(rank__in=TO_CALL)
        return list(rows.order_by("rank", NULLS_FIRST, "pk").values_list("pk", flat=True)[:FIRST_TO_CALL])
    tiers = (_ranked(silent, place).exclude(zone__in=night).order_by().values_list("pk", "member")[:LOOKED_THROUGH] for place in TO_CALL)
    return list(islice((pk for tier in tiers for pk, member in tier if member not in aloft), FIRST_TO_CALL))
