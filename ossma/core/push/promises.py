"""Push messages that are no safety checks: alerts to staff, a test message. Promised as rows, sent by the worker, like mail (ossma.core.outbox)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from django.conf import settings
from django.utils import translation
from django.utils.functional import Promise

from ossma.core.claiming import Claim, drop
from ossma.core.models import PushDevice, PushMessage
from ossma.core.nudge import nudge
from ossma.core.push import devices, vapid
from ossma.core.push.carrying import Parcel, pack
from ossma.core.push.devices import Device
from ossma.core.push.notices import Notice


@dataclass(frozen=True, slots=True)
class Words:
    """What a message says in both languages: no name, no place, nothing that a stranger may not read on a locked phone."""

    title_ja: str
    title_en: str
    body_ja: str = ""
    body_en: str = ""


def both_languages(title: Promise, body: Promise) -> Words:
    """The words of a push message, as the catalogs have them."""
    said = []
    for language in ("ja", "en"):
        with translation.override(language):
            said.append((str(title), str(body)))
    (title_ja, body_ja), (title_en, body_en) = said
    return Words(title_ja, title_en, body_ja, body_en)


def promise(*, key: str, user_ids: Iterable[int], words: Words, path: str, at: datetime, urgent: bool = True, device_id: int | None = None) -> int:
    """Promise a message to those of these people who have a device, in the caller's transaction; returns to how many.

    `key` names the occasion: promised twice it goes once. `path` is the page that opens; `device_id` narrows to one device.
    """
    if not vapid.is_on():
        return 0
    mine = PushDevice.objects.filter(user_id__in=set(user_ids), **({"pk": device_id} if device_id else {}))
    rows = [
        PushMessage(
            key=f"{key}:{user_id}", user_id=user_id, device_id=device_id, title_ja=words.title_ja, title_en=words.title_en, body_ja=words.body_ja,
            body_en=words.body_en, path=path, is_urgent=urgent, created_at=at, due_at=at,
        )
        for user_id in mine.order_by("user_id").values_list("user_id", flat=True).distinct()
    ]  # fmt: skip
    PushMessage.objects.bulk_create(rows, ignore_conflicts=True)
    nudge("core.send_push")
    return len(rows)


def _notice(row: PushMessage, language: str) -> Notice:
    english = language == "en"
    topic = sha256(row.key.encode()).hexdigest()[:32]
    return Notice(
        title=row.title_en if english else row.title_ja,
        body=row.body_en if english else row.body_ja,
        navigate=f"{settings.SITE_URL}{row.path}",
        language=language,
        topic=topic,
        urgent=row.is_urgent,
    )


def _devices(row: PushMessage, known: dict[int, list[Device]]) -> list[Device]:
    return [device for device in known.get(row.user_id, []) if row.device_id in {None, device.pk}]


def parcels(held: Claim[PushMessage], *, at: datetime) -> Iterator[Parcel]:
    """Seal the claimed messages one after the other. Whoever has no device any more is told otherwise or not at all."""
    rows = list(PushMessage.objects.filter(pk__in=held.ids).order_by("pk"))
    known = devices.of_users({row.user_id for row in rows}, at=at)
    without = [row.pk for row in rows if not _devices(row, known)]
    if without:
        drop(held, without, at=at)
    for row in rows:
        to = _devices(row, known)
        if to:
            notices = {device.language: _notice(row, device.language) for device in to}
            content = {language: notice.content() for language, notice in notices.items()}
            yield pack(row.pk, row.tries, to, content=content, headers={language: n.headers() for language, n in notices.items()}, at=at)
