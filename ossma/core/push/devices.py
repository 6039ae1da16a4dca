"""Devices that take push messages: signed on by their owner, renewed at visits, ended with the login session, forgotten by their service."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.crypto import constant_time_compare

from ossma.core import audit, outbox
from ossma.core.models import PushDevice
from ossma.core.push.endpoints import require_subscription
from ossma.core.refusals import NotFound, Refused
from ossma.core.viewer import SYSTEM, Viewer

# Enough for a phone, a tablet, two computers and their second browsers; the longest unused makes room.
MOST_DEVICES = 10
CHANGED_HANDS = "changed hands"


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
def register(
    *, actor: Viewer, at: datetime, subscription: Subscription, name: str, language: str, session_mark: str = ""
) -> PushDevice:  # fmt: skip
    """Let this browser take the actor's messages, as long as this login session lives. Known already, it is brought up to date.

    Where somebody else has signed in on the same browser, it changes hands: the subscription's secret, which only that browser knows, is the
    proof. Raises Refused for what is no subscription, and for another person's without the secret.
    """
    require_subscription(endpoint=subscription.endpoint, p256dh=subscription.p256dh, auth=subscription.auth)
    if actor.user_id is None:
        raise NotFound
    values = {
        "user_id": actor.user_id, "p256dh": subscription.p256dh, "auth": subscription.auth, "expires_at": subscription.expires_at,
        "name": name[:100], "language": language, "session_mark": session_mark,
    }  # fmt: skip
    present = PushDevice.objects.select_for_update().filter(endpoint=subscription.endpoint).first()
    changes_hands = present is not None and present.user_id != actor.user_id
    if present is not None and changes_hands:
        if not constant_time_compare(present.auth, subscription.auth):
            raise Refused("another account's device")
        _end(PushDevice.objects.filter(pk=present.pk), actor=actor, at=at, why=CHANGED_HANDS)
    device, new = PushDevice.objects.update_or_create(endpoint=subscription.endpoint, defaults=values, create_defaults={**values, "created_at": at})
    if new:
        _make_room(actor.user_id)
        audit.record(actor=actor, at=at, action="push.device_added", subject=("device", device.pk), member_id=actor.member_id)
    return device


def _make_room(user_id: int) -> None:
    surplus = PushDevice.objects.filter(user_id=user_id).order_by("-created_at", "-pk").values_list("pk", flat=True)[MOST_DEVICES:]
    PushDevice.objects.filter(pk__in=list(surplus)).delete()


@transaction.atomic
def renew(*, actor: Viewer, at: datetime, was: Subscription, now: Subscription, session_mark: str = "") -> int | None:
    """A browser comes by, or has changed its subscription. The former address and its secret are the proof; answers whose it is, None for nobody's.

    No login is asked: this happens while no page is open and no session lives. Where somebody else is signed in by now, the device ends: it would
    show one person's messages to another.
    """
    device = PushDevice.objects.select_for_update().filter(endpoint=was.endpoint).first()
    if device is None or not constant_time_compare(device.auth, was.auth):
        return None
    if actor.user_id not in {None, device.user_id}:
        _end(PushDevice.objects.filter(pk=device.pk), actor=actor, at=at, why=CHANGED_HANDS)
        return None
    device.session_mark = session_mark or device.session_mark
    if (was.endpoint, was.auth) == (now.endpoint, now.auth):
        device.save(update_fields=["session_mark"])
        return device.user_id
    require_subscription(endpoint=now.endpoint, p256dh=now.p256dh, auth=now.auth)
    _end(PushDevice.objects.filter(endpoint=now.endpoint).exclude(pk=device.pk), actor=actor, at=at, why=CHANGED_HANDS)
    device.endpoint, device.p256dh, device.auth, device.expires_at = now.endpoint, now.p256dh, now.auth, now.expires_at
    device.save(update_fields=["endpoint", "p256dh", "auth", "expires_at", "session_mark"])
    audit.record(actor=actor, at=at, action="push.device_renewed", subject=("device", device.pk))
    return device.user_id


@transaction.atomic
def remove(*, actor: Viewer, at: datetime, device_id: int) -> None:
    """Take one of the actor's own devices off the list. Raises NotFound for anybody else's."""
    gone, _by_table = PushDevice.objects.filter(pk=device_id, user_id=actor.user_id or 0).delete()
    if not gone:
        raise NotFound
    audit.record(actor=actor, at=at, action="push.device_removed", subject=("device", device_id), member_id=actor.member_id)


@transaction.atomic
def end_sessions(*, actor: Viewer, at: datetime, user_id: int, marks: Iterable[str]) -> int:
    """The owner has ended these login sessions: their devices take nothing any more, and the page says so. Answers how many."""
    known = {mark for mark in marks if mark}
    return _end(PushDevice.objects.filter(user_id=user_id, session_mark__in=known), actor=actor, at=at, why="session")


@transaction.atomic
def end_others(*, actor: Viewer, at: datetime, user_id: int, keep: str = "") -> int:
    """A new password, or keys in other hands: only the device of the session `keep` goes on. Without any left the owner is told by mail."""
    rows = PushDevice.objects.filter(user_id=user_id)
    return _end(rows.exclude(session_mark=keep) if keep else rows, actor=actor, at=at, why="keys")


def note_outcomes(*, taken: Iterable[int], gone: Iterable[int], at: datetime) -> None:
    """After sending: when each device last took a message; those that their service no longer knows are forgotten."""
    PushDevice.objects.filter(pk__in=set(taken)).update(last_ok_at=at)
    if gone := set(gone):
        _end(PushDevice.objects.filter(pk__in=gone), actor=SYSTEM, at=at, why="gone")


def forget_expired(at: datetime, dry_run: bool) -> int:
    """Retention: subscriptions past their own end."""
    expired = PushDevice.objects.filter(expires_at__lt=at)
    return expired.count() if dry_run else _end(expired, actor=SYSTEM, at=at, why="expired")


@transaction.atomic
def _end(rows: QuerySet[PushDevice], *, actor: Viewer, at: datetime, why: str) -> int:
    """Delete devices that their owners have not taken off the list themselves; answers how many. Each is on record.

    Whose last one it was is told by mail, except who has ended the session: nobody must believe that the telephone will ring.
    """
    ended = list(rows.select_for_update().values_list("pk", "user_id"))
    PushDevice.objects.filter(pk__in=[pk for pk, _user in ended]).delete()
    for pk, user_id in ended:
        audit.record(actor=actor, at=at, action="push.device_ended", subject=("device", pk), detail={"user": user_id, "why": why})
    if why != "session":
        _tell_without({user_id for _pk, user_id in ended}, at=at)
    return len(ended)


def _tell_without(user_ids: set[int], *, at: datetime) -> None:
    alive = Q(expires_at=None) | Q(expires_at__gt=at)
    left = set(PushDevice.objects.filter(alive, user_id__in=user_ids).values_list("user_id", flat=True))
    people = get_user_model().objects.filter(pk__in=user_ids - left, is_active=True).values_list("pk", "email", "language")
    for pk, email, language in people:
        outbox.promise(
            key=f"push_ended:{pk}:{at.isoformat()}", to_address=email, language=language, template="core/push_ended",
            context={"office_name": settings.OFFICE_NAME, "office_address": settings.OFFICE_ADDRESS}, at=at,
        )  # fmt: skip
