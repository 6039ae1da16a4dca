"""Reading the ministry's feed every five minutes."""

from functools import partial

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from notices.feeds.intake import take_in
from notices.feeds.source import from_address
from ossma.core.viewer import SYSTEM


@shared_task(name="notices.fetch_advisories")
def fetch_advisories() -> bool | None:
    """Read the feed at ADVISORY_FEED_URL and store it; None when no address is set.

    Safe at any time and twice at once.
    """
    url = settings.ADVISORY_FEED_URL
    if not url:
        return None
    read = partial(from_address, url, settings.MAIL_FROM_ADDRESS)
    return take_in(read=read, source=url, actor=SYSTEM, at=timezone.now()).error == ""
