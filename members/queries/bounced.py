"""Members whom mail does not reach: their address as it is now stands among those from which messages came back."""

from datetime import datetime

from django.db.models import Exists, Min, OuterRef, Q
from django.db.models.functions import Lower

from members.models import Member, User
from ossma.core.duties import Duty
from ossma.core.models import BouncedAddress, ReturnedMail
from ossma.core.models.returned import Understood
from ossma.core.registries import CameBack
from ossma.core.viewer import Viewer


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
    rows = ReturnedMail.objects.filter(understood__in=[Understood.UNKNOWN, Understood.STRANGE]).order_by("received_at")
    oldest = rows.values_list("received_at", flat=True).first()
    return (rows.count(), oldest) if oldest else (0, None)


def known_address(back: CameBack, _at: datetime) -> str:
    """The address of a returned mail, if it is a member's."""
    ours = User.objects.filter(email=back.address).exists() or Member.objects.filter(second_email=back.address).exists()
    return back.address if back.number is None and ours else ""
