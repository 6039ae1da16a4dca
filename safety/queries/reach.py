"""Who can be reached, and through what: a member's own ways, and for school and office those who cannot be reached today (safety.md S3)."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Exists, Max, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Lower

from applications.models import Application
from applications.rules.period import day_in_japan
from applications.states import ALIVE
from members.models import Member
from ossma.core.models import BouncedAddress, PushDevice
from ossma.core.refusals import NotFound, first_or_404
from ossma.core.viewer import Viewer
from safety.models import Reachability, ReachTap
from safety.states import Channel, ReachFault

# A month and a half: whoever let one question pass is not yet lost.
FRESH = timedelta(days=45)
DEPARTING_DAYS = 14
PAGE = 50


@dataclass(frozen=True, slots=True)
class Way:
    """One channel of a member: whether it is set up, whether mail comes back from it, when a human last answered through it."""

    channel: Channel
    is_set: bool
    bounced: bool
    last_human_at: datetime | None


@dataclass(frozen=True, slots=True)
class Hard:
    """Somebody who is hard to reach, and what is the matter."""

    member: Member
    faults: list[ReachFault]
    last_human_at: datetime | None
    departs_on: date | None


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which part of the list: abroad now or departing soon, one fault or any that silences, and after whom the page begins."""

    departing: bool = False
    fault: str = ""
    after: int = 0


def ways_of(viewer: Viewer) -> tuple[list[Way], ReachTap | None]:
    """A member's own ways to be reached, and the newest monthly question. NotFound for whoever is no member."""
    if viewer.member_id is None:
        raise NotFound
    member = Member.objects.select_related("user").get(pk=viewer.member_id)
    answered = dict(Reachability.objects.filter(member=member).values_list("channel", "last_human_at"))
    addresses = {
        Channel.EMAIL: member.user.email,
        Channel.SECOND: member.second_email if member.second_email_confirmed_at else "",
    }
    back = set(BouncedAddress.objects.filter(address__in=[one.lower() for one in addresses.values() if one]).values_list("address", flat=True))
    has_device = PushDevice.objects.filter(user=member.user_id).exists()
    ways = [
        Way(channel, bool(address), address.lower() in back, answered.get(channel)) for channel, address in addresses.items()
    ]  # fmt: skip
    ways.insert(1, Way(Channel.PUSH, has_device, False, answered.get(Channel.PUSH)))
    return ways, ReachTap.objects.filter(member=member).order_by("-month").first()


def asked_member(tap_id: int) -> int:
    """Whom a monthly question asks. Whoever holds the signed link may know. Raises NotFound."""
    return first_or_404(list(ReachTap.objects.filter(pk=tap_id, member__withdrawn_at=None).values_list("member_id", flat=True)))


def hard_to_reach(viewer: Viewer, at: datetime, wanted: Wanted) -> tuple[list[Hard], int | None]:
    """A page of them, by the order in which they registered, and after whom the next page begins. One query, bounded by the page."""
    rows = _faulty(_people(viewer, at, departing=wanted.departing), at).filter(_matching(wanted.fault, at), pk__gt=wanted.after)
    found = list(rows.select_related("school", "user").order_by("pk")[: PAGE + 1])
    following = found[PAGE - 1].pk if len(found) > PAGE else None
    return [_hard(row, at) for row in found[:PAGE]], following


def count_silent(viewer: Viewer, at: datetime, *, departing: bool) -> int:
    """How many of a school's members nothing reaches for sure today."""
    return _faulty(_people(viewer, at, departing=departing), at).filter(_matching("", at)).count()


def _people(viewer: Viewer, at: datetime, *, departing: bool) -> QuerySet[Member]:
    """The viewer's members who are abroad today, or leave within two weeks."""
    today = day_in_japan(at)
    until = Q(last_day__gte=today) | Q(asked_last_day__gte=today)
    trips = Application.objects.filter(until, member=OuterRef("pk"), state__in=ALIVE)
    begin = Q(first_day__gt=today, first_day__lte=today + timedelta(days=DEPARTING_DAYS)) if departing else Q(first_day__lte=today)
    members = Member.objects.visible_to(viewer).filter(Exists(trips.filter(begin)), withdrawn_at=None)
    nearest = trips.filter(begin).order_by("first_day").values("first_day")[:1]
    return members.annotate(departs_on=Subquery(nearest))


def _faulty(members: QuerySet[Member], at: datetime) -> QuerySet[Any]:
    answered = Reachability.objects.filter(member=OuterRef("pk")).values("member")
    return members.annotate(
        last_human_at=Subquery(answered.annotate(last=Max("last_human_at")).values("last")),
        is_bounced=Exists(BouncedAddress.objects.filter(address=Lower(OuterRef("user__email")))),
        has_push=Exists(PushDevice.objects.filter(user=OuterRef("user"))),
    )


def _matching(fault: str, at: datetime) -> Q:
    """One fault; without a choice those whom nothing reaches for sure today."""
    never, stale, bounced = Q(last_human_at=None), Q(last_human_at__lt=at - FRESH), Q(is_bounced=True)
    chosen = {
        ReachFault.NEVER: never,
        ReachFault.STALE: stale,
        ReachFault.BOUNCED: bounced,
        ReachFault.NO_PUSH: Q(has_push=False),
        ReachFault.NO_SECOND: Q(second_email="") | Q(second_email_confirmed_at=None),
        ReachFault.PLACEHOLDERS: Q(has_placeholders=True),
    }
    return chosen[ReachFault(fault)] if fault in ReachFault.values else never | stale | bounced


def _hard(row: Any, at: datetime) -> Hard:
    faults = {
        ReachFault.BOUNCED: row.is_bounced,
        ReachFault.NEVER: row.last_human_at is None,
        ReachFault.STALE: row.last_human_at is not None and row.last_human_at < at - FRESH,
        ReachFault.NO_PUSH: not row.has_push,
        ReachFault.NO_SECOND: not (row.second_email and row.second_email_confirmed_at),
        ReachFault.PLACEHOLDERS: row.has_placeholders,
    }
    return Hard(row, [fault for fault, there in faults.items() if there], row.last_human_at, row.departs_on)
