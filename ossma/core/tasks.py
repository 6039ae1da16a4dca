"""Background work of the floor: sending what the outbox promised."""

from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from ossma.core import outbox
from ossma.core.claiming import claim
from ossma.core.health import beat_pulse
from ossma.core.models import OutboxMessage
from ossma.core.postman import send_claimed

CHUNK = 100
LEASE = timedelta(seconds=90)


@shared_task(name="core.send_outbox")
def send_outbox() -> int:
    """Send everything due, chunk by chunk. Safe at any time and twice at once. Returns how many mails were sent."""
    beat_pulse(timezone.now())
    sent = 0
    while True:
        held = claim(OutboxMessage, at=timezone.now(), limit=CHUNK, lease=LEASE)
        if not held.ids:
            return sent
        tally = send_claimed(held, outbox.letters(held, at=timezone.now()), clock=timezone.now)
        outbox.forget_sent_content(held)
        sent += tally.sent
        if tally.returned:
            return sent
