"""Trying out a device that takes push messages."""

from datetime import datetime

from django.db import transaction

from ossma.core import audit
from ossma.core.duties import not_for_office
from ossma.core.push import promises
from ossma.core.push.promises import Words
from ossma.core.refusals import NotFound
from ossma.core.viewer import Viewer

TEST = Words(
    "テスト通知です",
    "This is a test message",
    "この端末で安否確認を受け取れます。",
    "This device can receive safety checks.",
)


@not_for_office
@transaction.atomic
def send_test(*, actor: Viewer, at: datetime, device_id: int) -> None:
    """Promise a message to one of the actor's own devices. Raises NotFound for anybody else's."""
    key = f"test:{device_id}:{at.timestamp():.0f}"
    if not promises.promise(key=key, user_ids=[actor.user_id or 0], words=TEST, path="/me/push/", at=at, urgent=False, device_id=device_id):
        raise NotFound
    audit.record(actor=actor, at=at, action="push.tested", subject=("device", device_id), member_id=actor.member_id)
