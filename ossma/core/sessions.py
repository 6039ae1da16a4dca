"""Sessions that have ended: their rows hold drafts, addresses of networks and names of browsers, and are of no use any more."""

from datetime import datetime

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session


def forget_ended(at: datetime, dry_run: bool) -> int:
    """Retention: sessions past their end, and what stands about them on the pages of signed-in devices."""
    ended = Session.objects.filter(expire_date__lt=at)
    living = Session.objects.filter(expire_date__gte=at).values("session_key")
    devices = UserSession.objects.exclude(session_key__in=living)
    if dry_run:
        return ended.count() + devices.count()
    return devices.delete()[0] + ended.delete()[0]
