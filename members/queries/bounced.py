"""Members whom mail does not reach: their address as it is now stands among those from which messages came back."""

from datetime import datetime, timedelta

from django.db.models import Count, Exists, Min, OuterRef, Q
from django.db.models.functions import Lower

from members.models import Member, User
from ossma.core.bounces.classify import BounceClass
from ossma.core.duties import Duty
from ossma.core.models import BouncedAddress, ReturnedMail
from ossma.core.models.returned import Understood
from ossma.core.viewer import Viewer

POLICY_DAYS = timedelta(days=7)


def bounced(viewer: Viewer, member_id: int) -> list[tuple[BouncedAddress, bool]]:
    """The member's addresses that do not work, each with whether it is the second one and not the account's."""
    own = Member.objects.visible_to(viewer).filter(pk=member_id).annotate(first=Lower("user__email"), second=Lower("second_email"))
    rows = BouncedAddress.objects.filter(Q(address__in=own.values("first")) | Q(address__in=own.values("second")))
    return [(row, not row.is_first) for row in rows.annotate(is_first=Exists(own.filter(first=OuterRef("address"))))]


def unreached(viewer: Viewer) -> tuple[int, datetime | None]:
    """How many members have an account's address that does not work for good, and since when; for the office's work list."""
    dead = BouncedAddress.objects.filter(is_final=True)
    people = User.objects.annotate(low=Lower("email")).filter(low=OuterRef("address"), member__withdrawn_at=None, member__isnull=False)
    since = dead.filter(Exists(people)).aggregate(oldest=Min("first_at"))["oldest"] if viewer.may(Duty.FIND_MEMBER) else None
    return (dead.filter(Exists(people)).count(), since) if since else (0, None)


def strange_returns(viewer: Viewer) -> tuple[int, datetime | None]:
    """How many returned mails nobody understood, and since when; for the office's work list."""
    if not viewer.may(Duty.FIND_MEMBER):
        return 0, None
    rows = ReturnedMail.objects.filter(understood__in=[Understood.UNKNOWN, Understood.STRANGE], closed_at=None).order_by("received_at")
    oldest = rows.values_list("received_at", flat=True).first()
    return (rows.count(), oldest) if oldest else (0, None)


def is_known_address(address: str) -> bool:
    """Whether an address is a member's or an account's."""
    return User.objects.filter(email=address).exists() or Member.objects.filter(second_email=address).exists()


def refused_by_policy(viewer: Viewer, at: datetime) -> tuple[int, datetime | None]:
    """How many of our mails were refused by a rule in the last days (spam, SPF, DKIM, DMARC, blocklists), and since when: that is about us."""
    if not viewer.may(Duty.SEE_HEALTH):
        return 0, None
    rows = ReturnedMail.objects.filter(reason=BounceClass.POLICY, received_at__gt=at - POLICY_DAYS, closed_at=None)
    found = rows.aggregate(n=Count("pk"), oldest=Min("received_at"))
    return found["n"], found["oldest"]
