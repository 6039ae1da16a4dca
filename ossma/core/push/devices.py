"""Devices that take push messages: signed on by their owner, renewed at visits, forgotten when their service says that they are gone."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils.crypto import constant_time_compare

from ossma.core import audit
from ossma.core.models import PushDevice
from ossma.core.push.endpoints import require_subscription
from ossma.core.refusals import NotFound, Refused
from ossma.core.viewer import Viewer

# Enough for a phone, a tablet, two computers and their second browsers; the longest unused makes room.
MOST_DEVICES = 10


@dataclass(frozen=True, slots=True)
class Subscription:
    """What a browser gives away when its owner agrees (PushSubscription)."""

    endpoint: str
    p256dh: str
    auth: str
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Device:
    """As much of a device as a sender needs."""

    pk: int
    endpoint: str
    p256dh: str
    auth: str
    language: str


def of_users(user_ids: Iterable[int], *, at: datetime) -> dict[int, list[Device]]:
    """The devices of these people that have not expired."""
    alive = Q(expires_at=None) | Q(expires_at__gt=at)
    rows = PushDevice.objects.filter(alive, user_id__in=set(user_ids)).order_by("pk")
    found: dict[int, list[Device]] = defaultdict(list)
    for user_id, pk, endpoint, p256dh, auth, language in rows.values_list("user_id", "pk", "endpoint", "p256dh", "auth", "language"):
        found[user_id].append(Device(pk, endpoint, p256dh, auth, language))
    return found


def listed(user_id: int) -> list[PushDevice]:
    """A person's own devices for their own page, newest first."""
    return list(PushDevice.objects.filter(user_id=user_id))


@transaction.atomic
def register(*, actor: Viewer, at: datetime, subscription: Subscription, name: str, language: str) -> PushDevice:
    """Let this browser take the actor's messages. Known already, it is brought up to date.

    Where somebody else has signed in on the same browser, it changes hands: the subscription's secret, which only that browser knows, is the
    proof. Raises Refused for what is no subscription, and for another person's without the secret.
    """
    require_subscription(endpoint=subscription.endpoint, p256dh=subscription.p256dh, auth=subscription.auth)
    if actor.user_id is None:
        raise NotFound
    values = {
        "user_id": actor.user_id, "p256dh": subscription.p256dh, "auth": subscription.auth, "expires_at": subscription.expires_at,
        "name": name[:100], "language": language,
    }  # fmt: skip
    present = PushDevice.objects.select_for_update().filter(endpoint=subscription.endpoint).first()
    changes_hands = present is not None and present.user_id != actor.user_id
    if present is not None and changes_hands and not constant_time_compare(present.auth, subscription.auth):
        raise Refused("another account's device")
    device, new = PushDevice.objects.update_or_create(endpoint=subscription.endpoint, defaults=values, create_defaults={**values, "created_at": at})
    if new or changes_hands:
        _make_room(actor.user_id)
        audit.record(actor=actor, at=at, action="push.device_added", subject=("device", device.pk), member_id=actor.member_id)
    return device


def _make_room(user_id: int) -> None:
    surplus = PushDevice.objects.filter(user_id=user_id).order_by("-created_at", "-pk").values_list("pk", flat=True)[MOST_DEVICES:]
    PushDevice.objects.filter(pk__in=list(surplus)).delete()


@transaction.atomic
def renew(*, actor: Viewer, at: datetime, was: Subscription, now: Subscription) -> bool:
    """The browser itself has changed its subscription. Its former address and secret are the proof; False when they are nobody's.

    No login is asked: this happens while no page is open and no session lives.
    """
    device = PushDevice.objects.select_for_update().filter(endpoint=was.endpoint).first()
    if device is None or not constant_time_compare(device.auth, was.auth):
        return False
    if (was.endpoint, was.auth) == (now.endpoint, now.auth):
        return True
    require_subscription(endpoint=now.endpoint, p256dh=now.p256dh, auth=now.auth)
    PushDevice.objects.filter(endpoint=now.endpoint).exclude(pk=device.pk).delete()
    device.endpoint, device.p256dh, device.auth, device.expires_at = now.endpoint, now.p256dh, now.auth, now.expires_at
    device.save(update_fields=["endpoint", "p256dh", "auth", "expires_at"])
    audit.record(actor=actor, at=at, action="push.device_renewed", subject=("device", device.pk))
    return True


@transaction.atomic
def remove(*, actor: Viewer, at: datetime, device_id: int) -> None:
    """Take one of the actor's own devices off the list. Raises NotFound for anybody else's."""
    gone, _by_table = PushDevice.objects.filter(pk=device_id, user_id=actor.user_id or 0).delete()
    if not gone:
        raise NotFound
    audit.record(actor=actor, at=at, action="push.device_removed", subject=("device", device_id), member_id=actor.member_id)


def note_outcomes(*, taken: Iterable[int], gone: Iterable[int], at: datetime) -> None:
    """After sending: when each device last took a message; those that their service no longer knows are forgotten."""
    PushDevice.objects.filter(pk__in=set(taken)).update(last_ok_at=at)
    PushDevice.objects.filter(pk__in=set(gone)).delete()


def forget_expired(at: datetime, dry_run: bool) -> int:
    """Retention: subscriptions past their own end."""
    expired = PushDevice.objects.filter(expires_at__lt=at)
    return expired.count() if dry_run else expired.delete()[0]
