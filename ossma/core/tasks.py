"""Background work of the floor: sending what the outbox promised, forgetting what may not be kept."""

from datetime import timedelta

from celery import shared_task
from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from ossma.core import outbox, registries
from ossma.core.bounces import mailbox, noting
from ossma.core.claiming import claim
from ossma.core.health import beat_pulse
from ossma.core.models import OutboxMessage, PushMessage
from ossma.core.postman import send_claimed
from ossma.core.push import carrying, promises

CHUNK = 100
# Of mails that strangers cause: few at a time, so that a call for help never waits behind many.
STRANGERS_CHUNK = 20
OURS, STRANGERS = Q(by_stranger=False), Q(by_stranger=True)
LEASE = timedelta(seconds=90)


@shared_task(name="core.send_outbox")
def send_outbox() -> int:
    """Send everything due, chunk by chunk, what strangers caused last. Safe at any time and twice at once. Returns how many mails were sent."""
    beat_pulse(timezone.now())
    sent = 0
    while True:
        held = claim(OutboxMessage, at=timezone.now(), limit=CHUNK, lease=LEASE, only=OURS)
        if not held.ids:
            held = claim(OutboxMessage, at=timezone.now(), limit=STRANGERS_CHUNK, lease=LEASE, only=STRANGERS)
        if not held.ids:
            return sent
        tally = send_claimed(held, outbox.letters(held, at=timezone.now()), clock=timezone.now)
        outbox.forget_sent_content(held)
        if tally.refused:
            noting.note_refused(held.ids, at=timezone.now())
        sent += tally.sent
        if tally.returned:
            return sent


@shared_task(name="core.read_bounces")
def read_bounces() -> int:
    """Read the mailbox of returned mail, if there is one. Returns how many were new."""
    new = 0
    for raw in mailbox.returned(settings.BOUNCE_MAILBOX) if settings.BOUNCE_MAILBOX else ():
        noting.take_in(raw, source="mailbox", at=timezone.now())
        new += 1
    return new


@shared_task(name="core.send_push")
def send_push() -> int:
    """Send every promised push message that is due. Safe at any time and twice at once."""
    sent = 0
    while (held := claim(PushMessage, at=timezone.now(), limit=CHUNK, lease=LEASE)).ids:
        tally = carrying.send_claimed(held, promises.parcels(held, at=timezone.now()), clock=timezone.now)
        sent += tally.sent
        if tally.returned:
            break
    return sent


@shared_task(name="core.forget")
def forget() -> dict[str, int]:
    """Carry out every rule of retention; `manage.py purge_personal_data` does the same by hand."""
    at = timezone.now()
    return {name: rule(at, False) for name, rule in registries.retention}
