"""What demo members have set up for themselves: ways that reach most of them, a family line and a check-in of Aya's."""

from datetime import datetime, timedelta
from random import Random
from uuid import UUID

from applications.models import Application
from members.models import Member
from safety.models import CheckIn, FamilyLink, Reachability, ReachTap
from safety.states import Channel

# Of a hundred who were asked, so many have tapped.
TAPPED = 86


def make_reach(applications: list[Application], *, random: Random, at: datetime) -> int:
    """The monthly question was asked in this month; most have answered it. Returns how many."""
    today = at.date()
    asked = {application.member_id for application in applications if application.first_day <= today <= application.last_day}
    tapped = [(member, at - timedelta(minutes=random.randrange(60, 60 * 24 * 20))) for member in sorted(asked) if random.randrange(100) < TAPPED]
    when = dict(tapped)
    month = today.replace(day=1)
    ReachTap.objects.bulk_create(
        ReachTap(member_id=member, month=month, asked_at=when.get(member, at) - timedelta(minutes=30), tapped_at=when.get(member))
        for member in sorted(asked)
    )
    Reachability.objects.bulk_create(Reachability(member_id=member, channel=Channel.EMAIL, last_human_at=moment) for member, moment in tapped)
    return len(tapped)


def make_own(aya: Member, *, random: Random, at: datetime) -> None:
    """Her mother has a link; tomorrow evening she will report from the sea."""
    FamilyLink.objects.create(
        member=aya, name="山田 花子（見本）", relation="母", position=1, created_at=at - timedelta(days=40), expires_at=at + timedelta(days=56)
    )
    due = (at + timedelta(days=1)).replace(hour=19, minute=0, second=0, microsecond=0)
    CheckIn.objects.create(
        member=aya, place="ニース", country_id="0033", zone="Europe/Paris", note="友人とフェリーで島へ（見本）", due_at=due, told_contacts=[1],
        created_at=at, key=UUID(int=random.getrandbits(128)),
    )  # fmt: skip
